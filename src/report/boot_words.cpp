// SPDX-License-Identifier: Apache-2.0
#include "report/boot_words.hpp"

#include "report/text_layout.hpp"

#include <fmt/format.h>

namespace tcptune::report {

std::string place_of(const conf::Statement& statement) {
    return statement.line == 0 ? statement.file
                               : fmt::format("{}:{}", statement.file, statement.line);
}

std::string statement_words(const conf::Statement& statement) {
    return statement.exclusion ? "-" + statement.name
                               : fmt::format("{} = {}", statement.name, statement.value);
}

std::string reading_words(const conf::Reading& reading) {
    using Status = conf::Reading::Status;
    switch (reading.status) {
        case Status::value:
            return reading.value.empty() ? "\"\"" : reading.value;
        case Status::absent:
            return "no such key";
        case Status::write_only:
            return "cannot be read by anybody";
        case Status::unknown:
            return "not known: " + reading.reason;
        case Status::not_asked:
            break;
    }
    return "not asked";
}

std::string_view booting_loader(const BootScene& scene) {
    return conf::to_string(scene.has_systemd ? conf::Loader::systemd : conf::Loader::procps);
}

std::string_view other_loader(const BootScene& scene) {
    return conf::to_string(scene.has_systemd ? conf::Loader::procps : conf::Loader::systemd);
}

std::string subject_words(const BootScene& scene) {
    return scene.root.empty() ? "this host" : scene.root;
}

void put_limits(Page& page, const BootScene& scene) {
    if (!scene.unreadable.empty()) {
        page.heading("Could not be read");
        for (const std::string& path : scene.unreadable)
            page.paragraph(2, path + ": what it says may change the answer", Ink::caution);
    }
    if (scene.cannot_judge.empty()) return;
    page.heading("Not judged");
    for (const std::string& sentence : scene.cannot_judge)
        page.paragraph(2, sentence, Ink::dim);
}

}  // namespace tcptune::report

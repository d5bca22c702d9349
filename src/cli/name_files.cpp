// SPDX-License-Identifier: Apache-2.0
#include "cli/name_files.hpp"

#include "cli/context.hpp"
#include "cli/files.hpp"
#include "cli/input_error.hpp"

#include <tcptune/base/text.hpp>

#include <utility>

namespace tcptune::cli {

std::vector<rules::RuleSource> find_name_files(const std::vector<std::string>& extra) {
    std::vector<rules::RuleSource> sources;
    for (const FoundFile& file : found_below(rule_directories(extra), "/names")) {
        if (file.disabled) continue;
        sources.push_back({.file = file.path, .text = read_regular_file(file.path, text_limit)});
    }
    return sources;
}

rules::NameBook load_name_book(const std::vector<std::string>& extra) {
    const std::vector<rules::RuleSource> sources = find_name_files(extra);
    if (sources.empty()) {
        throw Error(ErrorCode::configuration, join(rule_directories(extra), ", "),
                    "no names of sysctls here; --rules DIR names another place");
    }
    Diagnostics diagnostics;
    rules::NameBook names = rules::read_names(sources, diagnostics);
    if (has_errors(diagnostics)) {
        std::string file = diagnostics.front().location.file;
        throw InputError(std::move(file), "cannot be used", std::move(diagnostics));
    }
    return names;
}

}  // namespace tcptune::cli

// SPDX-License-Identifier: Apache-2.0
#include "probe/source_log.hpp"
#include "probe/sysctl_value.hpp"

#include <tcptune/base/escape.hpp>
#include <tcptune/base/text.hpp>
#include <tcptune/probe/sysctl_probe.hpp>

#include <string>
#include <variant>

namespace tcptune::probe {
namespace {

facts::FactValue unexpected(std::string_view text) {
    // Long enough to recognise it, and never a whole megabyte of it.
    constexpr std::size_t shown = 60;
    const std::string_view word = trim(text);
    std::string quoted = escape_line(word.substr(0, shown));
    if (word.size() > shown) quoted += "...";
    return facts::Unknown{"unexpected text: \"" + quoted + '"'};
}

facts::FactValue running_value(const host::FileText& file, const sysctl::Parameter& parameter) {
    switch (file.status) {
        case host::FileStatus::ok:
            return to_fact(parameter.type, file.text);
        case host::FileStatus::absent:
        case host::FileStatus::masked:
            return facts::Unknown{
                "no such file: this kernel or this network namespace has no such key"};
        case host::FileStatus::denied:
        case host::FileStatus::malformed:
            break;
    }
    return unknown_of(file);
}

}  // namespace

facts::FactValue to_fact(sysctl::ValueType type, std::string_view text) {
    const std::optional<sysctl::Value> value = sysctl::parse_value(type, text);
    if (!value) return unexpected(text);
    return std::visit([](const auto& v) { return facts::FactValue(v); }, *value);
}

void probe_sysctls(const host::FileTree& tree, const sysctl::ParameterCatalog& catalog,
                   facts::FactSet& facts) {
    bool any = false;
    for (const auto& [key, parameter] : catalog.all()) {
        const host::FileText file = tree.read("/proc/sys/" + parameter.key.path());
        any = any || file.ok();
        facts.values["sysctl." + key] = running_value(file, parameter);
    }
    if (catalog.all().empty()) return;
    log_source(facts, "/proc/sys", any ? facts::SourceStatus::ok : facts::SourceStatus::absent,
               any ? std::string() : "none of the keys can be read");
}

}  // namespace tcptune::probe

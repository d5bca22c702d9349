// SPDX-License-Identifier: Apache-2.0
#include "plan/boot_override.hpp"

#include <tcptune/plan/boot_conflicts.hpp>

namespace tcptune::plan {

std::string_view base_name(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

BootFate fate_of(const facts::ConfiguredValue& line, sysctl::ValueType type,
                 const sysctl::Value& wanted) {
    if (sysctl::parse_value(type, line.value) == wanted) return BootFate::agrees;
    const std::string_view file = base_name(line.file);
    const std::string_view drop_in = base_name(drop_in_path);
    if (file == drop_in) return BootFate::replaced;
    return file > drop_in ? BootFate::wins : BootFate::loses;
}

std::string fate_text(BootFate fate) {
    const std::string drop_in(base_name(drop_in_path));
    if (fate == BootFate::wins)
        return "would win over " + drop_in + " at the next boot; change or delete this line first";
    return "sets another value; " + drop_in + " is read later and would win";
}

std::vector<const facts::Source*> unread_configuration(const facts::FactSet& facts) {
    std::vector<const facts::Source*> unread;
    for (const facts::Source& source : facts.sources)
        if (source.name.starts_with("/") && source.name.find("sysctl") != std::string::npos &&
            (source.status == facts::SourceStatus::denied ||
             source.status == facts::SourceStatus::malformed))
            unread.push_back(&source);
    return unread;
}

}  // namespace tcptune::plan

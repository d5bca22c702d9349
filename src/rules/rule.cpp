// SPDX-License-Identifier: Apache-2.0
#include <tcptune/rules/rule.hpp>

#include <algorithm>

namespace tcptune::rules {

std::string_view to_string(Level level) {
    switch (level) {
        case Level::low:
            return "low";
        case Level::medium:
            return "medium";
        case Level::high:
            return "high";
        case Level::critical:
            return "critical";
    }
    return "";
}

std::string_view to_string(Severity severity) {
    switch (severity) {
        case Severity::info:
            return "info";
        case Severity::warning:
            return "warning";
        case Severity::critical:
            return "critical";
    }
    return "";
}

std::string_view to_string(Remedy remedy) {
    switch (remedy) {
        case Remedy::none:
            return "none";
        case Remedy::application:
            return "application";
        case Remedy::sysctl:
            return "sysctl";
        case Remedy::configuration:
            return "configuration";
        case Remedy::topology:
            return "topology";
    }
    return "";
}

const Evidence* Rule::find_evidence(std::string_view name) const {
    const auto found = std::ranges::find(evidence, name, &Evidence::name);
    return found == evidence.end() ? nullptr : &*found;
}

std::optional<double> Rule::threshold(std::string_view name) const {
    const auto found = std::ranges::find(thresholds, name, &Threshold::name);
    if (found == thresholds.end()) return std::nullopt;
    return found->value;
}

}  // namespace tcptune::rules

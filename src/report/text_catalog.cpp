// SPDX-License-Identifier: Apache-2.0
#include "report/text_layout.hpp"

#include <tcptune/report/text_report.hpp>

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace tcptune::report {
namespace {

std::string origin(const std::string& file) {
    const std::size_t slash = file.rfind('/');
    return slash == std::string::npos ? "." : file.substr(0, slash);
}

}  // namespace

std::string text_rules(const rules::RuleSet& rules, const TextStyle& style) {
    Page page(style);
    std::string shown_origin;
    for (const auto& [key, rule] : rules.all()) {
        if (const std::string where = origin(rule.file); where != shown_origin) {
            page.heading(where);
            shown_origin = where;
        }
        const sysctl::Parameter& parameter = rule.parameter;
        std::string what = parameter.access == sysctl::Access::advise ? "advice only"
                           : parameter.scope == sysctl::Scope::netns  ? "per network namespace"
                                                                      : "whole host";
        if (const std::string kernels = parameter.kernels.describe(); !kernels.empty()) {
            what += ", kernels " + kernels;
        }
        page.paragraph(2, key, Ink::strong);
        page.paragraph(4, parameter.summary);
        page.paragraph(4, what, Ink::dim);
    }
    return page.text();
}

std::string text_profiles(std::span<const rules::Profile> profiles, const TextStyle& style) {
    Page page(style);
    for (const rules::Profile& profile : profiles) {
        std::string roles;
        for (const rules::Role role : profile.roles) {
            if (!roles.empty()) roles += ", ";
            roles += to_string(role);
        }
        page.paragraph(0, profile.name, Ink::strong);
        page.paragraph(2, profile.summary);
        if (!roles.empty()) page.paragraph(2, "roles: " + roles, Ink::dim);
        for (const rules::ExpectedDestination& entry : profile.destinations) {
            page.paragraph(
                2,
                fmt::format("expects {:.0f} connections/s to {} port {}", entry.rate,
                            entry.address.empty() ? "any one address" : entry.address, entry.port),
                Ink::dim);
        }
    }
    return page.text();
}

}  // namespace tcptune::report

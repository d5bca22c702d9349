// SPDX-License-Identifier: Apache-2.0
#include <tcptune/lint/fix.hpp>

#include <algorithm>
#include <map>

namespace tcptune::lint {
namespace {

constexpr std::string_view removal_mark = "# tcptune lint (";
constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";

/// Of the fixes of one line the first, and a removal before any other.
using FixOfLine = std::map<std::uint32_t, const Finding*>;

FixOfLine fixes_by_line(std::span<const Finding> findings) {
    FixOfLine fixes;
    for (const Finding& finding : findings) {
        if (finding.line == 0 || finding.fix.kind == Fix::Kind::none) continue;
        const Finding*& kept = fixes[finding.line];
        const bool removes = finding.fix.kind == Fix::Kind::remove;
        if (!kept || (removes && kept->fix.kind != Fix::Kind::remove)) kept = &finding;
    }
    return fixes;
}

}  // namespace

std::optional<std::string> fixed_line(std::string_view line, const Finding& finding) {
    if (line.find_first_of(std::string_view("\r\0", 2)) != std::string_view::npos) return {};
    std::string made;
    switch (finding.fix.kind) {
        case Fix::Kind::none:
            return {};
        case Fix::Kind::replace:
            made = finding.fix.replacement;
            break;
        case Fix::Kind::remove:
            if (line.starts_with(removal_mark)) return {};
            if (line.starts_with(utf8_mark)) line.remove_prefix(utf8_mark.size());
            made = std::string(removal_mark) + finding.rule_id + "): ";
            made += line;
            break;
    }
    // One line stays one line, whatever a rule file says.
    if (made == line || made.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
        return {};
    return made;
}

std::string fixed(std::string_view text, std::span<const Finding> findings) {
    const FixOfLine fixes = fixes_by_line(findings);
    std::string out;
    out.reserve(text.size() + 64 * fixes.size());
    std::uint32_t number = 1;
    for (const auto& [line, finding] : fixes) {
        // As it is up to the line.
        std::size_t begin = 0;
        while (number < line && begin != std::string_view::npos) {
            begin = text.find('\n', begin);
            if (begin == std::string_view::npos) break;
            ++begin;
            ++number;
        }
        if (begin == std::string_view::npos || begin >= text.size()) break;
        out += text.substr(0, begin);
        text.remove_prefix(begin);

        std::string_view old = text.substr(0, text.find('\n'));
        if (old.ends_with('\r')) old.remove_suffix(1);
        const std::optional<std::string> made = fixed_line(old, *finding);
        out += made ? std::string_view(*made) : old;
        text.remove_prefix(old.size());
    }
    out += text;
    return out;
}

}  // namespace tcptune::lint

// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/diagnostic.hpp>
#include <tcptune/base/utf8.hpp>

#include <algorithm>

namespace tcptune {

bool has_errors(const Diagnostics& diagnostics) {
    return std::ranges::any_of(diagnostics, [](const Diagnostic& diagnostic) {
        return diagnostic.severity == DiagnosticSeverity::error;
    });
}

std::string_view line_of(std::string_view text, std::uint32_t number) {
    if (number == 0) return {};
    for (std::uint32_t line = 1; line < number; ++line) {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos) return {};
        text.remove_prefix(end + 1);
    }
    std::string_view line = text.substr(0, text.find('\n'));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return line;
}

std::string_view skip_columns(std::string_view line, std::uint32_t column) {
    for (std::uint32_t passed = 1; passed < column && !line.empty(); ++passed)
        line.remove_prefix(std::max<std::size_t>(first_code_point(line).length, 1));
    return line;
}

}  // namespace tcptune

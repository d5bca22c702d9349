// SPDX-License-Identifier: Apache-2.0
#include "report/source_line.hpp"
#include "report/text_layout.hpp"

#include <tcptune/report/snippet.hpp>

#include <optional>

#include <fmt/format.h>

namespace tcptune::report {
namespace {

/// A message that quotes a file must not fill a screen.
constexpr std::size_t longest_message = 600;

}  // namespace

std::string snippet(const Diagnostic& diagnostic, const TextStyle& style) {
    const bool is_error = diagnostic.severity == DiagnosticSeverity::error;
    std::string place;
    if (!diagnostic.location.file.empty()) place = safe_text(diagnostic.location.file, style);
    if (diagnostic.location.line > 0) place += fmt::format(":{}", diagnostic.location.line);
    if (diagnostic.location.line > 0 && diagnostic.location.column > 0) {
        place += fmt::format(":{}", diagnostic.location.column);
    }
    if (!place.empty()) place += ": ";

    std::string out = painted("1", place, style);
    out += painted(is_error ? "1;31" : "33", is_error ? "error" : "warning", style);
    out += fmt::format(" {}: {}\n", safe_text(diagnostic.code, style),
                       clip(safe_text(diagnostic.message, style), longest_message));

    const std::string_view line = diagnostic.source_line;
    if (!line.empty()) {
        std::optional<std::size_t> caret;
        if (diagnostic.location.column > 0)
            caret = line.size() - skip_columns(line, diagnostic.location.column).size();
        out += source_line(line, caret, style);
    }
    if (!diagnostic.hint.empty()) {
        out +=
            fmt::format("    hint: {}\n", clip(safe_text(diagnostic.hint, style), longest_message));
    }
    return out;
}

std::string snippets(const Diagnostics& diagnostics, const TextStyle& style) {
    std::string out;
    for (const Diagnostic& diagnostic : diagnostics)
        out += snippet(diagnostic, style);
    return out;
}

}  // namespace tcptune::report

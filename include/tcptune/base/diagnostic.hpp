// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tcptune {

/// A place in a text. Lines and columns count from 1; 0 means "not known".
struct SourceLocation {
    std::string file;
    std::uint32_t line = 0;
    std::uint32_t column = 0;

    bool operator==(const SourceLocation&) const = default;
};

enum class DiagnosticSeverity { warning, error };

/// One thing a person must read and mend in a file. `code` is stable ("TT301", see
/// diagnostic_codes.hpp); tests assert code and place, golden tests the wording.
struct Diagnostic {
    std::string code;
    DiagnosticSeverity severity = DiagnosticSeverity::error;
    SourceLocation location;
    std::string message;      ///< what is wrong, one sentence without a full stop
    std::string hint;         ///< the mend; may be empty
    std::string source_line;  ///< the line itself, for the snippet with its caret; may be empty

    bool operator==(const Diagnostic&) const = default;
};

using Diagnostics = std::vector<Diagnostic>;

[[nodiscard]] bool has_errors(const Diagnostics& diagnostics);

/// Line `number` (from 1) of `text` without its line end; empty when there is none.
[[nodiscard]] std::string_view line_of(std::string_view text, std::uint32_t number);

/// The rest of a line from that column on; columns count code points from 1.
[[nodiscard]] std::string_view skip_columns(std::string_view line, std::uint32_t column);

}  // namespace tcptune

// SPDX-License-Identifier: Apache-2.0
#include "base/toml_guard.hpp"

#include "base/utf8.hpp"

#include <tcptune/base/diagnostic_codes.hpp>

#include <algorithm>
#include <string>

namespace tcptune {

namespace {

constexpr std::size_t largest_file = std::size_t{1} << 20;

SourceLocation place_of(const std::string& file, std::string_view text, std::size_t offset) {
    const std::string_view before = text.substr(0, offset);
    const auto line = static_cast<std::uint32_t>(std::ranges::count(before, '\n')) + 1;
    const std::size_t start = before.rfind('\n');
    const std::size_t column = start == std::string_view::npos ? offset : offset - start - 1;
    return {file, line, static_cast<std::uint32_t>(column) + 1};
}

/// Offset of the first byte that is NUL or part of no valid code point; npos when there is none.
std::size_t first_not_text(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint point = first_code_point(text.substr(at, 4));
        if (point.length == 0 || point.value == 0) return at;
        at += point.length;
    }
    return std::string_view::npos;
}

/// Where the scanner stands in a TOML text.
enum class Place { bare, comment, basic, literal, long_basic, long_literal };

/// Offset of the first byte outside ASCII that is neither in a string nor in a comment.
std::size_t first_bare_not_ascii(std::string_view text) {
    Place place = Place::bare;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        const auto three = [&](const char* quotes) { return text.substr(at, 3) == quotes; };
        switch (place) {
            case Place::bare:
                if (static_cast<unsigned char>(c) >= 0x80) return at;
                if (c == '#') {
                    place = Place::comment;
                } else if (three("\"\"\"") || three("'''")) {
                    place = c == '"' ? Place::long_basic : Place::long_literal;
                    at += 2;
                } else if (c == '"' || c == '\'') {
                    place = c == '"' ? Place::basic : Place::literal;
                }
                break;
            case Place::comment:
                if (c == '\n') place = Place::bare;
                break;
            case Place::basic:
            case Place::literal:
                if (c == '\\' && place == Place::basic)
                    ++at;
                else if (c == (place == Place::basic ? '"' : '\'') || c == '\n')
                    place = Place::bare;
                break;
            case Place::long_basic:
            case Place::long_literal:
                if (c == '\\' && place == Place::long_basic) {
                    ++at;
                } else if (three(place == Place::long_basic ? "\"\"\"" : "'''")) {
                    // Up to two quotes may stand right before the closing three.
                    at += 2;
                    while (at + 1 < text.size() && text[at + 1] == c)
                        ++at;
                    place = Place::bare;
                }
                break;
        }
    }
    return std::string_view::npos;
}

}  // namespace

bool fit_for_toml(const std::string& file, std::string_view text, Diagnostics& diagnostics) {
    const auto refuse = [&](std::string_view code, const SourceLocation& place, std::string message,
                            std::string hint) {
        diagnostics.push_back({std::string(code), DiagnosticSeverity::error, place,
                               std::move(message), std::move(hint), ""});
        return false;
    };
    if (text.size() > largest_file)
        return refuse(codes::too_large, {file, 0, 0},
                      "the file has " + std::to_string(text.size()) + " bytes, at most " +
                          std::to_string(largest_file) + " are read",
                      "is this a rule, policy or profile file?");
    if (const std::size_t at = first_not_text(text); at != std::string_view::npos)
        return refuse(codes::not_text, place_of(file, text, at),
                      "this is not text: a NUL byte or no valid UTF-8",
                      "is this a rule, policy or profile file?");
    if (const std::size_t at = first_bare_not_ascii(text); at != std::string_view::npos) {
        const SourceLocation place = place_of(file, text, at);
        (void)refuse(codes::not_ascii, place,
                     "a character outside ASCII stands outside strings and comments",
                     "names and values are plain ASCII; put other text in quotes");
        diagnostics.back().source_line = line_of(text, place.line);
        return false;
    }
    return true;
}

}  // namespace tcptune

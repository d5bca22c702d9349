// SPDX-License-Identifier: Apache-2.0
#include "base/toml_guard.hpp"

#include "base/utf8.hpp"

#include <tcptune/base/diagnostic_codes.hpp>

#include <algorithm>
#include <optional>
#include <string>

namespace tcptune {

namespace {

constexpr std::size_t largest_file = std::size_t{1} << 20;
// A longer line helps nobody on a terminal, and a file may be one line with many mistakes.
constexpr std::size_t longest_snippet = 1000;
constexpr int most_dots = 32;      // in one key
constexpr int most_brackets = 16;  // open at once

SourceLocation place_of(const std::string& file, std::string_view text, std::size_t offset) {
    const std::string_view before = text.substr(0, offset);
    const auto line = static_cast<std::uint32_t>(std::ranges::count(before, '\n')) + 1;
    const std::size_t start = before.rfind('\n');
    const std::string_view left = before.substr(start == std::string_view::npos ? 0 : start + 1);
    // Code points, as toml++ counts: the bytes that continue none.
    const auto column = std::ranges::count_if(
        left, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; });
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

/// How deep tables and lists stand in each other, told from the punctuation alone.
class Depth {
public:
    /// False when `c` goes too deep.
    bool take(char c) {
        if (c == '.') return ++dots_ <= most_dots;
        if (c == '[' || c == '{') ++brackets_;
        if ((c == ']' || c == '}') && brackets_ > 0) --brackets_;
        if (std::string_view("=,[]{}\n").find(c) != std::string_view::npos) dots_ = 0;
        return brackets_ <= most_brackets;
    }

    [[nodiscard]] bool is_top() const { return brackets_ == 0; }

private:
    int dots_ = 0;
    int brackets_ = 0;
};

/// True when `text` begins with the bracket of a table's header and no name follows it: toml++
/// 3.3 and 3.4 take for granted there that one does.
bool is_nameless_header(std::string_view text) {
    text.remove_prefix(text.starts_with("[[") ? 2 : 1);
    const std::size_t name = text.find_first_not_of(" \t");
    if (name == std::string_view::npos) return false;
    const char c = text[name];
    return !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
           std::string_view("_-\"']").find(c) == std::string_view::npos;
}

/// Tells dates and times, as TOML would read them, by the word that they are part of.
class DateWatch {
public:
    /// False when `c` makes a date or a time of the word.
    bool take(char c) {
        const bool digit = c >= '0' && c <= '9';
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        const bool part =
            digit || letter || std::string_view("_-+.:").find(c) != std::string_view::npos;
        if (!part) number_ = false;
        if (part && !in_word_) number_ = digit;
        const bool exponent = before_ == 'e' || before_ == 'E';
        in_word_ = part;
        before_ = c;
        return !number_ || (c != ':' && (c != '-' || exponent));
    }

private:
    bool in_word_ = false;
    bool number_ = false;
    char before_ = 0;
};

/// Where a text goes wrong; `message` is empty for a byte outside ASCII.
struct Unfit {
    std::size_t offset = 0;
    std::string_view message;
};

/// The first byte outside strings and comments that toml++ must not see.
std::optional<Unfit> first_unfit(std::string_view text) {
    Place place = Place::bare;
    Depth depth;
    DateWatch dates;
    bool at_line_start = true;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        const auto three = [&](const char* quotes) { return text.substr(at, 3) == quotes; };
        switch (place) {
            case Place::bare:
                if (static_cast<unsigned char>(c) >= 0x80) return Unfit{at, ""};
                if (c == '[' && at_line_start && depth.is_top() &&
                    is_nameless_header(text.substr(at)))
                    return Unfit{at, "a table has no name here"};
                if (!dates.take(c)) return Unfit{at, "a date or a time must stand in quotes here"};
                if (!depth.take(c)) return Unfit{at, "tables and lists are nested too deeply here"};
                at_line_start = c == '\n' || (at_line_start && (c == ' ' || c == '\t'));
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
                at_line_start = c == '\n';
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
    return std::nullopt;
}

}  // namespace

std::string_view rest_of_line(std::string_view text, const SourceLocation& at) {
    std::string_view line = line_of(text, at.line);
    for (std::uint32_t column = 1; column < at.column && !line.empty(); ++column)
        line.remove_prefix(std::max<std::size_t>(first_code_point(line).length, 1));
    return line;
}

std::string snippet_line(std::string_view text, std::uint32_t number) {
    const std::string_view line = line_of(text, number);
    return std::string(line.size() <= longest_snippet ? line : std::string_view());
}

bool fit_for_toml(const std::string& file, std::string_view text, Diagnostics& diagnostics) {
    constexpr const char* which = "is this a rule, policy or profile file?";
    const auto refuse = [&](std::string_view code, const SourceLocation& place, std::string message,
                            std::string hint) {
        const bool readable = code == codes::not_ascii || code == codes::toml_syntax;
        diagnostics.push_back({std::string(code), DiagnosticSeverity::error, place,
                               std::move(message), std::move(hint),
                               readable ? snippet_line(text, place.line) : ""});
        return false;
    };
    if (text.size() > largest_file)
        return refuse(codes::too_large, {file, 0, 0},
                      "the file has " + std::to_string(text.size()) + " bytes, at most " +
                          std::to_string(largest_file) + " are read",
                      which);
    if (const std::size_t at = first_not_text(text); at != std::string_view::npos)
        return refuse(codes::not_text, place_of(file, text, at),
                      "this is not text: a NUL byte or no valid UTF-8", which);
    const auto unfit = first_unfit(text);
    if (!unfit) return true;
    if (!unfit->message.empty())
        return refuse(codes::toml_syntax, place_of(file, text, unfit->offset),
                      std::string(unfit->message), "");
    return refuse(codes::not_ascii, place_of(file, text, unfit->offset),
                  "a character outside ASCII stands outside strings and comments",
                  "names and values are plain ASCII; put other text in quotes");
}

}  // namespace tcptune

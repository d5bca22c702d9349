// SPDX-License-Identifier: Apache-2.0
#include "base/toml_guard.hpp"

#include <tcptune/base/diagnostic_codes.hpp>
#include <tcptune/base/utf8.hpp>

#include <algorithm>
#include <optional>
#include <string>

namespace tcptune {

namespace {

constexpr std::size_t largest_file = std::size_t{1} << 20;
// A longer line helps nobody on a terminal, and a file may be one line with many mistakes.
constexpr std::size_t longest_snippet = 1000;
constexpr int most_dots = 32;              // in one key
constexpr std::size_t most_brackets = 16;  // open at once

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
        if (const auto byte = static_cast<unsigned char>(text[at]); byte > 0 && byte < 0x80) {
            ++at;
            continue;
        }
        const CodePoint point = first_code_point(text.substr(at, 4));
        if (point.length == 0 || point.value == 0) return at;
        at += point.length;
    }
    return std::string_view::npos;
}

bool is_one_of(char c, std::string_view characters) {
    return characters.find(c) != std::string_view::npos;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_word_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || is_one_of(c, "_-+.:");
}

/// True when `text` begins with the bracket of a table's header and no name follows it.
bool is_nameless_header(std::string_view text) {
    text.remove_prefix(text.starts_with("[[") ? 2 : 1);
    const std::size_t name = text.find_first_not_of(" \t");
    if (name == std::string_view::npos) return false;
    const char c = text[name];
    return is_one_of(c, "+.:") || (!is_word_character(c) && !is_one_of(c, "\"']"));
}

/// Follows what stands outside strings and comments, just closely enough to stop before each
/// place where toml++ takes for granted what the text need not hold.
class BareText {
public:
    /// What is wrong with the character at the start of `rest`; empty when nothing is.
    std::string_view take(std::string_view rest) {
        const char c = rest.front();
        if (static_cast<unsigned char>(c) >= 0x80) return outside_ascii;
        const bool may_be_header = at_line_start_ && open_.empty();
        at_line_start_ = c == '\n' || (at_line_start_ && is_one_of(c, " \t"));
        if (in_value_ && !is_one_of(c, " \t\r\n,]}#")) return take_in_value(c);
        in_value_ = false;
        if (c == '[' && !value_next_ && may_be_header && is_nameless_header(rest))
            return "a table has no name here";
        if (value_next_ && (is_one_of(c, ",}") || (c == ']' && !open_.ends_with('['))))
            return "a value is missing here";
        if (value_next_ && !is_one_of(c, " \t\r\n,]}#[{\"'")) {
            value_next_ = false;
            in_value_ = true;
            is_number_ = is_digit(c);
            return take_in_value(c);
        }
        return take_structure(c);
    }

    static constexpr std::string_view outside_ascii = "not ASCII";

private:
    std::string_view take_in_value(char c) {
        // What follows a number may be a string to us and part of the number to toml++.
        if (!is_word_character(c)) return "a value cannot hold this character outside quotes";
        const bool exponent = before_ == 'e' || before_ == 'E';
        before_ = c;
        if (is_number_ && (c == ':' || (c == '-' && !exponent)))
            return "a date or a time must stand in quotes here";
        return {};
    }

    std::string_view take_structure(char c) {
        if (c != '.' && is_one_of(c, "=,[]{}\n")) dots_ = 0;
        if (c == '.' && ++dots_ > most_dots) return too_deep;
        if (c == '{' || (c == '[' && value_next_)) {
            open_ += c;
            if (open_.size() > most_brackets) return too_deep;
        }
        if (is_one_of(c, "]}") && !open_.empty()) open_.pop_back();
        if (c == '=') {
            value_next_ = true;
        } else if (c == ',' || c == '[') {
            value_next_ = open_.ends_with('[');
        } else if (c == '\n') {
            value_next_ = value_next_ && !open_.empty();
        } else if (!is_one_of(c, " \t\r#")) {
            value_next_ = false;
        }
        return {};
    }

    static constexpr std::string_view too_deep = "tables and lists are nested too deeply here";

    std::string open_;  ///< brackets of lists and inline tables
    int dots_ = 0;      ///< of the present key
    bool at_line_start_ = true;
    bool value_next_ = false;
    bool in_value_ = false;  ///< inside a value without quotes
    bool is_number_ = false;
    char before_ = 0;
};

/// Where the scanner stands in a TOML text.
enum class Place { bare, comment, basic, literal, long_basic, long_literal };

struct Unfit {
    std::size_t offset = 0;
    std::string_view message;
};

/// The first byte outside strings and comments that toml++ must not see.
std::optional<Unfit> first_unfit(std::string_view text) {
    Place place = Place::bare;
    BareText bare;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        const auto three = [&](const char* quotes) { return text.substr(at, 3) == quotes; };
        switch (place) {
            case Place::bare:
                if (const auto message = bare.take(text.substr(at)); !message.empty())
                    return Unfit{at, message};
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
                at = std::min(text.find('\n', at), text.size());
                if (at == text.size()) break;
                place = Place::bare;
                (void)bare.take("\n");
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
                    // toml++ asks of what follows whether it is white space of any script.
                    const auto next = text.find_first_not_of(" \t\r\n\v\f", at + 1);
                    if (next != std::string_view::npos &&
                        static_cast<unsigned char>(text[next]) >= 0x80)
                        return Unfit{next, "no character outside ASCII may follow a backslash"};
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
    if (unfit->message != BareText::outside_ascii)
        return refuse(codes::toml_syntax, place_of(file, text, unfit->offset),
                      std::string(unfit->message), "");
    return refuse(codes::not_ascii, place_of(file, text, unfit->offset),
                  "a character outside ASCII stands outside strings and comments",
                  "names and values are plain ASCII; put other text in quotes");
}

}  // namespace tcptune

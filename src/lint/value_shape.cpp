// SPDX-License-Identifier: Apache-2.0
#include "lint/value_shape.hpp"

#include "lint/line_form.hpp"

#include <tcptune/base/text.hpp>

#include <algorithm>
#include <array>

namespace tcptune::lint {

namespace {

using Oddity = ValueShape::Oddity;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::size_t digits_of(std::string_view word) {
    std::size_t length = word.starts_with('-') ? 1 : 0;
    while (length < word.size() && is_digit(word[length]))
        ++length;
    return length == 1 && word[0] == '-' ? 0 : length;
}

bool is_number(std::string_view word) {
    if (word.starts_with("0x") || word.starts_with("0X")) return word.size() > 2;
    return !word.empty() && digits_of(word) == word.size();
}

std::string_view opening_quote(std::string_view text) {
    constexpr std::array<std::string_view, 7> quotes{
        "\"", "'", "`", "\xe2\x80\x9c", "\xe2\x80\x9d", "\xe2\x80\x98", "\xe2\x80\x99"};
    const auto found = std::ranges::find_if(
        quotes, [&](std::string_view quote) { return text.starts_with(quote); });
    return found == quotes.end() ? std::string_view() : *found;
}

/// What lies between the quotes, to the next character that could close them.
std::string_view inside_quotes(std::string_view text, std::string_view quote) {
    text.remove_prefix(quote.size());
    if (quote.size() == 1) return trim(text.substr(0, text.find(quote)));
    // Typographic quotes come in pairs of different ones.
    return trim(text.substr(0, text.find(quote.substr(0, 2))));
}

bool is_unit(std::string_view rest) {
    constexpr std::array<std::string_view, 16> units{
        "k", "K", "m", "M", "g", "G", "kb", "KB", "mb", "MB", "gb", "GB", "MiB", "GiB", "s", "%"};
    return std::ranges::find(units, rest) != units.end();
}

Oddity glue_of(std::string_view word) {
    const std::size_t digits = digits_of(word);
    if (digits == 0 || digits == word.size()) return Oddity::none;
    const std::string_view rest = word.substr(digits);
    if (is_unit(rest)) return Oddity::unit;
    const char c = rest[0];
    const bool last = rest.size() == 1;
    const bool odd = c == ';' || c == '#' || c == '"' || c == '\'' || (c == ',' && last) ||
                     (c == '.' && last) || static_cast<unsigned char>(c) >= 0x80;
    return odd ? Oddity::glued : Oddity::none;
}

bool holds_assignment(std::string_view rest) {
    const std::size_t equals = rest.find('=');
    if (equals == std::string_view::npos || rest.starts_with('#')) return false;
    const std::string_view name = trim(rest.substr(0, equals));
    return name.find_first_of(" \t") == std::string_view::npos &&
           name.find('.') != std::string_view::npos && name[0] >= 'a' && name[0] <= 'z';
}

}  // namespace

ValueShape shape_of(std::string_view value) {
    ValueShape shape{.core = value};
    if (value.empty()) {
        shape.oddity = Oddity::empty;
        return shape;
    }
    if (value[0] == '=') {
        shape.oddity = Oddity::double_equals;
        shape.core = trim(value.substr(1));
        return shape;
    }
    if (const std::string_view quote = opening_quote(value); !quote.empty()) {
        shape.oddity = Oddity::quoted;
        shape.core = inside_quotes(value, quote);
        const auto words = split_words(shape.core.substr(0, 200));
        shape.numeric = !words.empty() && std::ranges::all_of(words, is_number);
        return shape;
    }
    std::size_t at = 0, end = 0;
    constexpr std::string_view blanks = " \t\v\f\r";
    while (at < value.size()) {
        const std::size_t word_end = std::min(value.find_first_of(blanks, at), value.size());
        const std::string_view word = value.substr(at, word_end - at);
        if (!is_number(word)) {
            const Oddity glue = glue_of(word);
            if (glue != Oddity::none) {
                shape.oddity = glue;
                shape.core = value.substr(0, at + digits_of(word));
                shape.numeric = true;
                const std::size_t rest = std::min(word_end, value.size());
                shape.second_assignment = holds_assignment(trim(value.substr(rest)));
                return shape;
            }
            break;
        }
        end = word_end;
        at = std::min(value.find_first_not_of(blanks, word_end), value.size());
    }
    shape.numeric = end > 0;
    if (end == 0) {
        const std::size_t comment = std::min(value.find(" #"), value.find("\t#"));
        if (comment != std::string_view::npos) {
            shape.oddity = Oddity::comment_after_text;
            shape.core = trim(value.substr(0, comment));
        }
    } else if (at < value.size()) {
        shape.core = value.substr(0, end);
        // A line that should go on in the next one; found fault with as a line.
        if (value.substr(at) == "\\") return shape;
        // "0-3 x", "1,2 x" and versions do not get here: their first word is no number.
        shape.oddity = Oddity::text_after_number;
        shape.second_assignment = holds_assignment(value.substr(at));
    }
    return shape;
}

}  // namespace tcptune::lint

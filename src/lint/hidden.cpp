// SPDX-License-Identifier: Apache-2.0
#include "lint/hidden.hpp"

#include <tcptune/base/utf8.hpp>

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace tcptune::lint {

namespace {

struct KnownCharacter {
    char32_t value;
    bool is_space;
    std::string_view name;
};

constexpr std::array<KnownCharacter, 15> known_characters{{
    {0x00A0, true, "a no-break space"},
    {0x00AD, false, "a soft hyphen"},
    {0x2002, true, "an en space"},
    {0x2003, true, "an em space"},
    {0x2009, true, "a thin space"},
    {0x200B, false, "a zero-width space"},
    {0x200C, false, "a zero-width non-joiner"},
    {0x200D, false, "a zero-width joiner"},
    {0x200E, false, "a left-to-right mark"},
    {0x200F, false, "a right-to-left mark"},
    {0x2028, true, "a line separator"},
    {0x202F, true, "a narrow no-break space"},
    {0x2060, false, "a word joiner"},
    {0x3000, true, "an ideographic space"},
    {0xFEFF, false, "a byte order mark"},
}};

const KnownCharacter* known_character(char32_t value) {
    const auto found = std::ranges::find(known_characters, value, &KnownCharacter::value);
    return found == known_characters.end() ? nullptr : &*found;
}

std::size_t next_non_ascii(std::string_view text, std::size_t from) {
    while (from < text.size() && static_cast<unsigned char>(text[from]) < 0x80)
        ++from;
    return from;
}

}  // namespace

std::optional<HiddenCharacter> first_hidden(std::string_view text) {
    for (std::size_t at = next_non_ascii(text, 0); at < text.size();
         at = next_non_ascii(text, at)) {
        const CodePoint point = first_code_point(text.substr(at));
        // Another encoding: its bytes stand for what is not known here.
        if (point.length == 0) return std::nullopt;
        if (const auto* known = known_character(point.value))
            return HiddenCharacter{at, point.value, known->is_space};
        at += point.length;
    }
    return std::nullopt;
}

std::string name_of(const HiddenCharacter& character) {
    const auto* known = known_character(character.value);
    return fmt::format("U+{:04X}, {}", static_cast<std::uint32_t>(character.value),
                       known ? known->name : "a hidden character");
}

std::string without_hidden(std::string_view text) {
    std::string clean;
    while (const auto hidden = first_hidden(text)) {
        clean += text.substr(0, hidden->offset);
        if (hidden->is_space) clean += ' ';
        text.remove_prefix(hidden->offset);
        text.remove_prefix(first_code_point(text).length);
    }
    clean += text;
    return clean;
}

}  // namespace tcptune::lint

// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/escape.hpp>
#include <tcptune/base/utf8.hpp>

#include <array>
#include <cstdint>

namespace tcptune {

namespace {

constexpr char hex_digits[] = "0123456789abcdef";

std::string hex(std::uint32_t number, int least_digits) {
    std::string text;
    while (number != 0 || least_digits > 0) {
        text.insert(text.begin(), hex_digits[number % 16]);
        number /= 16;
        --least_digits;
    }
    return text;
}

/// Characters that move, hide or reorder what stands around them on a terminal.
bool deceives(char32_t c) {
    return (c >= 0x80 && c <= 0x9F) ||      // C1 controls
           c == 0xAD || c == 0x061C ||      // soft hyphen, Arabic letter mark
           (c >= 0x200B && c <= 0x200F) ||  // zero width, direction marks
           (c >= 0x2028 && c <= 0x202E) ||  // separators, embeddings, overrides
           (c >= 0x2060 && c <= 0x206F) ||  // word joiner, isolates
           c == 0xFEFF ||                   // byte order mark
           (c >= 0xFFF9 && c <= 0xFFFB) ||  // annotations
           (c >= 0xE0000 && c <= 0xE007F);  // tags
}

}  // namespace

CodePoint first_code_point(std::string_view text) {
    const auto byte = [&](std::size_t index) { return static_cast<unsigned char>(text[index]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) return {lead, 1};
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return {};
    char32_t value = lead & (0x7FU >> length);
    for (std::size_t index = 1; index < length; ++index) {
        if ((byte(index) & 0xC0U) != 0x80) return {};
        value = value << 6 | (byte(index) & 0x3FU);
    }
    constexpr std::array<char32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
    if (value < least[length] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return {};
    return {value, length};
}

std::string escape_line(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        const CodePoint point = first_code_point(text);
        const std::size_t taken = point.length == 0 ? 1 : point.length;
        if (point.length == 0)
            result += "\\x" + hex(static_cast<unsigned char>(text[0]), 2);
        else if (point.value == '\n')
            result += "\\n";
        else if (point.value == '\t')
            result += "\\t";
        else if (point.value == '\r')
            result += "\\r";
        else if (point.value < 0x20 || point.value == 0x7F)
            result += "\\x" + hex(static_cast<std::uint32_t>(point.value), 2);
        else if (deceives(point.value))
            result += "\\u{" + hex(static_cast<std::uint32_t>(point.value), 1) + "}";
        else
            result += text.substr(0, taken);
        text.remove_prefix(taken);
    }
    return result;
}

std::string escape_delete(std::string json) {
    constexpr std::string_view escaped = "\\u007f";
    for (std::size_t at = json.find('\x7f'); at != std::string::npos; at = json.find('\x7f', at))
        json.replace(at, 1, escaped);
    return json;
}

}  // namespace tcptune

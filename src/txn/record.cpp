// SPDX-License-Identifier: Apache-2.0
#include "txn/record.hpp"

#include <tcptune/base/text.hpp>

#include <charconv>

namespace tcptune::txn {
namespace {

constexpr std::string_view hexadecimal = "0123456789abcdef";
constexpr std::size_t crc_digits = 8;

/// CRC-32C (Castagnoli, RFC 3720 appendix B.4), bit by bit: journals are short.
std::uint32_t crc32c(std::string_view bytes) {
    std::uint32_t crc = 0xffffffffU;
    for (const char c : bytes) {
        crc ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0x82f63b78U : 0U);
    }
    return ~crc;
}

std::string crc_text(std::string_view bytes) {
    const std::uint32_t crc = crc32c(bytes);
    std::string text(crc_digits, '0');
    for (unsigned i = 0; i < crc_digits; ++i)
        text[i] = hexadecimal[(crc >> (28U - 4U * i)) & 15U];
    return text;
}

void append_escaped(std::string& line, std::string_view value) {
    for (const char c : value) {
        if (c > ' ' && c <= '~' && c != '\\') {
            line += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        line += "\\x";
        line += hexadecimal[byte >> 4U];
        line += hexadecimal[byte & 15U];
    }
}

std::optional<std::string> unescape(std::string_view text) {
    std::string value;
    value.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            value += text[i];
            continue;
        }
        unsigned byte = 0;
        const char* const end = text.data() + i + 4;
        if (i + 4 > text.size() || text[i + 1] != 'x' ||
            std::from_chars(text.data() + i + 2, end, byte, 16).ptr != end)
            return std::nullopt;
        value += static_cast<char>(byte);
        i += 3;
    }
    return value;
}

std::optional<Record> decode_line(std::string_view line) {
    if (line.size() < crc_digits + 2 || line[crc_digits] != ' ') return std::nullopt;
    const std::string_view body = line.substr(crc_digits + 1);
    if (crc_text(body) != line.substr(0, crc_digits)) return std::nullopt;
    Record record;
    for (const std::string_view part : split(body, ' ')) {
        if (record.word.empty()) {
            record.word = part;
            continue;
        }
        const std::size_t equals = part.find('=');
        if (equals == std::string_view::npos) return std::nullopt;
        std::optional<std::string> value = unescape(part.substr(equals + 1));
        if (!value) return std::nullopt;
        record.fields.emplace_back(part.substr(0, equals), *std::move(value));
    }
    return record;
}

}  // namespace

Record& Record::with(std::string name, std::string value) {
    fields.emplace_back(std::move(name), std::move(value));
    return *this;
}

Record& Record::with(std::string name, std::int64_t value) {
    return with(std::move(name), std::to_string(value));
}

std::string_view Record::text(std::string_view name) const {
    for (const auto& [field, value] : fields) {
        if (field == name) return value;
    }
    return {};
}

std::optional<std::int64_t> Record::number(std::string_view name) const {
    return parse_integer(text(name));
}

std::string encode(const Record& record) {
    std::string body = record.word;
    for (const auto& [name, value] : record.fields) {
        body += ' ';
        body += name;
        body += '=';
        append_escaped(body, value);
    }
    return crc_text(body) + ' ' + body + '\n';
}

Records decode(std::string_view text) {
    Records result;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        const bool whole = end != std::string_view::npos;
        std::optional<Record> record = whole ? decode_line(line) : std::nullopt;
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (record)
            result.records.push_back(*std::move(record));
        else if (whole)
            return {{}, true};
    }
    return result;
}

}  // namespace tcptune::txn

// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/text.hpp>
#include <tcptune/sysctl/value.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace tcptune::sysctl {

namespace {

constexpr std::int64_t highest_port = 65535;

struct TypeWord {
    ValueType type;
    std::string_view word;
};
constexpr std::array type_words{
    TypeWord{ValueType::boolean, "bool"},      TypeWord{ValueType::integer, "int"},
    TypeWord{ValueType::enumerated, "enum"},   TypeWord{ValueType::integer_list, "int-list"},
    TypeWord{ValueType::port_set, "port-set"}, TypeWord{ValueType::name, "name"},
};

/// A decimal number as the kernel writes it. The kernel reads a leading zero as octal and takes a
/// plus sign for an error, so neither says what a reader thinks.
std::optional<std::int64_t> plain_number(std::string_view text) {
    const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
    if (digits.empty() || digits[0] == '+' || (digits[0] == '0' && digits.size() > 1))
        return std::nullopt;
    return parse_integer(text);
}

std::optional<Value> parse_list(std::string_view text) {
    List list;
    for (const std::string_view word : split_words(text)) {
        const auto number = plain_number(word);
        if (!number) return std::nullopt;
        list.push_back(*number);
    }
    // The kernel takes a single number too, and changes only the first of its own.
    if (list.size() < 2) return std::nullopt;
    return list;
}

/// "22,8080-8090"; a trailing comma is taken by the kernel, so it is here.
std::optional<Value> parse_ports(std::string_view text) {
    text = trim(text);
    if (text.empty()) return List{};
    std::vector<std::pair<std::int64_t, std::int64_t>> ranges;
    if (text.ends_with(',')) text.remove_suffix(1);
    for (const std::string_view piece : split(text, ',')) {
        const std::size_t dash = piece.find('-');
        if (dash != piece.rfind('-')) return std::nullopt;
        const auto first = plain_number(piece.substr(0, dash));
        const auto last =
            dash == std::string_view::npos ? first : plain_number(piece.substr(dash + 1));
        if (!first || !last || *first < 0 || *last > highest_port || *first > *last)
            return std::nullopt;
        ranges.emplace_back(*first, *last);
    }
    std::ranges::sort(ranges);
    List list;
    for (const auto& [first, last] : ranges)
        for (std::int64_t port = list.empty() ? first : std::max(first, list.back() + 1);
             port <= last; ++port)
            list.push_back(port);
    return list;
}

std::optional<Value> parse_name(std::string_view text) {
    const auto plain = [](char c) { return c > ' ' && c <= '~'; };
    if (text.empty() || !std::ranges::all_of(text, plain)) return std::nullopt;
    return std::string(text);
}

std::string ports_text(const List& list) {
    std::string text;
    for (std::size_t at = 0; at < list.size();) {
        std::size_t last = at;
        while (last + 1 < list.size() && list[last] < highest_port &&
               list[last + 1] == list[last] + 1)
            ++last;
        if (!text.empty()) text += ',';
        text += std::to_string(list[at]);
        if (last > at) text += '-' + std::to_string(list[last]);
        at = last + 1;
    }
    return text;
}

std::string text_of(ValueType type, const Value& value, char separator) {
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "1" : "0";
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    if (const auto* word = std::get_if<std::string>(&value)) return *word;
    const List& list = std::get<List>(value);
    if (type == ValueType::port_set) return ports_text(list);
    std::string text;
    for (const std::int64_t number : list) {
        if (!text.empty()) text += separator;
        text += std::to_string(number);
    }
    return text;
}

}  // namespace

std::optional<Value> parse_value(ValueType type, std::string_view text) {
    text = trim(text);
    switch (type) {
        case ValueType::boolean:
            if (text == "0") return false;
            if (text == "1") return true;
            return std::nullopt;
        case ValueType::integer:
        case ValueType::enumerated:
            if (const auto number = plain_number(text)) return *number;
            return std::nullopt;
        case ValueType::integer_list:
            return parse_list(text);
        case ValueType::port_set:
            return parse_ports(text);
        case ValueType::name:
            return parse_name(text);
    }
    return std::nullopt;
}

std::string kernel_text(ValueType type, const Value& value) {
    return text_of(type, value, '\t');
}

std::string display_text(ValueType type, const Value& value) {
    return text_of(type, value, ' ');
}

std::optional<ValueType> parse_value_type(std::string_view word) {
    for (const TypeWord& entry : type_words)
        if (entry.word == word) return entry.type;
    return std::nullopt;
}

std::string_view to_string(ValueType type) {
    for (const TypeWord& entry : type_words)
        if (entry.type == type) return entry.word;
    return "";
}

}  // namespace tcptune::sysctl

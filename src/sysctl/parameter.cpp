// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/text.hpp>
#include <tcptune/sysctl/parameter.hpp>

#include <algorithm>

namespace tcptune::sysctl {

namespace {

bool fits_type(const Parameter& parameter, const Value& value) {
    switch (parameter.type) {
        case ValueType::boolean:
            return std::holds_alternative<bool>(value);
        case ValueType::integer:
        case ValueType::enumerated:
            return std::holds_alternative<std::int64_t>(value);
        case ValueType::integer_list:
        case ValueType::port_set:
            return std::holds_alternative<List>(value);
        case ValueType::name:
            return std::holds_alternative<std::string>(value);
    }
    return false;
}

std::string allowed_words(const Parameter& parameter) {
    std::vector<std::string> words;
    for (const EnumMember& member : parameter.members)
        if (std::string word = std::to_string(member.value);
            std::ranges::find(words, word) ==
            words.end())  // its meaning may change with the kernel
            words.push_back(std::move(word));
    if (words.size() < 2) return join(words, "");
    const std::string last = words.back();
    words.pop_back();
    return join(words, ", ") + " or " + last;
}

std::optional<std::string> outside_bounds(const Parameter& parameter, std::int64_t number) {
    const std::string& name = parameter.key.text();
    if (parameter.min && number < *parameter.min)
        return name + " takes no less than " + std::to_string(*parameter.min) + ", not " +
               std::to_string(number);
    if (parameter.max && number > *parameter.max)
        return name + " takes no more than " + std::to_string(*parameter.max) + ", not " +
               std::to_string(number);
    return std::nullopt;
}

}  // namespace

std::optional<Value> Parameter::default_on(const KernelVersion& kernel) const {
    for (const Default& each : defaults)
        if (each.value && each.kernels.contains(kernel)) return each.value;
    return std::nullopt;
}

std::string Parameter::meaning_of(const Value& value, const KernelVersion& kernel) const {
    std::optional<std::int64_t> number;
    if (const auto* integer = std::get_if<std::int64_t>(&value)) number = *integer;
    if (const auto* flag = std::get_if<bool>(&value)) number = *flag ? 1 : 0;
    for (const EnumMember& member : members)
        if (member.value == number && member.kernels.contains(kernel)) return member.meaning;
    return {};
}

std::optional<std::string> check_value(const Parameter& parameter, const Value& value) {
    const std::string& name = parameter.key.text();
    if (!fits_type(parameter, value))
        return name + " takes a value of type " + std::string(to_string(parameter.type));
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
        if (parameter.type == ValueType::enumerated &&
            std::ranges::none_of(parameter.members,
                                 [&](const EnumMember& member) { return member.value == *number; }))
            return name + " takes " + allowed_words(parameter) + ", not " + std::to_string(*number);
        return outside_bounds(parameter, *number);
    }
    if (const auto* list = std::get_if<List>(&value)) {
        if (parameter.type == ValueType::integer_list && list->size() != parameter.length)
            return name + " takes " + std::to_string(parameter.length) + " numbers, not " +
                   std::to_string(list->size());
        for (const std::int64_t number : *list) {
            if (parameter.type == ValueType::port_set && (number < 0 || number > 65535))
                return name + " takes ports from 0 to 65535, not " + std::to_string(number);
            if (auto outside = outside_bounds(parameter, number)) return outside;
        }
    }
    if (const auto* word = std::get_if<std::string>(&value)) {
        const bool plain = !word->empty() && word->size() < 64 &&
                           std::ranges::all_of(*word, [](char c) { return c > ' ' && c < 0x7F; });
        if (!plain) return name + " takes one word of printable ASCII";
    }
    return std::nullopt;
}

}  // namespace tcptune::sysctl

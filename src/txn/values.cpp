// SPDX-License-Identifier: Apache-2.0
#include "txn/values.hpp"

#include <tcptune/base/escape.hpp>
#include <tcptune/base/text.hpp>
#include <tcptune/txn/fault.hpp>

namespace tcptune::txn {

bool same_value(sysctl::ValueType type, std::string_view a, std::string_view b) {
    const auto first = sysctl::parse_value(type, a);
    const auto second = sysctl::parse_value(type, b);
    if (first && second) return *first == *second;
    return fold_spaces(a) == fold_spaces(b);
}

bool may_be_ours(sysctl::ValueType type, std::string_view current, std::string_view old,
                 std::string_view wanted) {
    if (same_value(type, current, wanted)) return true;
    if (type != sysctl::ValueType::integer_list) return false;
    const auto now = split_words(current);
    const auto before = split_words(old);
    const auto after = split_words(wanted);
    if (now.size() != before.size() || now.size() != after.size()) return false;
    for (std::size_t i = 0; i < now.size(); ++i) {
        if (now[i] != before[i] && now[i] != after[i]) return false;
    }
    return true;
}

std::string text_to_write(sysctl::ValueType type, std::string_view value) {
    const auto parsed = sysctl::parse_value(type, value);
    return (parsed ? sysctl::kernel_text(type, *parsed) : std::string(value)) + '\n';
}

void check_desired(const sysctl::Parameter& parameter, std::string_view desired) {
    const auto refuse = [&](const std::string& reason) {
        throw Refused(Fault::invalid_value, parameter.key.text(), reason);
    };
    const auto value = sysctl::parse_value(parameter.type, desired);
    if (!value) refuse("the desired value is not of the key's type");
    if (const auto problem = sysctl::check_value(parameter, *value)) refuse(escape_line(*problem));
    if (sysctl::display_text(parameter.type, *value) != desired)
        refuse("the desired value is not written in its plain form");
    if (parameter.type == sysctl::ValueType::integer_list) {
        // The kernel takes a range whose first number is above the second for some keys.
        const auto& numbers = std::get<sysctl::List>(*value);
        for (std::size_t i = 1; i < numbers.size(); ++i) {
            if (numbers[i] < numbers[i - 1]) refuse("the numbers of the list must not fall");
        }
    }
}

}  // namespace tcptune::txn

// SPDX-License-Identifier: Apache-2.0
#include <tcptune/facts/value.hpp>

#include <cmath>

#include <fmt/format.h>

namespace tcptune::facts {

namespace {

/// Three decimals are enough for a share or a rate; a smaller number keeps three digits, a number
/// too large for decimals has an exponent.
std::string real_text(double value) {
    const double size = std::abs(value);
    if (size != 0 && (size < 0.001 || size >= 1e15)) return fmt::format("{:.3g}", value);
    std::string text = fmt::format("{:.3f}", value);
    if (text.find('.') != std::string::npos) {
        text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.') text.pop_back();
    }
    return text == "-0" ? "0" : text;
}

struct Writer {
    std::string operator()(const Unknown& value) const {
        return value.reason.empty() ? "unknown" : "unknown (" + value.reason + ")";
    }
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(std::int64_t value) const { return fmt::format("{}", value); }
    std::string operator()(double value) const { return real_text(value); }
    std::string operator()(const std::string& value) const { return value; }
    std::string operator()(const KernelVersion& value) const { return value.to_string(); }
    std::string operator()(const List& value) const {
        return value.empty() ? "none" : fmt::format("{}", fmt::join(value, " "));
    }
    std::string operator()(const AtMost& value) const {
        return "at most " + real_text(value.value);
    }
};

}  // namespace

std::string to_string(const FactValue& value) {
    return std::visit(Writer{}, value);
}

std::string_view to_string(Type type) {
    switch (type) {
        case Type::boolean:
            return "boolean";
        case Type::integer:
            return "integer";
        case Type::real:
            return "real";
        case Type::text:
            return "text";
        case Type::version:
            return "version";
        case Type::list:
            break;
    }
    return "list";
}

}  // namespace tcptune::facts

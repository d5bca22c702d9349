// SPDX-License-Identifier: Apache-2.0
#include "expr/arithmetic.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <type_traits>

#include <fmt/format.h>

namespace tcptune::expr {

namespace {

using facts::AtMost;
using facts::FactValue;
using facts::Unknown;

constexpr double two_to_63 = 9223372036854775808.0;

bool is_bound(const FactValue& value) {
    return std::holds_alternative<AtMost>(value);
}

double to_real(const FactValue& number) {
    if (const auto* integer = std::get_if<std::int64_t>(&number))
        return static_cast<double>(*integer);
    return std::get<double>(number);
}

/// As a real that is not below the number: an integer beyond 2^53 may have none that is equal.
double upper_real(const FactValue& number) {
    const double real = to_real(number);
    return compare_numbers(number, real) > 0
               ? std::nextafter(real, std::numeric_limits<double>::infinity())
               : real;
}

FactValue finite(double value) {
    if (!std::isfinite(value)) return unknown("number overflow");
    return value;
}

FactValue finite_bound(double value) {
    if (!std::isfinite(value)) return unknown("number overflow");
    return AtMost{value};
}

std::weak_ordering compare_mixed(std::int64_t a, double b) {
    if (b >= two_to_63) return std::weak_ordering::less;
    if (b < -two_to_63) return std::weak_ordering::greater;
    const double whole = std::trunc(b);
    const auto integer = static_cast<std::int64_t>(whole);
    if (a != integer) return a < integer ? std::weak_ordering::less : std::weak_ordering::greater;
    if (b == whole) return std::weak_ordering::equivalent;
    return b > whole ? std::weak_ordering::less : std::weak_ordering::greater;
}

FactValue integer_result(Op op, std::int64_t a, std::int64_t b) {
    std::int64_t result = 0;
    bool overflow = false;
    if (op == Op::add)
        overflow = __builtin_add_overflow(a, b, &result);
    else if (op == Op::subtract)
        overflow = __builtin_sub_overflow(a, b, &result);
    else
        overflow = __builtin_mul_overflow(a, b, &result);
    if (overflow) return unknown("integer overflow");
    return result;
}

FactValue remainder_of(const FactValue& a, const FactValue& b) {
    const auto* left = std::get_if<std::int64_t>(&a);
    const auto* right = std::get_if<std::int64_t>(&b);
    if (!left || !right) return wrong_type(left ? b : a, "an integer");
    if (*right == 0) return unknown("division by zero");
    // The most negative integer has no quotient by -1, though its remainder is plain.
    return *right == -1 ? std::int64_t{0} : *left % *right;
}

FactValue combine_numbers(Op op, const FactValue& a, const FactValue& b) {
    const auto* left = std::get_if<std::int64_t>(&a);
    const auto* right = std::get_if<std::int64_t>(&b);
    if (left && right && op != Op::divide) return integer_result(op, *left, *right);
    const double x = to_real(a);
    const double y = to_real(b);
    switch (op) {
        case Op::add:
            return finite(x + y);
        case Op::subtract:
            return finite(x - y);
        case Op::multiply:
            return finite(x * y);
        default:
            if (y == 0) return unknown("division by zero");
            return finite(x / y);
    }
}

/// A bound stays a bound under what cannot turn it round.
FactValue combine_bound(Op op, const AtMost& bound, const FactValue& known, bool bound_is_left) {
    const double number = to_real(known);
    if (op == Op::add) return finite_bound(bound.value + upper_real(known));
    if (op == Op::multiply && number >= 0) return finite_bound(bound.value * number);
    if (op == Op::divide && bound_is_left) {
        if (number > 0) return finite_bound(bound.value / number);
        if (number == 0) return unknown("division by zero");
    }
    return unknown(only_upper_bound);
}

FactValue arithmetic(Op op, const FactValue& a, const FactValue& b) {
    if (!is_number(a) && !is_bound(a)) return wrong_type(a, "a number");
    if (!is_number(b) && !is_bound(b)) return wrong_type(b, "a number");
    if (is_bound(a) && is_bound(b)) return unknown(only_upper_bound);
    if (op == Op::modulo)
        return is_bound(a) || is_bound(b) ? unknown(only_upper_bound) : remainder_of(a, b);
    if (const auto* bound = std::get_if<AtMost>(&a)) return combine_bound(op, *bound, b, true);
    if (const auto* bound = std::get_if<AtMost>(&b)) return combine_bound(op, *bound, a, false);
    return combine_numbers(op, a, b);
}

bool verdict(Op op, std::weak_ordering order) {
    switch (op) {
        case Op::equal:
            return order == 0;
        case Op::not_equal:
            return order != 0;
        case Op::less:
            return order < 0;
        case Op::less_equal:
            return order <= 0;
        case Op::greater:
            return order > 0;
        default:
            return order >= 0;
    }
}

Op mirrored(Op op) {
    switch (op) {
        case Op::less:
            return Op::greater;
        case Op::less_equal:
            return Op::greater_equal;
        case Op::greater:
            return Op::less;
        case Op::greater_equal:
            return Op::less_equal;
        default:
            return op;
    }
}

/// `x op known` where of x only `x <= bound` is known.
FactValue compare_bound(Op op, const AtMost& bound, const FactValue& known) {
    const std::weak_ordering order = compare_numbers(FactValue{bound.value}, known);
    switch (op) {
        case Op::less:
        case Op::not_equal:
            if (order < 0) return true;
            break;
        case Op::less_equal:
            if (order <= 0) return true;
            break;
        case Op::greater:
            if (order <= 0) return false;
            break;
        default:
            if (order < 0) return false;
            break;
    }
    return unknown(only_upper_bound);
}

FactValue compare(Op op, const FactValue& a, const FactValue& b) {
    if (const auto* bound = std::get_if<AtMost>(&a)) {
        if (is_number(b)) return compare_bound(op, *bound, b);
        return is_bound(b) ? unknown(only_upper_bound) : wrong_type(b, "a number");
    }
    if (const auto* bound = std::get_if<AtMost>(&b))
        return is_number(a) ? compare_bound(mirrored(op), *bound, a)
                            : FactValue{wrong_type(a, "a number")};
    if (is_number(a) && is_number(b)) return verdict(op, compare_numbers(a, b));
    if (is_number(a)) return wrong_type(b, "a number");
    if (a.index() != b.index()) return unknown("values of different types cannot be compared");
    if (const auto* version = std::get_if<KernelVersion>(&a))
        return verdict(op, *version <=> std::get<KernelVersion>(b));
    if (op == Op::equal) return a == b;
    if (op == Op::not_equal) return a != b;
    return wrong_type(a, "a number or a version");
}

/// What min() (`sign` = -1) and max() (1) share: both operands known, bounds or wrong.
FactValue extreme(const FactValue& a, const FactValue& b, bool want_larger) {
    for (const FactValue* value : {&a, &b})
        if (std::holds_alternative<Unknown>(*value)) return *value;
    for (const FactValue* value : {&a, &b})
        if (!is_number(*value) && !is_bound(*value)) return wrong_type(*value, "a number");
    if (is_number(a) && is_number(b)) return (compare_numbers(a, b) > 0) == want_larger ? a : b;
    const auto* left = std::get_if<AtMost>(&a);
    const auto* right = std::get_if<AtMost>(&b);
    if (left && right) {
        const bool left_wins = (left->value > right->value) == want_larger;
        return left_wins ? *left : *right;
    }
    const AtMost& bound = left ? *left : *right;
    const FactValue& known = left ? b : a;
    const bool bound_is_below = compare_numbers(FactValue{bound.value}, known) <= 0;
    // The larger one is the known number itself when the bound lies below it.
    if (want_larger) return bound_is_below ? known : FactValue{bound};
    return bound_is_below ? FactValue{bound} : finite_bound(upper_real(known));
}

}  // namespace

bool is_number(const FactValue& value) {
    return std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value);
}

Unknown unknown(std::string_view reason) {
    return Unknown{std::string(reason)};
}

Unknown wrong_type(const FactValue& value, std::string_view needed) {
    const auto told = [&needed](std::string_view found) {
        return Unknown{fmt::format("{} where {} is needed", found, needed)};
    };
    switch (value.index()) {
        case 0:
            return std::get<Unknown>(value);
        case 1:
            return told("true or false");
        case 2:
            return told("an integer");
        case 3:
            return told("a real number");
        case 4:
            return told("text");
        case 5:
            return told("a version");
        case 6:
            return told("a list");
        default:
            return unknown(only_upper_bound);
    }
}

std::weak_ordering compare_numbers(const FactValue& a, const FactValue& b) {
    const auto* left = std::get_if<std::int64_t>(&a);
    const auto* right = std::get_if<std::int64_t>(&b);
    if (left && right) return *left <=> *right;
    if (left) return compare_mixed(*left, std::get<double>(b));
    if (right) return 0 <=> compare_mixed(*right, std::get<double>(a));
    const double x = std::get<double>(a);
    const double y = std::get<double>(b);
    if (x == y) return std::weak_ordering::equivalent;
    return x < y ? std::weak_ordering::less : std::weak_ordering::greater;
}

FactValue apply(Op op, const FactValue& a, const FactValue& b) {
    for (const FactValue* value : {&a, &b})
        if (std::holds_alternative<Unknown>(*value)) return *value;
    switch (op) {
        case Op::add:
        case Op::subtract:
        case Op::multiply:
        case Op::divide:
        case Op::modulo:
            return arithmetic(op, a, b);
        default:
            return compare(op, a, b);
    }
}

FactValue negate(const FactValue& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value))
        return integer_result(Op::subtract, 0, *integer);
    if (const auto* real = std::get_if<double>(&value)) return -*real;
    return wrong_type(value, "a number");
}

FactValue smaller(const FactValue& a, const FactValue& b) {
    return extreme(a, b, false);
}

FactValue larger(const FactValue& a, const FactValue& b) {
    return extreme(a, b, true);
}

FactValue whole_number(const FactValue& value) {
    if (std::holds_alternative<std::int64_t>(value)) return value;
    const auto* real = std::get_if<double>(&value);
    if (!real) return wrong_type(value, "a number");
    if (*real != std::trunc(*real)) return unknown("a fraction where a whole number is needed");
    if (*real >= two_to_63 || *real < -two_to_63) return unknown("integer overflow");
    return static_cast<std::int64_t>(*real);
}

}  // namespace tcptune::expr

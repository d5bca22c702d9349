// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/expr/expression.hpp>
#include <tcptune/facts/value.hpp>

#include <compare>
#include <string_view>

/// Total operations on single values: whatever is put in, a value or an Unknown with its reason
/// comes out. Of several unknown operands the first one's reason is kept.
namespace tcptune::expr {

inline constexpr std::string_view only_upper_bound = "only an upper bound is known";

/// An integer or a real.
[[nodiscard]] bool is_number(const facts::FactValue& value);
[[nodiscard]] facts::Unknown unknown(std::string_view reason);
/// "text where a number is needed"; the reason itself when the value is unknown.
[[nodiscard]] facts::Unknown wrong_type(const facts::FactValue& value, std::string_view needed);

/// Exact, also between an integer beyond 2^53 and a real. Both must be numbers and not NaN.
[[nodiscard]] std::weak_ordering compare_numbers(const facts::FactValue& a,
                                                 const facts::FactValue& b);

/// A comparison or one of + - * / %.
[[nodiscard]] facts::FactValue apply(Op op, const facts::FactValue& a, const facts::FactValue& b);
[[nodiscard]] facts::FactValue negate(const facts::FactValue& value);

/// min() and max() of two; sound also when only upper bounds are known.
[[nodiscard]] facts::FactValue smaller(const facts::FactValue& a, const facts::FactValue& b);
[[nodiscard]] facts::FactValue larger(const facts::FactValue& a, const facts::FactValue& b);

/// An integer, or a real that is one.
[[nodiscard]] facts::FactValue whole_number(const facts::FactValue& value);

}  // namespace tcptune::expr

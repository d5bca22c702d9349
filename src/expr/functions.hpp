// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/expr/expression.hpp>
#include <tcptune/facts/value.hpp>

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace tcptune::expr {

enum class FunctionId {
    absolute,
    clamp,
    contains,
    count_in,
    delta,
    floor,
    has,
    max,
    min,
    range,
    rate,
    size,
    union_of,
    within,
    without,
};

/// What a parameter takes, or what comes out.
enum class Kind { number, integer, real, boolean, list, fact_name, counter_name };

/// The shape of one function, for the type check.
struct Function {
    FunctionId id;
    std::size_t arity;
    std::array<Kind, 3> parameters;
    bool repeats;  ///< the last parameter may be given again
    Kind result;   ///< `number`: integer when every argument is one, else real
};

/// Nothing when no function has that name.
[[nodiscard]] const Function* find_function(std::string_view name);

/// Calls a function of plain values; has, rate and delta take names and are the evaluator's.
[[nodiscard]] facts::FactValue call(FunctionId id, std::span<const facts::FactValue> arguments);

}  // namespace tcptune::expr

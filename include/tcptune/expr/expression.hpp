// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/diagnostic.hpp>
#include <tcptune/facts/value.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// One-line expressions over facts: total, typed, without loops or side effects.
///
///   expression = sum [ ("==" | "!=" | "<" | "<=" | ">" | ">=") sum ]
///   sum        = product { ("+" | "-") product }
///   product    = unary { ("*" | "/" | "%") unary }
///   unary      = "-" unary | postfix
///   postfix    = primary { "[" sum "]" }
///   primary    = number [ "KiB" | "MiB" | "GiB" ] | "v" version | string | "true" | "false"
///              | name | name "(" [ sum { "," sum } ] ")" | "(" expression ")"
///   name       = word { "." word }; a '-' between a letter or digit and a letter, without white
///                space, belongs to the name (fs.file-max): subtraction is written with spaces.
///
/// Integers are 64-bit; "/" gives a real; overflow, division by zero and a bad index give unknown.
namespace tcptune::expr {

enum class Op {
    literal,
    name,
    call,
    index,
    negate,
    add,
    subtract,
    multiply,
    divide,
    modulo,
    equal,
    not_equal,
    less,
    less_equal,
    greater,
    greater_equal,
};

struct Node {
    Op op = Op::literal;
    facts::FactValue literal;
    std::string name;  ///< of a name or a call
    std::vector<Node> children;
    std::uint32_t begin = 0;  ///< byte offsets in the text, for carets and traces
    std::uint32_t end = 0;
};

struct Expression {
    std::string text;
    Node root;
    facts::Type type = facts::Type::boolean;  ///< set by type_check
};

/// Where and why, as a byte offset into the expression's text (0 = its first character).
struct ExpressionError {
    std::string code;  ///< TT301, TT302, TT303, TT304, TT305
    std::uint32_t offset = 0;
    std::string message;
    std::string hint;
};

/// Depth limit 64, length limit 4096 bytes.
[[nodiscard]] std::optional<Expression> parse(std::string_view text, ExpressionError& error);

/// What a name stands for while checking and while evaluating.
struct Names {
    std::function<std::optional<facts::Type>(std::string_view)> type_of;
    std::function<bool(std::string_view)> is_counter;
    std::vector<std::string> known;  ///< for "did you mean"; need not be complete
};

/// Sets Expression::type; false with `error` filled otherwise.
[[nodiscard]] bool type_check(Expression& expression, const Names& names, ExpressionError& error);

/// Every fact, evidence, threshold or "value" name that the expression reads.
[[nodiscard]] std::set<std::string> names_in(const Expression& expression);

/// Values while evaluating. `counter(name, seconds)`: the increase within the window and, through
/// `seconds`, the window's length; Unknown where there is none.
struct Environment {
    std::function<facts::FactValue(std::string_view)> value_of;
    std::function<facts::FactValue(std::string_view, double& seconds)> counter_delta;
};

/// One sub-expression and what it came to, for explanations: names with their values, in order of
/// appearance, each once; comparisons and evidence come from the caller.
struct TraceEntry {
    std::string text;
    facts::FactValue value;
};
using Trace = std::vector<TraceEntry>;

[[nodiscard]] facts::FactValue evaluate(const Expression& expression,
                                        const Environment& environment, Trace* trace = nullptr);

/// The functions, for the man page's table and for type checking.
struct FunctionInfo {
    std::string_view name;
    std::string_view signature;  ///< "count_in(list, number, number) -> integer"
    std::string_view meaning;
};
[[nodiscard]] std::span<const FunctionInfo> functions();

}  // namespace tcptune::expr

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/expression_scope.hpp"
#include "rules/rule_compiler.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tcptune::rules {

/// What an example says of a host, typed.
struct ExampleFacts {
    std::map<std::string, facts::FactValue> facts;
    std::map<std::string, double> deltas;  ///< increase per second of a counter
};

/// Types what FactReader read. `parameters` may be empty: then lists may have any length.
class FactCompiler {
public:
    FactCompiler(const ParameterIndex& parameters, ExpressionScope& scope)
        : parameters_(parameters), scope_(scope) {}

    void add(FactText& fact, ExampleFacts& target);
    /// The increase per second of `counter`, "counter.TcpExt.TWRecycled".
    void add_rate(const FactText& fact, std::string_view counter, ExampleFacts& target);

private:
    void invalid(const FactText& fact, std::string message, std::string hint = {});
    void unknown_fact(const FactText& fact);
    void add_bound(FactText& fact, facts::Type type, ExampleFacts& target);
    [[nodiscard]] std::optional<std::size_t> wrong_length(std::string_view name,
                                                          const facts::FactValue& value) const;

    const ParameterIndex& parameters_;
    ExpressionScope& scope_;
};

/// Types an example's facts and looks its ids up in `rule`, whose other tables are compiled.
[[nodiscard]] Example compile_example(ExampleText& text, const Rule& rule,
                                      const ParameterIndex& parameters, ExpressionScope& scope);

}  // namespace tcptune::rules

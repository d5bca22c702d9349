// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/expr/expression.hpp>

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include <doctest/doctest.h>

namespace tcptune::expr::test {

using facts::AtMost;
using facts::FactValue;
using facts::List;
using facts::Type;
using facts::Unknown;

using Facts = std::map<std::string, FactValue, std::less<>>;

inline FactValue integer(std::int64_t value) {
    return value;
}

/// The text's tree; the test ends where there is none.
inline Expression parsed(std::string_view text) {
    ExpressionError error;
    auto expression = parse(text, error);
    CAPTURE(text);
    REQUIRE_MESSAGE(expression, error.message);
    return std::move(*expression);
}

/// Without a type check: the evaluator must stand any tree.
inline FactValue value(std::string_view text, const Facts& facts = {}, Trace* trace = nullptr) {
    const Environment environment{
        [&facts](std::string_view name) -> FactValue {
            const auto found = facts.find(name);
            return found == facts.end() ? Unknown{"not known: " + std::string(name)}
                                        : found->second;
        },
        [&facts](std::string_view name, double& seconds) -> FactValue {
            seconds = 10;
            const auto found = facts.find(name);
            return found == facts.end() ? Unknown{"no counter " + std::string(name)}
                                        : found->second;
        },
    };
    return evaluate(parsed(text), environment, trace);
}

/// "" when the value is known.
inline std::string reason(const FactValue& value) {
    const auto* unknown = std::get_if<Unknown>(&value);
    return unknown ? unknown->reason : "";
}

inline ExpressionError syntax_error(std::string_view text) {
    ExpressionError error;
    const auto expression = parse(text, error);
    CAPTURE(text);
    CHECK_FALSE(expression);
    return error;
}

/// Names of every type, and two counters.
inline const Names& names() {
    static const Names result = {
        [](std::string_view name) -> std::optional<Type> {
            static const std::map<std::string, Type, std::less<>> types = {
                {"kernel.version", Type::version},     {"kernel.release", Type::text},
                {"netns.initial", Type::boolean},      {"host.cpus", Type::integer},
                {"port.busiest_share", Type::real},    {"socket.tcp.listen_ports", Type::list},
                {"sysctl.fs.file-max", Type::integer}, {"value", Type::integer},
            };
            const auto found = types.find(name);
            return found == types.end() ? std::nullopt : std::optional(found->second);
        },
        [](std::string_view name) {
            return name == "counter.TcpExt.TW" || name == "counter.Tcp.OutSegs";
        },
        {"counter.Tcp.OutSegs", "counter.TcpExt.TW", "host.cpus", "kernel.release",
         "kernel.version", "netns.initial", "port.busiest_share", "socket.tcp.listen_ports",
         "sysctl.fs.file-max"},
    };
    return result;
}

inline Type type(std::string_view text) {
    Expression expression = parsed(text);
    ExpressionError error;
    CAPTURE(text);
    REQUIRE_MESSAGE(type_check(expression, names(), error), error.message);
    return expression.type;
}

inline ExpressionError type_error(std::string_view text) {
    Expression expression = parsed(text);
    ExpressionError error;
    CAPTURE(text);
    CHECK_FALSE(type_check(expression, names(), error));
    return error;
}

}  // namespace tcptune::expr::test

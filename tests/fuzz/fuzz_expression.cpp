// SPDX-License-Identifier: Apache-2.0
// Any text as an expression. The first byte seeds the facts; a text that type-checks must come to
// a value of its type, or to unknown, and to the same one each time.
#include <tcptune/base/kernel_version.hpp>
#include <tcptune/expr/expression.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace tcptune;
using facts::FactValue;
using facts::Type;

void must(bool condition) {
    if (!condition) std::abort();
}

std::uint64_t hash(std::string_view name, std::uint64_t seed) {
    std::uint64_t result = 0xcbf29ce484222325ULL ^ seed;
    for (const char c : name)
        result = (result ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    return result ^ (result >> 29);
}

std::optional<Type> type_of(std::string_view name) {
    return static_cast<Type>(hash(name, 1) % 6);
}

bool is_counter(std::string_view name) {
    return name.substr(0, 8) == "counter.";
}

FactValue number_of(std::uint64_t bits, bool real) {
    static constexpr std::int64_t edges[] = {0, 1, -1, INT64_MAX, INT64_MIN, 65535, 1LL << 53};
    const std::int64_t edge = edges[bits % 7];
    if (bits % 11 == 0) return facts::AtMost{static_cast<double>(edge)};
    return real ? FactValue{static_cast<double>(edge) / 7} : FactValue{edge};
}

FactValue value_of(std::string_view name, std::uint64_t seed) {
    const std::uint64_t bits = hash(name, seed) >> 8;
    if (bits % 5 == 0) return facts::Unknown{"not known"};
    switch (*type_of(name)) {
        case Type::boolean:
            return bits % 2 == 0;
        case Type::integer:
            return number_of(bits, false);
        case Type::real:
            return number_of(bits, true);
        case Type::text:
            return std::string("cubic");
        case Type::version:
            return KernelVersion{static_cast<std::uint32_t>(bits % 7), 12, 0};
        case Type::list:
            break;
    }
    return facts::List(bits % 9, static_cast<std::int64_t>(bits % 65536));
}

bool fits(Type type, const FactValue& value) {
    if (std::holds_alternative<facts::Unknown>(value)) return true;
    const bool bound = std::holds_alternative<facts::AtMost>(value);
    const bool integer = std::holds_alternative<std::int64_t>(value);
    switch (type) {
        case Type::boolean:
            return std::holds_alternative<bool>(value);
        case Type::integer:
            return bound || integer;
        case Type::real:
            return bound || integer || std::holds_alternative<double>(value);
        case Type::text:
            return std::holds_alternative<std::string>(value);
        case Type::version:
            return std::holds_alternative<KernelVersion>(value);
        case Type::list:
            break;
    }
    return std::holds_alternative<facts::List>(value);
}

void check_places(const expr::Node& node, std::size_t length) {
    must(node.begin < node.end && node.end <= length);
    for (const expr::Node& child : node.children) {
        must(child.begin >= node.begin && child.end <= node.end);
        check_places(child, length);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::uint64_t seed = data[0];
    std::string text;
    for (std::size_t i = 1; i < size; ++i)
        text += static_cast<char>(data[i]);

    expr::ExpressionError error;
    auto expression = expr::parse(text, error);
    if (!expression) {
        must(error.code.size() == 5 && error.offset <= text.size() && !error.message.empty());
        return 0;
    }
    check_places(expression->root, text.size());
    const expr::Environment environment{
        [seed](std::string_view name) { return value_of(name, seed); },
        [seed](std::string_view name, double& seconds) -> FactValue {
            seconds = static_cast<double>(seed % 4);
            const std::uint64_t bits = hash(name, seed) >> 8;
            return bits % 4 == 0 ? FactValue{facts::Unknown{"one reading"}}
                                 : FactValue{static_cast<std::int64_t>(bits)};
        }};
    expr::Trace trace;
    const FactValue value = expr::evaluate(*expression, environment, &trace);
    must(value == expr::evaluate(*expression, environment));
    const auto names = expr::names_in(*expression);
    must(trace.size() <= 2 * names.size());  // a counter may stand in rate() and in delta()

    const expr::Names schema{type_of, is_counter, {"host.cpus", "kernel.version"}};
    if (expr::type_check(*expression, schema, error))
        must(fits(expression->type, value));
    else
        must(error.offset < text.size() && !error.message.empty());
    return 0;
}

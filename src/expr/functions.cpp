// SPDX-License-Identifier: Apache-2.0
#include "expr/functions.hpp"

#include "expr/arithmetic.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace tcptune::expr {

namespace {

using facts::FactValue;
using facts::List;
using facts::Unknown;

/// As many as there are ports: longer lists have no use here and would cost time.
constexpr std::size_t list_limit = 65536;

constexpr FunctionInfo infos[] = {
    {"abs", "abs(number) -> number", "the number without its sign"},
    {"clamp", "clamp(number, low, high) -> number", "the number, moved into low..high"},
    {"contains", "contains(list, number) -> boolean", "whether the number is a member"},
    {"count_in", "count_in(list, low, high) -> integer", "how many members lie in low..high"},
    {"delta", "delta(counter) -> integer", "the counter's increase within the window"},
    {"floor", "floor(number) -> integer", "the greatest integer that is not above the number"},
    {"has", "has(fact) -> boolean", "whether the fact is known; never unknown itself"},
    {"max", "max(number, number, ...) -> number", "the largest of the numbers"},
    {"min", "min(number, number, ...) -> number", "the smallest of the numbers"},
    {"range", "range(low, high) -> list", "the integers low..high, at most 65536 of them"},
    {"rate", "rate(counter) -> real", "the counter's increase per second within the window"},
    {"size", "size(list) -> integer", "how many members the list has"},
    {"union", "union(list, list) -> list", "the members of either list, sorted, each once"},
    {"within", "within(list, low, high) -> list", "the members that lie in low..high"},
    {"without", "without(list, list) -> list", "the members of the first list not in the second"},
};

constexpr Kind none = Kind::number;
constexpr Function shapes[] = {
    {FunctionId::absolute, 1, {Kind::number, none, none}, false, Kind::number},
    {FunctionId::clamp, 3, {Kind::number, Kind::number, Kind::number}, false, Kind::number},
    {FunctionId::contains, 2, {Kind::list, Kind::number, none}, false, Kind::boolean},
    {FunctionId::count_in, 3, {Kind::list, Kind::number, Kind::number}, false, Kind::integer},
    {FunctionId::delta, 1, {Kind::counter_name, none, none}, false, Kind::integer},
    {FunctionId::floor, 1, {Kind::number, none, none}, false, Kind::integer},
    {FunctionId::has, 1, {Kind::fact_name, none, none}, false, Kind::boolean},
    {FunctionId::max, 2, {Kind::number, Kind::number, none}, true, Kind::number},
    {FunctionId::min, 2, {Kind::number, Kind::number, none}, true, Kind::number},
    {FunctionId::range, 2, {Kind::number, Kind::number, none}, false, Kind::list},
    {FunctionId::rate, 1, {Kind::counter_name, none, none}, false, Kind::real},
    {FunctionId::size, 1, {Kind::list, none, none}, false, Kind::integer},
    {FunctionId::union_of, 2, {Kind::list, Kind::list, none}, false, Kind::list},
    {FunctionId::within, 3, {Kind::list, Kind::number, Kind::number}, false, Kind::list},
    {FunctionId::without, 2, {Kind::list, Kind::list, none}, false, Kind::list},
};
static_assert(std::size(infos) == std::size(shapes), "one line each, in the same order");

bool lies_in(std::int64_t member, const FactValue& low, const FactValue& high) {
    const FactValue value = member;
    return compare_numbers(value, low) >= 0 && compare_numbers(value, high) <= 0;
}

FactValue absolute_of(const FactValue& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value))
        return *integer < 0 ? negate(value) : value;
    if (const auto* real = std::get_if<double>(&value)) return std::abs(*real);
    return wrong_type(value, "a number");
}

FactValue floor_of(const FactValue& value) {
    if (const auto* real = std::get_if<double>(&value)) return whole_number(std::floor(*real));
    return whole_number(value);
}

FactValue clamped(const FactValue& value, const FactValue& low, const FactValue& high) {
    for (const FactValue* bound : {&low, &high})
        if (!is_number(*bound)) return wrong_type(*bound, "a number");
    if (compare_numbers(low, high) > 0) return unknown("clamp() with low above high");
    return smaller(larger(value, low), high);
}

FactValue range_of(const FactValue& low, const FactValue& high) {
    const FactValue first = whole_number(low);
    const FactValue last = whole_number(high);
    for (const FactValue* end : {&first, &last})
        if (!std::holds_alternative<std::int64_t>(*end)) return *end;
    const std::int64_t from = std::get<std::int64_t>(first);
    const std::int64_t to = std::get<std::int64_t>(last);
    List members;
    if (from > to) return members;
    // As unsigned numbers the difference of any two integers fits.
    const std::uint64_t steps = static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from);
    if (steps >= list_limit) return unknown("range() of more than 65536 members");
    members.reserve(steps + 1);
    for (std::uint64_t step = 0; step <= steps; ++step)
        members.push_back(from + static_cast<std::int64_t>(step));
    return members;
}

List sorted(const List& list) {
    List result = list;
    if (!std::ranges::is_sorted(result)) std::ranges::sort(result);
    return result;
}

FactValue united(const List& a, const List& b) {
    List members;
    std::ranges::set_union(sorted(a), sorted(b), std::back_inserter(members));
    const auto repeated = std::ranges::unique(members);
    members.erase(repeated.begin(), repeated.end());
    if (members.size() > list_limit) return unknown("union() of more than 65536 members");
    return members;
}

FactValue left_over(const List& list, const List& excluded) {
    const List out = sorted(excluded);
    List members;
    std::ranges::copy_if(list, std::back_inserter(members), [&out](std::int64_t member) {
        return !std::ranges::binary_search(out, member);
    });
    return members;
}

FactValue call_with_list(FunctionId id, const List& list, std::span<const FactValue> rest) {
    if (id == FunctionId::size) return static_cast<std::int64_t>(list.size());
    if (id == FunctionId::union_of || id == FunctionId::without) {
        const auto* other = std::get_if<List>(&rest[0]);
        if (!other) return wrong_type(rest[0], "a list");
        return id == FunctionId::union_of ? united(list, *other) : left_over(list, *other);
    }
    for (const FactValue& number : rest)
        if (!is_number(number)) return wrong_type(number, "a number");
    const FactValue& low = rest.front();
    const FactValue& high = rest.back();  // contains() has one number: its low and its high
    const auto inside = [&low, &high](std::int64_t member) { return lies_in(member, low, high); };
    if (id == FunctionId::contains) return std::ranges::any_of(list, inside);
    if (id == FunctionId::count_in)
        return static_cast<std::int64_t>(std::ranges::count_if(list, inside));
    List members;
    std::ranges::copy_if(list, std::back_inserter(members), inside);
    return members;
}

FactValue extreme_of(std::span<const FactValue> values, bool want_larger) {
    FactValue result = values.front();
    for (const FactValue& value : values.subspan(1))
        result = want_larger ? larger(result, value) : smaller(result, value);
    return result;
}

}  // namespace

std::span<const FunctionInfo> functions() {
    return infos;
}

const Function* find_function(std::string_view name) {
    const auto found = std::ranges::lower_bound(infos, name, {}, &FunctionInfo::name);
    if (found == std::end(infos) || found->name != name) return nullptr;
    return &shapes[found - std::begin(infos)];
}

FactValue call(FunctionId id, std::span<const FactValue> arguments) {
    const auto missing = [](const FactValue& value) {
        return std::holds_alternative<Unknown>(value);
    };
    if (const auto found = std::ranges::find_if(arguments, missing); found != arguments.end())
        return *found;
    switch (id) {
        case FunctionId::absolute:
            return absolute_of(arguments[0]);
        case FunctionId::floor:
            return floor_of(arguments[0]);
        case FunctionId::clamp:
            return clamped(arguments[0], arguments[1], arguments[2]);
        case FunctionId::min:
            return extreme_of(arguments, false);
        case FunctionId::max:
            return extreme_of(arguments, true);
        case FunctionId::range:
            return range_of(arguments[0], arguments[1]);
        default:
            break;
    }
    const auto* list = std::get_if<List>(&arguments[0]);
    if (!list) return wrong_type(arguments[0], "a list");
    return call_with_list(id, *list, arguments.subspan(1));
}

}  // namespace tcptune::expr

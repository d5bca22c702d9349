// SPDX-License-Identifier: Apache-2.0
#include "rules/example_compiler.hpp"

#include "rules/toml_fields.hpp"

#include <tcptune/base/diagnostic_codes.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace tcptune::rules {

namespace {

using facts::FactValue;
using facts::Type;
using Kind = TomlScalar::Kind;

std::optional<FactValue> integer_list(const TomlValue& value) {
    facts::List list;
    list.reserve(value.items.size());
    for (const TomlScalar& item : value.items) {
        if (item.kind != Kind::integer) return std::nullopt;
        list.push_back(item.integer);
    }
    return list;
}

/// A TOML value as a fact of that type; nothing when it is something else.
std::optional<FactValue> to_fact(Type type, const TomlValue& value) {
    if (value.is_list) return type == Type::list ? integer_list(value) : std::nullopt;
    if (value.items.empty()) return std::nullopt;
    const TomlScalar& item = value.items.front();
    switch (type) {
        case Type::boolean:
            if (item.kind == Kind::boolean) return item.boolean;
            if (item.kind == Kind::integer && (item.integer == 0 || item.integer == 1))
                return item.integer == 1;
            return std::nullopt;
        case Type::integer:
            if (item.kind == Kind::integer) return item.integer;
            return std::nullopt;
        case Type::real:
            if (const auto number = finite_number(value)) return *number;
            return std::nullopt;
        case Type::text:
            if (item.kind == Kind::text) return item.text;
            return std::nullopt;
        case Type::version:
            if (item.kind != Kind::text) return std::nullopt;
            if (const auto version = KernelVersion::parse(item.text)) return *version;
            return std::nullopt;
        case Type::list:
            if (item.kind != Kind::text) return std::nullopt;
            if (const auto ports = sysctl::parse_value(sysctl::ValueType::port_set, item.text))
                return std::get<sysctl::List>(*ports);
            return std::nullopt;
    }
    return std::nullopt;
}

std::string what_is(Type type) {
    switch (type) {
        case Type::boolean:
            return "true or false";
        case Type::integer:
            return "a whole number";
        case Type::real:
            return "a number";
        case Type::text:
            return "a text";
        case Type::version:
            return "a kernel version in quotes, \"6.1.0\"";
        case Type::list:
            return "a list of whole numbers";
    }
    return "";
}

class ExampleCompiler {
public:
    ExampleCompiler(const Rule& rule, const ParameterIndex& parameters, ExpressionScope& scope)
        : rule_(rule), facts_(parameters, scope), scope_(scope) {}

    Example run(ExampleText& text) {
        Example example = std::move(text.entry);
        ExampleFacts facts;
        for (FactText& fact : text.facts)
            facts_.add(fact, facts);
        example.facts = std::move(facts.facts);
        example.deltas = std::move(facts.deltas);
        example.recommendation =
            known_id(text.recommendation, ids_of(rule_.recommendations), "[[recommendation]]");
        std::vector<std::string> blockers = ids_of(rule_.constraints);
        for (const Requirement& requirement : rule_.requirements)
            blockers.push_back(requirement.id);
        example.blocked_by = known_id(text.blocked_by, blockers, "[[constraint]] or [[requires]]");
        add_ids(text.hazards, ids_of(rule_.hazards), "[[hazard]]", example.hazards);
        add_ids(text.advice, ids_of(rule_.advice), "[[advice]]", example.advice);
        return example;
    }

private:
    template <class Entries>
    static std::vector<std::string> ids_of(const Entries& entries) {
        std::vector<std::string> ids;
        ids.reserve(entries.size());
        for (const auto& entry : entries)
            ids.push_back(entry.id);
        return ids;
    }

    void check_id(const LocatedText& id, const std::vector<std::string>& ids,
                  std::string_view kind) {
        if (std::ranges::find(ids, id.text) != ids.end()) return;
        scope_.report(codes::example_invalid, id.location,
                      "no " + std::string(kind) + " of this file has the id " + quoted(id.text),
                      did_you_mean(id.text, ids));
    }

    std::optional<std::string> known_id(std::optional<LocatedText>& id,
                                        const std::vector<std::string>& ids,
                                        std::string_view kind) {
        if (!id) return std::nullopt;
        check_id(*id, ids, kind);
        return std::move(id->text);
    }

    void add_ids(std::vector<LocatedText>& texts, const std::vector<std::string>& ids,
                 std::string_view kind, std::vector<std::string>& out) {
        for (LocatedText& id : texts) {
            check_id(id, ids, kind);
            out.push_back(std::move(id.text));
        }
    }

    const Rule& rule_;
    FactCompiler facts_;
    ExpressionScope& scope_;
};

}  // namespace

void FactCompiler::invalid(const FactText& fact, std::string message, std::string hint) {
    scope_.report(codes::example_invalid, fact.location, std::move(message), std::move(hint));
}

void FactCompiler::add(FactText& fact, ExampleFacts& target) {
    if (!fact.value && !fact.at_most) return;  // reported by the reader
    const std::string_view name = fact.name;
    if (name.starts_with("rate(") && name.ends_with(')'))
        return add_rate(fact, name.substr(5, name.size() - 6), target);
    if (scope_.schema().is_counter(name))
        return invalid(fact, "a counter has no value of its own in an example",
                       "write \"rate(" + fact.name + ")\" = increase per second");
    const auto type = scope_.fact_type(name);
    if (!type) return unknown_fact(fact);
    if (fact.at_most) return add_bound(fact, *type, target);
    auto value = to_fact(*type, *fact.value);
    if (!value) return invalid(fact, quoted(name) + " must be " + what_is(*type));
    if (const auto length = wrong_length(name, *value))
        return invalid(fact, quoted(name) + " has " + std::to_string(*length) + " numbers");
    target.facts.insert_or_assign(std::move(fact.name), *std::move(value));
}

void FactCompiler::add_rate(const FactText& fact, std::string_view counter, ExampleFacts& target) {
    if (!scope_.schema().is_counter(counter)) return unknown_fact(fact);
    const auto rate = fact.value ? finite_number(*fact.value) : std::nullopt;
    if (!rate || *rate < 0) return invalid(fact, "a rate is a number that is not negative");
    target.deltas.insert_or_assign(std::string(counter), *rate);
}

void FactCompiler::add_bound(FactText& fact, Type type, ExampleFacts& target) {
    if (type != Type::integer && type != Type::real)
        return invalid(fact, quoted(fact.name) + " must be " + what_is(type) +
                                 ": only a number has an upper bound");
    if (!std::isfinite(*fact.at_most)) return invalid(fact, "at_most must be finite");
    target.facts.insert_or_assign(std::move(fact.name), facts::AtMost{*fact.at_most});
}

/// How many numbers the key of a list parameter has, when `value` has another count.
std::optional<std::size_t> FactCompiler::wrong_length(std::string_view name,
                                                      const FactValue& value) const {
    const auto* list = std::get_if<facts::List>(&value);
    for (const std::string_view prefix : {"sysctl.", "config."}) {
        if (!list || !name.starts_with(prefix)) continue;
        const auto found = parameters_.find(name.substr(prefix.size()));
        if (found == parameters_.end() || found->second->type != sysctl::ValueType::integer_list)
            continue;
        if (list->size() != found->second->length) return found->second->length;
    }
    return std::nullopt;
}

void FactCompiler::unknown_fact(const FactText& fact) {
    if (scope_.is_unreadable_fact(fact.name)) return;
    std::string hint = hint_for_fact(fact.name, scope_.fact_names());
    scope_.report(codes::unknown_fact, fact.location, "there is no fact " + quoted(fact.name),
                  std::move(hint));
}

Example compile_example(ExampleText& text, const Rule& rule, const ParameterIndex& parameters,
                        ExpressionScope& scope) {
    return ExampleCompiler(rule, parameters, scope).run(text);
}

}  // namespace tcptune::rules

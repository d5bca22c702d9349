// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/facts/fact_set.hpp>
#include <tcptune/probe/collector.hpp>

#include <cstdint>
#include <string>
#include <variant>

namespace tcptune::probe_test {

/// The present namespace, without any declared parameter.
inline facts::FactSet look(bool force_dump = false) {
    probe::CollectOptions options;
    options.force_dump = force_dump;
    return probe::collect(sysctl::ParameterCatalog{}, options);
}

/// An exact whole number; -1 when the fact is something else.
inline std::int64_t number(const facts::FactSet& facts, const std::string& name) {
    const facts::FactValue value = facts.get(name);
    const auto* const whole = std::get_if<std::int64_t>(&value);
    return whole != nullptr ? *whole : -1;
}

inline std::string text(const facts::FactSet& facts, const std::string& name) {
    return facts::to_string(facts.get(name));
}

}  // namespace tcptune::probe_test

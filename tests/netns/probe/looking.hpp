// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/facts/fact_set.hpp>
#include <tcptune/probe/collector.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
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

/// The kernel counts `alloc` for the whole host: what a test before has left behind without an
/// owner lives for a minute or two, and with too many of them no namespace does without a dump.
inline void wait_for_a_quiet_host() {
    using Clock = std::chrono::steady_clock;
    constexpr double few = 1000;
    const Clock::time_point end = Clock::now() + std::chrono::seconds(90);
    while (Clock::now() < end) {
        const facts::FactValue alloc = look().get("socket.tcp.alloc");
        const auto* const count = std::get_if<std::int64_t>(&alloc);
        if (count == nullptr || static_cast<double>(*count) <= few) return;
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
    }
}

}  // namespace tcptune::probe_test

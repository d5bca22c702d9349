// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/facts/fact_schema.hpp>
#include <tcptune/facts/fact_set.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace tcptune::facts::test {

/// Fact sets of every shape that a fact set may have, the same ones for the same seed on every
/// machine (the distributions of <random> differ between libraries).
class Generator {
public:
    explicit Generator(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15ULL + 1) {}

    /// splitmix64
    std::uint64_t bits() {
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31);
    }

    std::uint64_t below(std::uint64_t end) { return bits() % end; }
    bool chance(unsigned percent) { return below(100) < percent; }

    std::string text() {
        static const std::vector<std::string> pieces = {
            "a",        "Z9",           "eth0.x", "\"", "\\", "/", "\x01", "\x7f",
            "\xc3\xa9", "\xe2\x80\xae", "\n",     "\t", " ",  "{", "]",    "\xf0\x9f\x92\xbb",
            "~",        "%s",           "&&"};
        std::string result;
        for (std::uint64_t i = below(6); i > 0; --i)
            result += pieces[below(pieces.size())];
        if (chance(3)) result += '\0';
        return result;
    }

    std::int64_t integer() {
        static constexpr std::int64_t edges[] = {std::numeric_limits<std::int64_t>::min(),
                                                 std::numeric_limits<std::int64_t>::max(),
                                                 -1,
                                                 0,
                                                 1,
                                                 9007199254740993};
        if (chance(20)) return edges[below(std::size(edges))];
        return static_cast<std::int64_t>(bits()) >> below(64);
    }

    std::int64_t count() { return integer() & std::numeric_limits<std::int64_t>::max(); }

    double real() {
        static constexpr double edges[] = {0.0,    -0.0,  1.0,    0.1, 1e308,
                                           5e-324, 1e100, -12.75, 3,   1e15};
        if (chance(30)) return edges[below(std::size(edges))];
        return static_cast<double>(integer()) / static_cast<double>(1 + below(1000));
    }

    FactValue value() {
        switch (below(8)) {
            case 0:
                return Unknown{text()};
            case 1:
                return chance(50);
            case 2:
                return integer();
            case 3:
                return real();
            case 4:
                return text();
            case 5:
                return version();
            case 6:
                return list();
            default:
                return AtMost{real()};
        }
    }

    FactValue value_of(Type type) {
        if (chance(15)) return Unknown{text()};
        switch (type) {
            case Type::boolean:
                return chance(50);
            case Type::integer:
                return chance(10) ? FactValue{AtMost{real()}} : integer();
            case Type::real:
                return chance(20) ? FactValue{AtMost{real()}} : real();
            case Type::text:
                return text();
            case Type::version:
                return version();
            case Type::list:
                break;
        }
        return list();
    }

    FactSet fact_set() {
        FactSet facts;
        facts.host = {text(), text(), text(), text(), chance(50), {}};
        if (chance(50)) facts.host.other_netns = count();
        for (const FactInfo& info : fixed_facts())
            if (chance(40)) facts.values.emplace(info.name, value_of(info.type));
        for (std::uint64_t i = below(5); i > 0; --i)
            facts.values.insert_or_assign("sysctl." + text(), value());
        if (chance(10)) facts.values.insert_or_assign(text(), value());
        for (std::uint64_t i = below(4); i > 0; --i)
            facts.counters.insert_or_assign(
                text(),
                CounterReading{count(), chance(50) ? std::optional(count()) : std::nullopt});
        if (chance(50)) facts.window_s = std::max(0.0, real());
        for (std::uint64_t i = below(3); i > 0; --i)
            facts.configured.push_back(
                {text(), text(), text(), static_cast<std::uint32_t>(bits()), chance(50)});
        facts.sockets = sockets();
        for (std::uint64_t i = below(3); i > 0; --i)
            facts.sources.push_back({text(), static_cast<SourceStatus>(below(4)), text()});
        for (std::uint64_t i = below(3); i > 0; --i)
            facts.namespaces.push_back({text(), count(), count()});
        return facts;
    }

private:
    KernelVersion version() {
        return {static_cast<std::uint32_t>(below(7)), static_cast<std::uint32_t>(bits() >> 33),
                static_cast<std::uint32_t>(below(3))};
    }

    List list() {
        List result;
        for (std::uint64_t i = below(5); i > 0; --i)
            result.push_back(integer());
        return result;
    }

    std::vector<std::uint16_t> ports() {
        std::vector<std::uint16_t> result;
        for (std::uint64_t i = below(5); i > 0; --i)
            result.push_back(static_cast<std::uint16_t>(bits()));
        std::ranges::sort(result);
        result.erase(std::unique(result.begin(), result.end()), result.end());
        return result;
    }

    SocketTable sockets() {
        SocketTable table;
        table.method = static_cast<SocketMethod>(below(3));
        for (std::uint64_t i = below(4); i > 0; --i) {
            Destination destination;
            destination.local_address = text();
            destination.remote_address = text();
            destination.remote_port = static_cast<std::uint16_t>(bits());
            for (std::uint32_t& state : destination.states)
                if (chance(50)) state = static_cast<std::uint32_t>(bits());
            destination.even_ports = static_cast<std::uint32_t>(bits());
            destination.closed_last_1s = static_cast<std::uint32_t>(bits());
            destination.closed_last_10s = static_cast<std::uint32_t>(bits());
            destination.loopback = chance(50);
            table.destinations.push_back(std::move(destination));
        }
        table.more_destinations = static_cast<std::uint32_t>(bits());
        table.listen_ports = ports();
        table.bound_only_ports = ports();
        table.udp_ports = ports();
        return table;
    }

    std::uint64_t state_;
};

}  // namespace tcptune::facts::test

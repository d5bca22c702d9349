// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/facts/value.hpp>

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tcptune::facts {

/// One fact there can be.
struct FactInfo {
    std::string_view name;
    Type type;
    std::string_view unit;     ///< "" when none
    std::string_view source;   ///< where it is read: "/proc/net/sockstat", "derived"
    std::string_view meaning;  ///< one sentence
};

/// The fixed facts, ordered by name (also tcptune-facts(5)'s table).
[[nodiscard]] std::span<const FactInfo> fixed_facts();

/// The counters that may stand in rate() and delta(), as "TcpExt.TWRecycled", ordered.
[[nodiscard]] std::span<const std::string_view> known_counters();

/// Every fact name with its type: the fixed ones, `sysctl.KEY` and `config.KEY` for the
/// parameters of the catalog, `counter.GROUP.NAME` (usable in rate, delta and has only).
class FactSchema {
public:
    /// `parameters`: key and type of every declared parameter.
    explicit FactSchema(const std::map<std::string, Type, std::less<>>& parameters);

    [[nodiscard]] std::optional<Type> type_of(std::string_view name) const;
    [[nodiscard]] bool is_counter(std::string_view name) const;
    [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

private:
    std::map<std::string, Type, std::less<>> types_;
    std::vector<std::string> names_;
};

}  // namespace tcptune::facts

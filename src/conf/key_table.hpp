// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tcptune::conf {

using NameId = std::uint32_t;
inline constexpr std::uint32_t no_index = UINT32_MAX;

/// Names as small numbers, counted from 0.
class NameTable {
public:
    [[nodiscard]] NameId id_of(std::string_view name);
    [[nodiscard]] std::optional<NameId> find(std::string_view name) const;
    [[nodiscard]] const std::string& name(NameId id) const { return names_[id]; }
    [[nodiscard]] std::size_t size() const { return names_.size(); }

private:
    std::deque<std::string> names_;  // does not move what the map looks at
    std::unordered_map<std::string_view, NameId> ids_;
};

}  // namespace tcptune::conf

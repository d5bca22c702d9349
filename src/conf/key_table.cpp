// SPDX-License-Identifier: Apache-2.0
#include "conf/key_table.hpp"

namespace tcptune::conf {

NameId NameTable::id_of(std::string_view name) {
    if (const auto found = ids_.find(name); found != ids_.end()) return found->second;
    const auto id = static_cast<NameId>(names_.size());
    ids_.emplace(names_.emplace_back(name), id);
    return id;
}

std::optional<NameId> NameTable::find(std::string_view name) const {
    const auto found = ids_.find(name);
    if (found == ids_.end()) return std::nullopt;
    return found->second;
}

}  // namespace tcptune::conf

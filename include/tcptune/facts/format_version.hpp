// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/facts/json_members.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace tcptune::facts {

/// Checks that a document is of this kind and of a version that is read here, which is 1, and says
/// how far its minor version is ahead. Nothing when it is not, and why is reported: TT702, TT703.
/// `subject` begins a sentence: "the facts have".
[[nodiscard]] std::optional<std::int64_t> minor_version(const nlohmann::json& document,
                                                        std::string_view kind,
                                                        std::string_view subject,
                                                        JsonMembers& members);

}  // namespace tcptune::facts

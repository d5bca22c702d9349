// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

/// The frame of every JSON document: who wrote it, which kind, the exit status.
namespace tcptune::report {

/// Members stay in the order in which they are written, so that documents can be compared.
using Json = nlohmann::ordered_json;

[[nodiscard]] Json document(std::string_view kind);
[[nodiscard]] std::string finish(Json json, int exit_code);

}  // namespace tcptune::report

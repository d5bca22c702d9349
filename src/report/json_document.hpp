// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/plan/plan.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

/// The frame of every JSON document (who wrote it, which kind, the exit status) and the parts that
/// several documents have.
namespace tcptune::report {

/// Members stay in the order in which they are written, so that documents can be compared.
using Json = nlohmann::ordered_json;

[[nodiscard]] Json document(std::string_view kind);
[[nodiscard]] std::string finish(Json json, int exit_code);

/// null for nothing.
[[nodiscard]] Json number_json(const std::optional<double>& number);
[[nodiscard]] Json host_json(const facts::HostIdentity& host);
[[nodiscard]] Json evidence_json(const std::vector<plan::PlanEvidence>& evidence);
[[nodiscard]] Json forecast_json(const capacity::Forecast& forecast);
/// Addresses, forecast and states.
[[nodiscard]] Json destination_json(const facts::Destination& destination,
                                    const capacity::Forecast& forecast);
[[nodiscard]] Json namespaces_json(const std::vector<facts::NamespaceSummary>& namespaces);

}  // namespace tcptune::report

// SPDX-License-Identifier: Apache-2.0
#include "report/json_document.hpp"

#include <tcptune/base/escape.hpp>
#include <tcptune/base/text.hpp>
#include <tcptune/report/version.hpp>

#include <utility>

namespace tcptune::report {
namespace {

constexpr std::string_view format_version = "1.0";

}  // namespace

Json number_json(const std::optional<double>& number) {
    return number ? Json(*number) : Json(nullptr);
}

Json host_json(const facts::HostIdentity& host) {
    Json json{{"hostname", host.hostname},
              {"kernel", host.kernel_release},
              {"boot_id", host.boot_id},
              {"netns", host.netns},
              {"netns_initial", host.netns_initial},
              {"other_netns", nullptr}};
    if (host.other_netns) json["other_netns"] = *host.other_netns;
    return json;
}

Json evidence_json(const std::vector<plan::PlanEvidence>& evidence) {
    Json list = Json::array();
    for (const plan::PlanEvidence& line : evidence) {
        list.push_back({{"expression", trim(line.expression)},
                        {"value", line.value},
                        {"verdict", line.verdict}});
    }
    return list;
}

Json forecast_json(const capacity::Forecast& forecast) {
    Json json{{"ports_in_use", forecast.in_use},
              {"usable_ports", forecast.ceiling.budget.usable},
              {"share", forecast.share},
              {"stage", to_string(forecast.stage)},
              {"rate_per_s", forecast.rate_per_s},
              {"ceiling_per_s", number_json(forecast.ceiling.per_s)},
              {"slow_above_per_s", number_json(forecast.ceiling.slow_above_per_s)},
              {"seconds_left", number_json(forecast.seconds_left)},
              {"ports_until_slow", nullptr}};
    if (forecast.ports_until_slow) json["ports_until_slow"] = *forecast.ports_until_slow;
    return json;
}

Json destination_json(const facts::Destination& destination, const capacity::Forecast& forecast) {
    Json states = Json::object();
    for (std::size_t i = 0; i < facts::tcp_state_count; ++i) {
        const auto state = static_cast<facts::TcpState>(i);
        states[facts::to_string(state)] = destination.count(state);
    }
    Json json{{"local_address", destination.local_address},
              {"remote_address", destination.remote_address},
              {"remote_port", destination.remote_port}};
    json.update(forecast_json(forecast));
    json["states"] = std::move(states);
    return json;
}

Json namespaces_json(const std::vector<facts::NamespaceSummary>& namespaces) {
    Json list = Json::array();
    for (const facts::NamespaceSummary& entry : namespaces) {
        list.push_back(
            {{"name", entry.name}, {"time_wait", entry.time_wait}, {"sockets", entry.sockets}});
    }
    return list;
}

Json document(std::string_view kind) {
    return Json{{"format_version", format_version},
                {"kind", kind},
                {"tool", {{"name", "tcptune"}, {"version", tool_version}}}};
}

std::string finish(Json json, int exit_code) {
    json["exit_code"] = exit_code;
    // Bytes that are not UTF-8 become U+FFFD: a report about bad input must not fail on it.
    // Only ASCII: what a program reads all the same may be shown by a terminal.
    return escape_delete(json.dump(2, ' ', true, Json::error_handler_t::replace)) + "\n";
}

}  // namespace tcptune::report

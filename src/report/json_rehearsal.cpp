// SPDX-License-Identifier: Apache-2.0
#include "report/json_document.hpp"
#include "report/json_transaction.hpp"

#include <tcptune/report/rehearsal_report.hpp>

#include <utility>

namespace tcptune::report {
namespace {

using plan::RehearsalOutcome;

Json value_json(const plan::RehearsedValue& value) {
    return {{"key", value.key},
            {"before", value.before ? setting_json(*value.before) : Json(nullptr)},
            {"wanted", setting_json(value.wanted)},
            {"outcome", to_string(value.outcome)},
            {"found", setting_json(value.found)},
            {"reason", value.reason}};
}

}  // namespace

std::string rehearsal_json(const plan::Rehearsal& rehearsal, int exit_code,
                           std::string_view status) {
    Json json = document("rehearsal");
    json["host"] = host_json(rehearsal.planned_for);
    json["rehearsed_on"] = rehearsal.hostname;
    json["other_host"] = rehearsal.other_host;
    json["present_values"] = rehearsal.present_values;
    Json& missing = json["missing_values"] = Json::array();
    for (const plan::RehearsedValue& value : rehearsal.missing_values)
        missing.push_back(value_json(value));
    Json& steps = json["steps"] = Json::array();
    int order = 0;
    for (const plan::RehearsedValue& step : rehearsal.steps) {
        Json entry{{"order", ++order}};
        entry.update(value_json(step));
        steps.push_back(std::move(entry));
    }
    Json& counts = json["counts"] = Json::object();
    for (const RehearsalOutcome outcome :
         {RehearsalOutcome::ok, RehearsalOutcome::refused, RehearsalOutcome::different,
          RehearsalOutcome::not_rehearsed})
        counts[std::string(to_string(outcome))] = rehearsal.count(outcome);
    json["status"] = status;
    json["summary"] = plan::rehearsal_sentence(rehearsal);
    return finish(std::move(json), exit_code);
}

}  // namespace tcptune::report

// SPDX-License-Identifier: Apache-2.0
#include "report/json_transaction.hpp"

#include <tcptune/report/difference_report.hpp>

#include <utility>

namespace tcptune::report {
namespace {

Json setting_or_null(const std::optional<std::string>& value) {
    return value ? setting_json(*value) : Json(nullptr);
}

}  // namespace

std::string difference_json(std::string_view operation, const Difference& difference,
                            const Ending& ending) {
    Json json = document("difference");
    json["operation"] = operation;
    json["title"] = difference.title;
    json["left"] = difference.left;
    json["right"] = difference.right;
    json["differing"] = difference.differing();
    Json& rows = json["rows"] = Json::array();
    for (const DifferenceRow& row : difference.rows) {
        rows.push_back({{"key", row.key},
                        {"left", setting_or_null(row.left)},
                        {"right", setting_or_null(row.right)},
                        {"differs", row.differs()},
                        {"note", row.note}});
    }
    add_ending(json, ending);
    return finish(std::move(json), ending.exit_code);
}

std::string rollbacks_json(std::span<const txn::Result> results, const Ending& ending) {
    Json json = document("rollbacks");
    Json& list = json["transactions"] = Json::array();
    for (const txn::Result& result : results) {
        list.push_back({{"id", result.id},
                        {"state", to_string(result.state)},
                        {"reason", to_string(result.reason)},
                        {"items", outcomes_json(result.outcomes)}});
    }
    add_ending(json, ending);
    return finish(std::move(json), ending.exit_code);
}

}  // namespace tcptune::report

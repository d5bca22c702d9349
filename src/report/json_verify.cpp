// SPDX-License-Identifier: Apache-2.0
#include "report/boot_words.hpp"
#include "report/json_boot.hpp"
#include "report/json_transaction.hpp"

#include <utility>

namespace tcptune::report {
namespace {

Json row_json(const VerifyReport& report, const conf::Row& row) {
    const auto mend = report.mends.find(row.key);
    return {{"key", row.key},
            {"running", value_or_null(row.running)},
            {"running_why_null", why_null(row.running)},
            {"boot", value_or_null(row.boot)},
            {"boot_why_null", why_null(row.boot)},
            {"expected", row.expected ? Json(*row.expected) : Json(nullptr)},
            {"running_boot", conf::to_string(row.running_boot)},
            {"running_expected", conf::to_string(row.running_expected)},
            {"boot_expected", conf::to_string(row.boot_expected)},
            {"differs", row.differs()},
            {"unknown", row.unknown()},
            {"overruled", row.overruled()},
            {"decides", row.decides ? claim_json(*row.decides) : Json(nullptr)},
            {"ours", row.ours ? claim_json(*row.ours) : Json(nullptr)},
            {"other_loader", row.other_loader ? value_or_null(*row.other_loader) : Json(nullptr)},
            {"loaders_disagree", row.other_loader.has_value()},
            {"reason", row.reason},
            {"mend", mend == report.mends.end() ? Json(nullptr) : Json(mend->second)}};
}

Json tally_json(const conf::Tally& tally) {
    return {{"keys", tally.keys},           {"differing", tally.differing},
            {"unknown", tally.unknown},     {"absent", tally.absent},
            {"overruled", tally.overruled}, {"loaders_disagree", tally.disagreeing}};
}

void add_rows(Json& json, const VerifyReport& report) {
    Json& rows = json["rows"] = Json::array();
    for (const conf::Row& row : report.rows)
        rows.push_back(row_json(report, row));
    json["counts"] = tally_json(conf::tally(report.rows));
}

}  // namespace

std::string verify_json(const VerifyReport& report) {
    Json json = document("verify_report");
    add_scene(json, report.scene);
    json["against"] = report.against;
    json["name"] = report.name;
    json["boot_only"] = report.boot_only;
    add_rows(json, report);
    json["notes"] = report.notes;
    add_ending(json, report.ending);
    return finish(std::move(json), report.ending.exit_code);
}

std::string drift_json(const VerifyReport& report, std::int64_t now_unix_s) {
    Json json = document("drift_report");
    json["time"] = utc_text(now_unix_s);
    add_scene(json, report.scene);
    add_rows(json, report);
    json["notes"] = report.notes;
    add_ending(json, report.ending);
    return finish(std::move(json), report.ending.exit_code);
}

}  // namespace tcptune::report

// SPDX-License-Identifier: Apache-2.0
#include "report/boot_words.hpp"
#include "report/json_boot.hpp"
#include "report/json_transaction.hpp"

#include <utility>

namespace tcptune::report {
namespace {

Json outcome_json(const BlameReport& report, const conf::Outcome& outcome) {
    const conf::Reading result = conf::reading_of(outcome);
    Json claims = Json::array();
    for (const conf::Claim& claim : outcome.claims) {
        Json entry = claim_json(claim);
        const auto package = report.packages.find(claim.statement.file);
        entry["package"] = package == report.packages.end() || package->second.empty()
                               ? Json(nullptr)
                               : Json(package->second);
        claims.push_back(std::move(entry));
    }
    return {{"value", value_or_null(result)},
            {"why_null", why_null(result)},
            {"set", outcome.set},
            {"claims", std::move(claims)}};
}

}  // namespace

std::string blame_json(const BlameReport& report) {
    const conf::Claim* const claim =
        conf::deciding_claim(report.forecast, report.scene.has_systemd);
    Json json = document("blame_report");
    json["key"] = report.key;
    add_scene(json, report.scene);
    json["running"] = {{"value", value_or_null(report.running)},
                       {"why_null", why_null(report.running)}};
    json["boot"] = {{"value", value_or_null(report.boot)},
                    {"why_null", why_null(report.boot)},
                    {"set", claim != nullptr},
                    {"file", claim ? Json(claim->statement.file) : Json(nullptr)},
                    {"line", claim ? Json(claim->statement.line) : Json(nullptr)}};
    json["kernel_default"] = report.kernel_default ? Json(*report.kernel_default) : Json(nullptr);
    json["kernels"] = report.gone;
    Json& loaders = json["loaders"] = Json::array();
    for (const conf::Loader loader : {conf::Loader::systemd, conf::Loader::procps}) {
        const bool systemd = loader == conf::Loader::systemd;
        Json entry{{"loader", conf::to_string(loader)},
                   {"boots", systemd == report.scene.has_systemd}};
        entry.update(
            outcome_json(report, systemd ? report.forecast.systemd : report.forecast.procps));
        loaders.push_back(std::move(entry));
    }
    json["late"] =
        report.forecast.late ? outcome_json(report, *report.forecast.late) : Json(nullptr);
    json["disagree"] = report.disagree;
    json["notes"] = report.forecast.notes;
    json["package_problem"] = report.package_problem;
    json["similar"] = report.similar.empty() ? Json(nullptr) : Json(report.similar);
    add_ending(json, report.ending);
    return finish(std::move(json), report.ending.exit_code);
}

}  // namespace tcptune::report

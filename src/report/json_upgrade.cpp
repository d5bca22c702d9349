// SPDX-License-Identifier: Apache-2.0
#include "report/json_boot.hpp"
#include "report/json_transaction.hpp"

#include <utility>

namespace tcptune::report {

std::string upgrade_json(const UpgradeReport& report) {
    Json json = document("upgrade_report");
    add_scene(json, report.scene);
    json["target_kernel"] = report.target;
    json["release"] = report.release.empty() ? Json(nullptr) : Json(report.release);
    json["release_text"] = report.release_text;
    json["settings"] = report.settings;
    Json& findings = json["findings"] = Json::array();
    for (const lint::UpgradeFinding& finding : report.findings) {
        const bool placed = !finding.file.empty();
        findings.push_back({{"key", finding.key},
                            {"kind", lint::to_string(finding.kind)},
                            {"file", placed ? Json(finding.file) : Json(nullptr)},
                            {"line", placed ? Json(finding.line) : Json(nullptr)},
                            {"from", finding.from},
                            {"to", finding.to},
                            {"sentence", finding.sentence},
                            {"mend", finding.mend}});
    }
    add_ending(json, report.ending);
    return finish(std::move(json), report.ending.exit_code);
}

}  // namespace tcptune::report

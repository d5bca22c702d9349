// SPDX-License-Identifier: Apache-2.0
#include "report/json_boot.hpp"

#include "report/boot_words.hpp"

#include <utility>

namespace tcptune::report {

Json value_or_null(const conf::Reading& reading) {
    return reading.status == conf::Reading::Status::value ? Json(reading.value) : Json(nullptr);
}

std::string why_null(const conf::Reading& reading) {
    if (reading.status == conf::Reading::Status::unknown) return reading.reason;
    return reading.status == conf::Reading::Status::value ? "" : reading_words(reading);
}

Json claim_json(const conf::Claim& claim) {
    const conf::Statement& statement = claim.statement;
    return {{"file", statement.file},
            {"line", statement.line},
            {"name", statement.name},
            {"value", statement.exclusion ? Json(nullptr) : Json(statement.value)},
            {"pattern", statement.glob},
            {"exclusion", statement.exclusion},
            {"ignore_errors", statement.ignore_errors},
            {"fate", conf::to_string(claim.fate)},
            {"why", claim.why}};
}

void add_scene(Json& json, const BootScene& scene) {
    json["root"] = scene.root.empty() ? Json(nullptr) : Json(scene.root);
    json["kernel"] = {{"version", scene.kernel}, {"source", scene.kernel_source}};
    json["boots_with"] = booting_loader(scene);
    Json& late = json["late_writers"] = Json::array();
    for (const conf::LateWriter& writer : scene.late) {
        late.push_back({{"who", writer.who},
                        {"path", writer.path},
                        {"when", writer.when},
                        {"readable", !writer.text.empty()},
                        {"reapplies_files", writer.reapplies_files}});
    }
    json["unreadable"] = scene.unreadable;
    json["cannot_judge"] = scene.cannot_judge;
}

}  // namespace tcptune::report

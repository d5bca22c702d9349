// SPDX-License-Identifier: Apache-2.0
#include "report/json_document.hpp"
#include "report/lint_words.hpp"

#include <tcptune/report/lint_report.hpp>

#include <map>
#include <utility>

namespace tcptune::report {
namespace {

Json lint_finding_json(const lint::Finding& finding) {
    return {{"file", finding.file},
            {"line", finding.line},
            {"column", finding.column},
            {"key", finding.key},
            {"category", lint::to_string(finding.category)},
            {"severity", lint::to_string(finding.severity)},
            {"rule_id", finding.rule_id},
            {"title", finding.title},
            {"explanation", finding.explanation},
            {"mend", finding.mend},
            {"fixable", finding.fix.kind != lint::Fix::Kind::none}};
}

Json lint_summary_json(const LintOutcome& outcome) {
    std::map<lint::Category, std::size_t> counts;
    std::size_t fixable = 0;
    for (const lint::Finding& finding : outcome.report.findings) {
        ++counts[finding.category];
        if (finding.fix.kind != lint::Fix::Kind::none) ++fixable;
    }
    Json categories = Json::object();
    for (const lint::Category category : lint_categories)
        categories[std::string(lint::to_string(category))] = counts[category];
    return {{"errors", outcome.report.count(lint::Severity::error)},
            {"warnings", outcome.report.count(lint::Severity::warning)},
            {"infos", outcome.report.count(lint::Severity::info)},
            {"files", outcome.report.files.size()},
            {"fixable", fixable},
            {"by_category", std::move(categories)}};
}

}  // namespace

std::string lint_json(const LintOutcome& outcome) {
    Json json = document("lint_report");
    json["target_kernel"] = outcome.kernel.to_string();
    Json& files = json["files"] = Json::array();
    for (const lint::FileReport& file : outcome.report.files) {
        files.push_back({{"file", file.file},
                         {"kind", lint::to_string(file.kind)},
                         {"lines", file.lines},
                         {"assignments", file.assignments},
                         {"not_judged", file.not_judged}});
    }
    Json& unread = json["not_read"] = Json::array();
    for (const UnreadInput& input : outcome.unread)
        unread.push_back({{"file", input.file}, {"reason", input.reason}});
    Json& findings = json["findings"] = Json::array();
    for (const lint::Finding& finding : outcome.report.findings)
        findings.push_back(lint_finding_json(finding));
    json["summary"] = lint_summary_json(outcome);
    return finish(std::move(json), outcome.exit_code);
}

}  // namespace tcptune::report

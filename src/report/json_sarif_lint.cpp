// SPDX-License-Identifier: Apache-2.0
#include "report/json_document.hpp"
#include "report/lint_words.hpp"

#include <tcptune/base/diagnostic.hpp>
#include <tcptune/base/digest.hpp>
#include <tcptune/base/escape.hpp>
#include <tcptune/base/text.hpp>
#include <tcptune/lint/fix.hpp>
#include <tcptune/report/lint_report.hpp>
#include <tcptune/report/version.hpp>

#include <map>
#include <optional>
#include <utility>

namespace tcptune::report {
namespace {

constexpr std::string_view sarif_schema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
constexpr std::string_view manual_page = "man:tcptune-lint(1)";

/// A path as a URI reference of RFC 3986: bytes of its own alphabet, all others as %XX.
std::string uri_of(std::string_view path) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string uri = path.starts_with('/') ? "file://" : "";
    while (path.starts_with("./"))
        path.remove_prefix(2);
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') ||
                           std::string_view("-._~/").find(c) != std::string_view::npos;
        if (plain) {
            uri += c;
        } else {
            uri += '%';
            uri += digits[byte >> 4U];
            uri += digits[byte & 15U];
        }
    }
    return uri;
}

Json artifact_location_json(const std::string& file) {
    Json location{{"uri", uri_of(file)}};
    // The root of the sources, where the reader knows it: paths are as they were given.
    if (!file.starts_with('/')) location["uriBaseId"] = "%SRCROOT%";
    return location;
}

std::string_view sarif_level(lint::Severity severity) {
    switch (severity) {
        case lint::Severity::error:
            return "error";
        case lint::Severity::warning:
            return "warning";
        case lint::Severity::info:
            break;
    }
    return "note";
}

std::size_t code_points(std::string_view text) {
    std::size_t count = 0;
    for (; !text.empty(); ++count)
        text = skip_columns(text, 2);
    return count;
}

/// What is said of a built-in rule must be the same in every run; a rule file says the same of
/// every finding by itself.
Json sarif_rule_json(const lint::Finding& finding) {
    const bool built_in = finding.rule_id.starts_with("lint/");
    const std::string_view sentence = category_sentence(finding.category);
    const std::string title = built_in ? std::string(sentence) : finding.title + ".";
    const std::string full =
        built_in || finding.explanation.empty() ? std::string(sentence) : finding.explanation;
    const std::string help =
        built_in || finding.mend.empty() ? "See tcptune-lint(1)." : finding.mend;
    return {
        {"id", finding.rule_id},
        {"shortDescription", {{"text", title}}},
        {"fullDescription", {{"text", full}}},
        {"help", {{"text", help}}},
        {"helpUri", manual_page},
        {"defaultConfiguration", {{"level", built_in ? "warning" : sarif_level(finding.severity)}}},
        {"properties", {{"tags", {"sysctl", lint::to_string(finding.category)}}}}};
}

std::optional<Json> sarif_fix_json(const lint::Finding& finding, std::string_view line) {
    if (finding.line == 0 || !is_utf8(line)) return std::nullopt;
    const std::optional<std::string> made = lint::fixed_line(line, finding);
    if (!made || !is_utf8(*made)) return std::nullopt;
    Json replacement{
        {"deletedRegion",
         {{"startLine", finding.line}, {"startColumn", 1}, {"endColumn", code_points(line) + 1}}},
        {"insertedContent", {{"text", *made}}}};
    Json change{{"artifactLocation", artifact_location_json(finding.file)},
                {"replacements", Json::array({std::move(replacement)})}};
    return Json{{"artifactChanges", Json::array({std::move(change)})}};
}

/// Rules by id, in the order in which they first appear.
struct SarifRules {
    Json list = Json::array();
    std::map<std::string, std::size_t, std::less<>> places = {};

    std::size_t place_of(const lint::Finding& finding) {
        const auto [place, is_new] = places.emplace(finding.rule_id, list.size());
        if (is_new) list.push_back(sarif_rule_json(finding));
        return place->second;
    }
};

Json sarif_result_json(const LintOutcome& outcome, std::size_t index, SarifRules& rules,
                       std::map<std::string, std::size_t>& seen) {
    const lint::Finding& finding = outcome.report.findings[index];
    const std::string_view line = line_of_finding(outcome, index);
    // Readers show no result without a line: one of a whole file stands at its first.
    Json region{{"startLine", finding.line == 0 ? 1 : finding.line}};
    if (finding.line > 0 && finding.column > 0) region["startColumn"] = finding.column;
    const std::string identity =
        finding.file + '\n' + finding.rule_id + '\n' + finding.key + '\n' + fold_spaces(line);
    const std::size_t same_before = seen[identity]++;
    Json result{
        {"ruleId", finding.rule_id},
        {"ruleIndex", rules.place_of(finding)},
        {"level", sarif_level(finding.severity)},
        {"message", {{"text", finding_sentences(finding)}}},
        {"locations", Json::array({{{"physicalLocation",
                                     {{"artifactLocation", artifact_location_json(finding.file)},
                                      {"region", std::move(region)}}}}})},
        {"partialFingerprints",
         {{"tcptuneLine/v1", sha256_hex(identity + '\n' + std::to_string(same_before))}}}};
    if (std::optional<Json> fix = sarif_fix_json(finding, line))
        result["fixes"] = Json::array({std::move(*fix)});
    result["properties"] = {{"category", lint::to_string(finding.category)}, {"key", finding.key}};
    return result;
}

Json sarif_invocation_json(const LintOutcome& outcome) {
    Json notifications = Json::array();
    for (const UnreadInput& input : outcome.unread) {
        notifications.push_back(
            {{"level", "error"},
             {"message", {{"text", "cannot be read: " + input.reason}}},
             {"locations",
              Json::array({{{"physicalLocation",
                             {{"artifactLocation", artifact_location_json(input.file)}}}}})}});
    }
    return {{"executionSuccessful", outcome.unread.empty()},
            {"exitCode", outcome.exit_code},
            {"toolExecutionNotifications", std::move(notifications)}};
}

}  // namespace

std::string lint_sarif(const LintOutcome& outcome) {
    SarifRules rules;
    std::map<std::string, std::size_t> seen;
    Json results = Json::array();
    for (std::size_t i = 0; i < outcome.report.findings.size(); ++i)
        results.push_back(sarif_result_json(outcome, i, rules, seen));
    Json artifacts = Json::array();
    for (const lint::FileReport& file : outcome.report.files) {
        artifacts.push_back({{"location", artifact_location_json(file.file)},
                             {"roles", Json::array({"analysisTarget"})}});
    }
    Json driver{
        {"name", "tcptune"}, {"semanticVersion", tool_version}, {"rules", std::move(rules.list)}};
    Json run{{"tool", {{"driver", std::move(driver)}}},
             {"invocations", Json::array({sarif_invocation_json(outcome)})},
             {"artifacts", std::move(artifacts)},
             {"results", std::move(results)},
             {"columnKind", "unicodeCodePoints"},
             {"properties", {{"targetKernel", outcome.kernel.to_string()}}}};
    const Json log{
        {"$schema", sarif_schema}, {"version", "2.1.0"}, {"runs", Json::array({std::move(run)})}};
    return escape_delete(log.dump(2, ' ', true, Json::error_handler_t::replace)) + "\n";
}

}  // namespace tcptune::report

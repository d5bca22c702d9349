// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/diagnostic_codes.hpp>
#include <tcptune/base/escape.hpp>
#include <tcptune/lint/lint.hpp>
#include <tcptune/lint/lint_examples.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace tcptune::lint {

namespace {

constexpr std::string_view example_file = "example.conf";

bool reports_entry(const std::string& rule_id, std::string text, const Standard& standard) {
    const std::vector<Input> inputs{{std::string(example_file), std::move(text)}};
    const Report report = lint(inputs, standard);
    return std::ranges::find(report.findings, rule_id, &Finding::rule_id) != report.findings.end();
}

}  // namespace

std::string example_text(const std::string& key, const std::string& shown) {
    return shown.find('=') == std::string::npos ? key + " = " + shown + "\n" : shown;
}

ExampleRun run_examples(const rules::Rule& rule, const rules::RuleSet& rules,
                        const rules::NameBook& names) {
    ExampleRun run;
    for (const rules::LintEntry& entry : rule.lints) {
        const Standard standard{
            .rules = rules,
            .names = names,
            .kernel = KernelVersion::parse(entry.kernel).value_or(KernelVersion())};
        const std::string rule_id = rule.key() + "/" + entry.id;
        const auto check = [&](const std::string& shown, bool expected) {
            ++run.examples;
            if (reports_entry(rule_id, example_text(rule.key(), shown), standard) == expected)
                return;
            run.diagnostics.push_back(
                {std::string(codes::example_failed), DiagnosticSeverity::error, entry.location,
                 "lint \"" + entry.id + "\" " + (expected ? "is silent about" : "reports") + " \"" +
                     escape_line(shown) + "\"",
                 expected ? "it stands in fires" : "it stands in silent", ""});
        };
        for (const std::string& shown : entry.fires)
            check(shown, true);
        for (const std::string& shown : entry.silent)
            check(shown, false);
    }
    return run;
}

}  // namespace tcptune::lint

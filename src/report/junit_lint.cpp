// SPDX-License-Identifier: Apache-2.0
#include "report/lint_words.hpp"

#include <tcptune/base/escape.hpp>
#include <tcptune/report/lint_report.hpp>

#include <map>
#include <set>

#include <fmt/format.h>

namespace tcptune::report {
namespace {

/// A line of a hostile file must not fill a page.
constexpr std::size_t longest_line = 400;

/// Characters of XML 1.0 only: escape_line leaves no control character and no bad UTF-8, but two
/// code points that XML does not have.
std::string xml_text(std::string_view text) {
    std::string out;
    const std::string safe = escape_line(text);
    for (std::size_t i = 0; i < safe.size(); ++i) {
        switch (safe[i]) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\xEF':
                if (safe.compare(i, 3, "\xEF\xBF\xBE") == 0 ||
                    safe.compare(i, 3, "\xEF\xBF\xBF") == 0) {
                    out += safe[i + 2] == '\xBE' ? "\\u{fffe}" : "\\u{ffff}";
                    i += 2;
                    break;
                }
                [[fallthrough]];
            default:
                out += safe[i];
        }
    }
    return out;
}

/// One `testsuite`, while it is put together.
struct JunitSuite {
    std::string name;
    std::size_t tests = 0;
    std::size_t failures = 0;
    std::size_t errors = 0;
    std::size_t skipped = 0;
    std::string cases = {};
    std::set<std::string, std::less<>> names = {};
    std::map<std::string, std::size_t, std::less<>> times = {};  ///< that a name was wanted

    /// The readers tell cases apart by their names, and follow one over time by it: no line number.
    void add(std::string_view case_name, std::uint32_t line, const std::string& body) {
        std::size_t& time = times[std::string(case_name)];
        std::string unique;
        do {
            ++time;
            unique = time == 1 ? std::string(case_name) : fmt::format("{} ({})", case_name, time);
        } while (!names.insert(unique).second);
        ++tests;
        cases += fmt::format(R"(    <testcase classname="{0}" name="{1}" file="{0}")",
                             xml_text(name), xml_text(unique));
        if (line > 0) cases += fmt::format(R"( line="{}")", line);
        cases += R"( time="0")";
        cases += body.empty() ? "/>\n" : ">\n" + body + "    </testcase>\n";
    }
};

void add_finding(JunitSuite& suite, const LintOutcome& outcome, std::size_t index) {
    const lint::Finding& finding = outcome.report.findings[index];
    std::string details =
        fmt::format("{}:{}:{}: {}: {}\n", xml_text(finding.file), finding.line, finding.column,
                    lint::to_string(finding.severity), xml_text(finding.title));
    if (const std::string_view line = line_of_finding(outcome, index); !line.empty())
        details += "    " + xml_text(line.substr(0, longest_line)) + "\n";
    if (!finding.explanation.empty()) details += xml_text(finding.explanation) + "\n";
    if (!finding.mend.empty()) details += "mend: " + xml_text(finding.mend) + "\n";
    std::string body;
    if (fails(outcome, finding)) {
        ++suite.failures;
        body = fmt::format("      <failure type=\"{}\" message=\"{}\">{}</failure>\n",
                           lint::to_string(finding.category), xml_text(finding.title), details);
    } else {
        body = "      <system-out>" + details + "</system-out>\n";
    }
    std::string name = finding.rule_id;
    if (!finding.key.empty() && name.find(finding.key) == std::string::npos)
        name += ": " + finding.key;
    suite.add(name, finding.line, body);
}

}  // namespace

std::string lint_junit(const LintOutcome& outcome) {
    std::map<std::string, std::vector<std::size_t>, std::less<>> of_file;
    for (std::size_t i = 0; i < outcome.report.findings.size(); ++i)
        of_file[outcome.report.findings[i].file].push_back(i);

    std::vector<JunitSuite> suites;
    for (const lint::FileReport& file : outcome.report.files) {
        JunitSuite suite{.name = file.file};
        for (const std::size_t index : of_file[file.file])
            add_finding(suite, outcome, index);
        if (suite.tests == 0 && left_alone(file)) {
            ++suite.skipped;
            suite.add("not a Linux sysctl file", 0, "      <skipped/>\n");
        } else if (suite.tests == 0) {
            suite.add("no findings", 0, {});
        }
        suites.push_back(std::move(suite));
    }
    for (const UnreadInput& input : outcome.unread) {
        JunitSuite suite{.name = input.file};
        ++suite.errors;
        suite.add("can be read", 0,
                  fmt::format("      <error type=\"no-input\" message=\"{}\"/>\n",
                              xml_text(input.reason)));
        suites.push_back(std::move(suite));
    }

    std::size_t tests = 0;
    std::size_t failures = 0;
    std::size_t errors = 0;
    std::size_t skipped = 0;
    std::string body;
    for (const JunitSuite& suite : suites) {
        tests += suite.tests;
        failures += suite.failures;
        errors += suite.errors;
        skipped += suite.skipped;
        body += fmt::format(
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" "
            "time=\"0\">\n{}  </testsuite>\n",
            xml_text(suite.name), suite.tests, suite.failures, suite.errors, suite.skipped,
            suite.cases);
    }
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<testsuites name=\"tcptune lint\" tests=\"{}\" failures=\"{}\" errors=\"{}\" "
        "skipped=\"{}\" time=\"0\">\n{}</testsuites>\n",
        tests, failures, errors, skipped, body);
}

}  // namespace tcptune::report

// SPDX-License-Identifier: Apache-2.0
#include "report/boot_words.hpp"
#include "report/numbers.hpp"
#include "report/text_layout.hpp"

#include <fmt/format.h>

namespace tcptune::report {
namespace {

void put_upgrade_finding(Page& page, const lint::UpgradeFinding& finding) {
    std::string head = finding.key;
    if (!finding.file.empty()) {
        const std::string place =
            finding.line == 0 ? finding.file : fmt::format("{}:{}", finding.file, finding.line);
        head = fmt::format("{}: {}", place, finding.key);
    }
    page.paragraph(2, fmt::format("{} ({})", head, lint::to_string(finding.kind)), Ink::caution);
    if (!finding.from.empty() || !finding.to.empty())
        page.paragraph(6, fmt::format("{} -> {}", finding.from.empty() ? "-" : finding.from,
                                      finding.to.empty() ? "-" : finding.to));
    if (!finding.sentence.empty()) page.paragraph(6, finding.sentence);
    if (!finding.mend.empty()) page.paragraph(6, "Mend: " + finding.mend, Ink::dim);
}

}  // namespace

std::string text_upgrade(const UpgradeReport& report, const TextStyle& style) {
    Page page(style);
    const std::string named = report.release_name.empty() ? "" : " of " + report.release_name;
    page.paragraph(
        0,
        fmt::format("Linux {} -> {}{}: {} of {}", report.scene.kernel, report.target, named,
                    counted(report.settings, "line", "lines"), subject_words(report.scene)),
        Ink::strong);
    bool of_files = false;
    bool of_defaults = false;
    for (const lint::UpgradeFinding& finding : report.findings) {
        bool& said = finding.file.empty() ? of_defaults : of_files;
        if (!said) page.heading(finding.file.empty() ? "Keys that no file sets" : "Lines");
        said = true;
        put_upgrade_finding(page, finding);
    }
    if (!report.release_text.empty()) {
        page.blank();
        page.paragraph(0, report.release_text);
    }
    put_limits(page, report.scene);
    page.blank();
    page.paragraph(0, sentence_of(report.ending.summary));
    return page.text();
}

}  // namespace tcptune::report

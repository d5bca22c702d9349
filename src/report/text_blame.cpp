// SPDX-License-Identifier: Apache-2.0
#include "report/boot_words.hpp"
#include "report/numbers.hpp"
#include "report/text_layout.hpp"

#include <tcptune/plan/boot_conflicts.hpp>

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

namespace tcptune::report {
namespace {

constexpr std::size_t value_column = 16;

/// Who brought the file, as far as that is known.
std::string owner_words(const BlameReport& report, const std::string& file) {
    if (file == plan::drop_in_path) return "written by tcptune";
    const auto found = report.packages.find(file);
    if (found == report.packages.end()) return {};
    return found->second.empty() ? "of no package" : "of package " + found->second;
}

bool same_claims(const conf::Outcome& left, const conf::Outcome& right) {
    return std::ranges::equal(
        left.claims, right.claims, [](const conf::Claim& a, const conf::Claim& b) {
            return a.fate == b.fate && a.statement.line == b.statement.line &&
                   a.statement.file == b.statement.file && a.statement.value == b.statement.value;
        });
}

void put_claim(Page& page, const BlameReport& report, const conf::Claim& claim) {
    const bool wins = claim.fate == conf::Fate::wins;
    page.paragraph(
        2, fmt::format("{}: {}", place_of(claim.statement), statement_words(claim.statement)),
        wins ? Ink::strong : Ink::plain);
    std::string fate(conf::to_string(claim.fate));
    if (!claim.why.empty()) fate += ": " + claim.why;
    const std::string owner = owner_words(report, claim.statement.file);
    if (!owner.empty()) fate += " (" + owner + ")";
    page.paragraph(6, fate, wins ? Ink::good : Ink::dim);
}

void put_outcome(Page& page, const BlameReport& report, std::string_view who,
                 const conf::Outcome& outcome) {
    const conf::Reading result = conf::reading_of(outcome);
    if (outcome.claims.empty()) {
        page.heading(fmt::format("{}: no line about it", who));
        return;
    }
    page.heading(outcome.set ? fmt::format("{}: {}", who, reading_words(result))
                             : fmt::format("{}: sets nothing", who));
    for (const conf::Claim& claim : outcome.claims)
        put_claim(page, report, claim);
}

std::string boot_text(const BlameReport& report) {
    const conf::Claim* const claim =
        conf::deciding_claim(report.forecast, report.scene.has_systemd);
    std::string text = reading_words(report.boot);
    if (claim) return text + ", from " + place_of(claim->statement);
    if (report.boot.status == conf::Reading::Status::value) text += ", the kernel's default";
    return text;
}

void put_values(Page& page, const BlameReport& report) {
    page.paragraph(0, report.key, Ink::strong);
    if (report.running.status != conf::Reading::Status::not_asked)
        page.item(2, "now", value_column, reading_words(report.running));
    page.item(2, "after a boot", value_column, boot_text(report));
    if (report.kernel_default)
        page.item(2, "kernel's own", value_column,
                  fmt::format("{} (default of {})", *report.kernel_default, report.scene.kernel));
    if (!report.gone.empty())
        page.item(2, "kernels", value_column, report.gone, Ink::caution, Ink::caution);
}

void put_late(Page& page, const BlameReport& report) {
    if (report.scene.late.empty()) return;
    page.heading("Other writers, later than the loader");
    for (const conf::LateWriter& writer : report.scene.late) {
        std::string text = writer.who;
        if (!writer.path.empty()) text += ", " + writer.path;
        if (!writer.when.empty()) text += ": " + writer.when;
        if (writer.reapplies_files) text += "; it loads the sysctl.d files again afterwards";
        if (writer.text.empty()) text += "; what it sets cannot be read";
        page.paragraph(2, text);
    }
}

}  // namespace

std::string text_blame(const BlameReport& report, const TextStyle& style) {
    Page page(style);
    put_values(page, report);
    const conf::KeyForecast& forecast = report.forecast;
    const std::string first = fmt::format("{}, which boots {}", booting_loader(report.scene),
                                          subject_words(report.scene));
    const bool systemd = report.scene.has_systemd;
    const conf::Outcome& boots = systemd ? forecast.systemd : forecast.procps;
    const conf::Outcome& other = systemd ? forecast.procps : forecast.systemd;
    const bool silent = boots.claims.empty() && other.claims.empty();
    if (!silent && !report.disagree && same_claims(boots, other)) {
        put_outcome(page, report,
                    fmt::format("{}, and {} alike", first, other_loader(report.scene)), boots);
    } else if (!silent) {
        put_outcome(page, report, first, boots);
        put_outcome(page, report, other_loader(report.scene), other);
    }
    if (forecast.late) put_outcome(page, report, "After the later writers", *forecast.late);
    put_late(page, report);
    for (const std::string& note : forecast.notes)
        page.paragraph(0, note + ".");
    put_limits(page, report.scene);
    if (!report.package_problem.empty())
        page.paragraph(0, "Packages are not named: " + report.package_problem, Ink::dim);
    page.blank();
    if (report.disagree) {
        page.paragraph(
            0,
            fmt::format("The two loaders disagree: {} leaves {}, {} leaves {}.",
                        booting_loader(report.scene), reading_words(conf::reading_of(boots)),
                        other_loader(report.scene), reading_words(conf::reading_of(other))),
            Ink::caution);
    }
    page.paragraph(0, sentence_of(report.ending.summary));
    if (!report.similar.empty()) page.paragraph(0, "Did you mean " + report.similar + "?");
    return page.text();
}

}  // namespace tcptune::report

// SPDX-License-Identifier: Apache-2.0
#include "report/boot_words.hpp"
#include "report/numbers.hpp"
#include "report/text_layout.hpp"

#include <tcptune/base/escape.hpp>

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

namespace tcptune::report {
namespace {

/// The place of the line that decides, in brackets.
std::string decided_at(const conf::Row& row) {
    return row.decides ? fmt::format(" ({})", place_of(row.decides->statement)) : "";
}

/// "running 0, configured 1 (/etc/sysctl.d/90-tcptune.conf:4), expected 2".
std::string sides_of(const conf::Row& row) {
    std::string text;
    if (row.running.status != conf::Reading::Status::not_asked)
        text += "running " + reading_words(row.running) + ", ";
    text += row.decides ? "configured " : "after a boot ";
    text += reading_words(row.boot) + decided_at(row);
    if (row.expected) text += ", expected " + (row.expected->empty() ? "\"\"" : *row.expected);
    return text;
}

void put_row(Page& page, const VerifyReport& report, const conf::Row& row) {
    const Ink ink = row.differs() ? Ink::caution : Ink::plain;
    const std::string sides = sides_of(row);
    // A second line at the column of the keys would look like another key.
    if (display_width(row.key) + display_width(sides) + 4 <= page.style().width) {
        page.paragraph(2, row.key + ": " + sides, ink);
    } else {
        page.paragraph(2, row.key + ":", ink);
        page.paragraph(6, sides, ink);
    }
    if (row.overruled()) {
        page.paragraph(6, fmt::format("{} says {}, and loses: {}", place_of(row.ours->statement),
                                      row.ours->statement.value, row.ours->why));
    }
    if (!row.reason.empty()) page.paragraph(6, row.reason);
    if (row.other_loader) {
        page.paragraph(6, fmt::format("{} would leave {}", other_loader(report.scene),
                                      reading_words(*row.other_loader)));
    }
    if (const auto mend = report.mends.find(row.key); mend != report.mends.end())
        page.command("      Clear it:", mend->second);
}

template <typename Wanted>
void put_rows(Page& page, const VerifyReport& report, std::string_view heading, Wanted wanted) {
    if (std::ranges::none_of(report.rows, wanted)) return;
    page.heading(heading);
    for (const conf::Row& row : report.rows)
        if (wanted(row)) put_row(page, report, row);
}

std::string opening(const VerifyReport& report) {
    const std::string where = subject_words(report.scene);
    const std::string boots =
        fmt::format("the next boot of {} ({})", where, booting_loader(report.scene));
    const std::string named = report.name.empty() ? "" : " " + report.name;
    if (report.against == "files") return "What runs beside " + boots;
    const std::string wanted =
        (report.against == "drop-in" ? "tcptune's own values" : report.against) + named;
    return (report.boot_only ? "" : "What runs and ") + boots + " beside " + wanted;
}

std::string remainder(const conf::Tally& tally) {
    std::string text;
    const std::size_t same = tally.keys - tally.differing - tally.unknown - tally.absent;
    if (same > 0) text += fmt::format("The same: {}. ", counted(same, "key", "keys"));
    if (tally.absent > 0)
        text += fmt::format("Set by a file, but not in this kernel now: {}. ",
                            counted(tally.absent, "key", "keys"));
    return text;
}

}  // namespace

std::string text_verify(const VerifyReport& report, const TextStyle& style) {
    Page page(style);
    std::string title = opening(report);
    if (title.starts_with("the ")) title.replace(0, 1, "T");
    page.paragraph(0, title, Ink::strong);
    put_rows(page, report, "Different", [](const conf::Row& row) { return row.differs(); });
    put_rows(page, report, "Could not be compared",
             [](const conf::Row& row) { return row.unknown(); });
    put_rows(page, report, "The two loaders disagree", [](const conf::Row& row) {
        return row.other_loader && !row.differs() && !row.unknown();
    });
    if (std::ranges::any_of(report.rows, &conf::Row::absent)) {
        page.heading("Not in this kernel now");
        for (const conf::Row& row : report.rows)
            if (row.absent()) page.paragraph(2, row.key + decided_at(row), Ink::dim);
    }
    for (const std::string& note : report.notes)
        page.paragraph(0, note + ".", Ink::caution);
    put_limits(page, report.scene);
    page.blank();
    page.paragraph(0, remainder(conf::tally(report.rows)), Ink::dim);
    page.paragraph(0, sentence_of(report.ending.summary));
    return page.text();
}

std::string text_drift(const VerifyReport& report) {
    std::string text;
    for (const conf::Row& row : report.rows) {
        if (row.differs() || row.unknown())
            text += escape_line(row.key + ": " + sides_of(row)) + "\n";
    }
    return text;
}

}  // namespace tcptune::report

// SPDX-License-Identifier: Apache-2.0
#include "report/numbers.hpp"
#include "report/text_layout.hpp"

#include <tcptune/report/difference_report.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace tcptune::report {
namespace {

std::string shown(const std::optional<std::string>& value) {
    return value ? value_text(*value) : "(none)";
}

}  // namespace

std::size_t Difference::differing() const {
    return static_cast<std::size_t>(std::ranges::count_if(rows, &DifferenceRow::differs));
}

std::string text_difference(const Difference& difference, const TextStyle& style) {
    Page page(style);
    page.paragraph(
        0, fmt::format("{} ({} -> {})", difference.title, difference.left, difference.right),
        Ink::strong);
    for (const DifferenceRow& row : difference.rows) {
        if (!row.differs() && row.note.empty()) continue;
        const std::string values =
            row.differs() ? fmt::format(": {} -> {}", shown(row.left), shown(row.right))
            : row.left    ? ": " + shown(row.left)
                          : "";
        page.paragraph(2, row.key + values);
        if (!row.note.empty()) page.paragraph(4, row.note, Ink::caution);
    }
    const auto same = std::ranges::count_if(difference.rows, [](const DifferenceRow& row) {
        return !row.differs() && row.note.empty();
    });
    const char* const keys = same == 1 ? "key" : "keys";
    if (difference.rows.empty()) {
        page.paragraph(0, "There is no key to compare.");
    } else if (difference.differing() > 0 && same > 0) {
        page.paragraph(0, fmt::format("The same in {} other {}.", same, keys), Ink::dim);
    } else if (same > 0) {
        page.paragraph(0, fmt::format("No difference in {} {}.", same, keys));
    }
    return page.text();
}

}  // namespace tcptune::report

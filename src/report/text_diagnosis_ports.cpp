// SPDX-License-Identifier: Apache-2.0
#include "report/diagnosis_words.hpp"
#include "report/plan_order.hpp"
#include "report/text_diagnosis_sections.hpp"
#include "report/text_sections.hpp"

#include <tcptune/base/text.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace tcptune::report {
namespace {

/// More would push the findings off the screen.
constexpr std::size_t most_shown = 5;
/// Below this width the tally becomes sentences.
constexpr std::size_t tally_width = 78;

void destination(Page& page, const diagnosis::Diagnosis& diagnosis,
                 const diagnosis::DestinationView& view) {
    page.paragraph(2, destination_name(view.destination), Ink::strong);
    destination_numbers(page, view.forecast);
    page.paragraph(4, states_words(view.destination));
    page.paragraph(4, owners_words(diagnosis, view.destination));
}

bool any_inferred(const std::vector<const diagnosis::DestinationView*>& views) {
    return std::ranges::any_of(views, [](const diagnosis::DestinationView* view) {
        return std::ranges::any_of(view->destination.owners, &facts::Owner::inferred);
    });
}

}  // namespace

void destinations_section(Page& page, const diagnosis::Diagnosis& diagnosis) {
    std::vector<const diagnosis::DestinationView*> views = worth_showing(diagnosis);
    if (views.empty()) {
        const std::string words = no_destination_words(diagnosis);
        if (words.empty()) return;
        page.heading("Destinations");
        page.paragraph(2, words);
        return;
    }
    page.heading("Destinations, nearest to their end first");
    destination_columns(page);
    views.resize(std::min(views.size(), most_shown));
    for (const diagnosis::DestinationView* view : views)
        destination(page, diagnosis, *view);
    const std::string more = more_destinations_words(diagnosis, views.size());
    if (!more.empty()) page.paragraph(2, more + " (--format=json)", Ink::dim);
    if (any_inferred(views)) {
        page.paragraph(2,
                       "Inferred: TIME_WAIT has no owner; these have live sockets of the same "
                       "tuple.",
                       Ink::dim);
    }
}

void states_section(Page& page, const diagnosis::Diagnosis& diagnosis) {
    const std::vector<std::pair<std::string, std::int64_t>> states = tally(diagnosis);
    if (states.empty()) return;
    page.heading("TCP sockets by state");
    // "ESTABLISHED or CLOSE_WAIT", where only their sum is known.
    constexpr std::size_t longest_name = 26;
    std::size_t name_width = 12;
    for (const auto& [state, count] : states)
        name_width = std::max(name_width, std::min(longest_name, display_width(state)));
    for (const auto& [state, count] : states) {
        const std::string name = clip(safe_text(state, page.style()), name_width);
        const std::string_view meaning = state_meaning(state);
        if (page.style().width < tally_width) {
            page.paragraph(2, fmt::format("{} {}{}{}", name, with_thousands(count),
                                          meaning.empty() ? "" : ": ", meaning));
            continue;
        }
        page.row(2, fmt::format("{} {}  {}", pad_right(name, name_width),
                                pad_left(with_thousands(count), 11), meaning));
    }
}

}  // namespace tcptune::report

// SPDX-License-Identifier: Apache-2.0
#include <tcptune/plan/rehearsal.hpp>

#include <algorithm>

namespace tcptune::plan {

namespace {

bool is_failure(RehearsalOutcome outcome) {
    return outcome == RehearsalOutcome::refused || outcome == RehearsalOutcome::different;
}

}  // namespace

std::string_view to_string(RehearsalOutcome outcome) {
    switch (outcome) {
        case RehearsalOutcome::ok:
            return "ok";
        case RehearsalOutcome::refused:
            return "refused";
        case RehearsalOutcome::different:
            return "different";
        case RehearsalOutcome::not_rehearsed:
            break;
    }
    return "not_rehearsed";
}

std::size_t Rehearsal::count(RehearsalOutcome outcome) const {
    return static_cast<std::size_t>(std::ranges::count(steps, outcome, &RehearsedValue::outcome));
}

bool Rehearsal::has_failed() const {
    return std::ranges::any_of(steps,
                               [](const RehearsedValue& step) { return is_failure(step.outcome); });
}

std::string rehearsal_sentence(const Rehearsal& rehearsal) {
    const std::size_t all = rehearsal.steps.size();
    const std::size_t untried = rehearsal.count(RehearsalOutcome::not_rehearsed);
    const std::string total = std::to_string(all);
    if (all == 0) return "The plan has no steps: there is nothing to rehearse.";
    for (std::size_t at = 0; at < all; ++at) {
        const RehearsedValue& step = rehearsal.steps[at];
        if (!is_failure(step.outcome)) continue;
        return "The plan fails on this kernel: step " + std::to_string(at + 1) + " of " + total +
               ", " + step.key +
               (step.outcome == RehearsalOutcome::refused ? ", is refused."
                                                          : ", reads back differently.");
    }
    if (untried == all)
        return (all == 1 ? "The one step cannot" : "None of the " + total + " steps can") +
               std::string(" be rehearsed here: nothing was found out.");
    if (untried > 0)
        return std::to_string(all - untried) + " of " + total + " steps work on this kernel; " +
               std::to_string(untried) + " cannot be rehearsed here, and nothing is known of " +
               (untried == 1 ? "it." : "them.");
    return all == 1 ? "The one step works on this kernel."
                    : "All " + total + " steps work on this kernel, in this order.";
}

}  // namespace tcptune::plan

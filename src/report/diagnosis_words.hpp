// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/diagnosis/diagnosis.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// What the text and the Markdown form of a diagnosis say in the same words. Foreign text stays
/// foreign: whoever prints a sentence escapes it.
namespace tcptune::report {

/// What is wrong, or that nothing is, without a full stop; the worst finding speaks for all.
[[nodiscard]] std::string headline(const diagnosis::Diagnosis& diagnosis);

/// " towards 10.0.3.7", " of process 812", or nothing: what the diagnosis was confined to.
[[nodiscard]] std::string focus_words(const diagnosis::Diagnosis& diagnosis);

/// Destinations worth a reader's time: all that are past a tenth of their ports or on the way to
/// their end; when the diagnosis was confined to some, those.
[[nodiscard]] std::vector<const diagnosis::DestinationView*> worth_showing(
    const diagnosis::Diagnosis& diagnosis);

/// "and 12 more that have room", for those beyond the `shown` ones; nothing when there are none.
[[nodiscard]] std::string more_destinations_words(const diagnosis::Diagnosis& diagnosis,
                                                  std::size_t shown);

/// How the socket table was looked at, in short.
[[nodiscard]] std::string_view how_words(facts::SocketMethod method);

/// Why there is no destination to show; nothing where the socket table could not be read.
[[nodiscard]] std::string no_destination_words(const diagnosis::Diagnosis& diagnosis);

/// What is said where a message has no cause that shows.
[[nodiscard]] std::string no_cause_words(const diagnosis::Answer& answer);

/// "TIME_WAIT 28,230, ESTABLISHED 2, CLOSE_WAIT 0" and the others that are not zero.
[[nodiscard]] std::string states_words(const facts::Destination& destination);

/// One line on what a state of the tally means; nothing for those that need no words.
[[nodiscard]] std::string_view state_meaning(std::string_view state);

/// The tally, most sockets first, without the zeros.
[[nodiscard]] std::vector<std::pair<std::string, std::int64_t>> tally(
    const diagnosis::Diagnosis& diagnosis);

/// "by php-fpm (pid 812, php-fpm.service): inferred from 2 live sockets", or why nobody is named.
[[nodiscard]] std::string owners_words(const diagnosis::Diagnosis& diagnosis,
                                       const facts::Destination& destination);

/// "java (pid 812, app.service); nginx (pids 7, 8 and 3 more)".
[[nodiscard]] std::string processes_words(const diagnosis::Diagnosis& diagnosis,
                                          const std::vector<std::int64_t>& pids);

/// The most telling line of evidence: "time_wait >= 0.25 * in_use (28230 >= 7058)".
[[nodiscard]] std::string short_evidence(const std::vector<plan::PlanEvidence>& evidence,
                                         rules::Scope scope);

/// The first sentences of a text, as many as fit `limit` bytes, at least one.
[[nodiscard]] std::string first_sentences(std::string_view text, std::size_t limit);

/// The advice to give: without that to ask for a plan where its answer is at hand.
[[nodiscard]] std::vector<const diagnosis::Advice*> advice_to_give(
    const diagnosis::Diagnosis& diagnosis);

/// What the plan had to say where it proposes no step; nothing when it was not asked or has steps.
[[nodiscard]] std::string_view no_step_words(const diagnosis::Diagnosis& diagnosis);

/// Whether a second reading of the counters would answer it.
[[nodiscard]] bool needs_two_readings(const diagnosis::OpenQuestion& question);

/// What is not known, one sentence part each.
[[nodiscard]] std::vector<std::string> not_known(const diagnosis::Diagnosis& diagnosis);

/// A finding that asks for something to be done.
[[nodiscard]] bool any_trouble(const diagnosis::Diagnosis& diagnosis);

}  // namespace tcptune::report

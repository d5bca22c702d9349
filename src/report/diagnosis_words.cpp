// SPDX-License-Identifier: Apache-2.0
#include "report/diagnosis_words.hpp"

#include "report/numbers.hpp"
#include "report/plan_order.hpp"

#include <tcptune/base/text.hpp>

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace tcptune::report {
namespace {

using diagnosis::Diagnosis;

/// A destination below this share that is not on the way to its end is no news.
constexpr double small_share = 0.1;

/// The first destination in trouble, for a host without a symptom file that names it.
const diagnosis::DestinationView* first_in_trouble(const Diagnosis& diagnosis) {
    const auto found = std::ranges::find_if(diagnosis.destinations, [](const auto& view) {
        return view.forecast.stage != capacity::Stage::free;
    });
    return found == diagnosis.destinations.end() ? nullptr : &*found;
}

std::string upper(std::string_view word) {
    std::string out;
    for (const char c : word)
        out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return out;
}

/// "process.open_files" -> "open_files": the subject stands beside it.
std::string without_scope(std::string text, rules::Scope scope) {
    if (scope == rules::Scope::host) return text;
    const std::string prefix = std::string(to_string(scope)) + ".";
    for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at)) {
        text.erase(at, prefix.size());
    }
    return text;
}

/// "28230 >= 7058"; two equal things say no more than the condition does.
bool is_measure(std::string_view value) {
    return value.find_first_of("0123456789") != std::string_view::npos &&
           value.find("==") == std::string_view::npos;
}

/// "9 > 0": true of much, and less telling than a comparison with a limit.
bool is_above_zero(std::string_view value) {
    return value.ends_with("> 0");
}

std::string status_words(facts::SourceStatus status) {
    switch (status) {
        case facts::SourceStatus::denied:
            return "permission denied";
        case facts::SourceStatus::absent:
            return "not there";
        case facts::SourceStatus::malformed:
            return "not understood";
        case facts::SourceStatus::ok:
            break;
    }
    return "not complete";
}

void add_sources(const Diagnosis& diagnosis, std::vector<std::string>& lines) {
    for (const facts::Source& source : diagnosis.sources) {
        // Most hosts lack some files; only a socket table that is not there is news.
        if (source.status == facts::SourceStatus::absent &&
            diagnosis.method != facts::SocketMethod::none) {
            continue;
        }
        std::string line = source.name + ": " + status_words(source.status);
        if (!source.detail.empty() && source.detail != status_words(source.status)) {
            line += " (" + source.detail + ")";
        }
        lines.push_back(std::move(line));
    }
}

/// What stands under "Not known" need not say so again.
std::string without_heading(const std::string& reason) {
    constexpr std::string_view heading = "not known: ";
    return reason.starts_with(heading) ? reason.substr(heading.size()) : reason;
}

/// Symptoms by their ids, those with the same reason together: the titles would fill the screen.
void add_questions(const Diagnosis& diagnosis, std::vector<std::string>& lines) {
    std::vector<std::pair<std::string, std::string>> by_reason;
    for (const diagnosis::OpenQuestion& question : diagnosis.open) {
        const std::string reason = needs_two_readings(question)
                                       ? "only two readings of the counters tell (--window 5)"
                                   : question.reasons.empty() ? "not known"
                                                              : question.reasons.front();
        const auto same =
            std::ranges::find(by_reason, reason, &std::pair<std::string, std::string>::first);
        if (same == by_reason.end()) {
            by_reason.emplace_back(reason, question.id);
        } else {
            same->second += ", " + question.id;
        }
    }
    for (const auto& [reason, ids] : by_reason)
        lines.push_back(ids + ": " + without_heading(reason));
}

}  // namespace

std::string focus_words(const Diagnosis& diagnosis) {
    std::string words;
    if (!diagnosis.only_destination.empty()) words += " towards " + diagnosis.only_destination;
    if (diagnosis.only_pid != 0) words += fmt::format(" of process {}", diagnosis.only_pid);
    return words;
}

bool any_trouble(const Diagnosis& diagnosis) {
    return std::ranges::any_of(diagnosis.findings, [](const diagnosis::Finding& finding) {
        return finding.severity != rules::Severity::info;
    });
}

std::string headline(const Diagnosis& diagnosis) {
    const auto urgent =
        std::ranges::count_if(diagnosis.findings, [](const diagnosis::Finding& finding) {
            return finding.severity != rules::Severity::info;
        });
    if (urgent > 0) {
        const diagnosis::Finding& worst = diagnosis.findings.front();
        std::string words = fmt::format("{}: {}", upper(to_string(worst.severity)),
                                        worst.title.empty() ? worst.id : worst.title);
        if (urgent > 1) {
            words += fmt::format(" (and {})", counted(static_cast<std::size_t>(urgent - 1),
                                                      "more finding", "more findings"));
        }
        return words;
    }
    if (const diagnosis::DestinationView* view = first_in_trouble(diagnosis)) {
        return fmt::format("{} is {}", destination_name(view->destination),
                           to_string(view->forecast.stage));
    }
    if (diagnosis.method == facts::SocketMethod::none) {
        return "Nothing can be said about ports: the socket table could not be read";
    }
    if (!diagnosis.budget) {
        return "How full the ports are is not known" +
               (diagnosis.budget_missing.empty() ? "" : ": " + diagnosis.budget_missing);
    }
    std::string words = "Nothing is wrong with the ports" + focus_words(diagnosis);
    if (const std::size_t others = diagnosis::troubled_namespaces(diagnosis)) {
        words += ", but " + counted(others, "other network namespace is in trouble",
                                    "other network namespaces are in trouble");
    }
    if (!diagnosis.open.empty()) {
        words += "; " + counted(diagnosis.open.size(), "question stays open (see Not known)",
                                "questions stay open (see Not known)");
    }
    return words;
}

std::vector<const diagnosis::DestinationView*> worth_showing(const Diagnosis& diagnosis) {
    const bool asked_for = !diagnosis.only_destination.empty() || diagnosis.only_pid != 0;
    std::vector<const diagnosis::DestinationView*> result;
    for (const diagnosis::DestinationView& view : diagnosis.destinations) {
        const capacity::Forecast& forecast = view.forecast;
        const bool matters = forecast.stage != capacity::Stage::free ||
                             forecast.share >= small_share || forecast.seconds_left.has_value();
        if (asked_for || matters) result.push_back(&view);
    }
    return result;
}

std::string more_destinations_words(const Diagnosis& diagnosis, std::size_t shown) {
    const std::size_t more = diagnosis.destinations.size() - shown + diagnosis.more_destinations;
    if (more == 0) return {};
    // Those beyond the list are emptier than its last one.
    const std::size_t worthy = worth_showing(diagnosis).size();
    const bool rest_has_room = worthy == shown && shown < diagnosis.destinations.size();
    return fmt::format("and {} more{}", with_thousands(static_cast<std::int64_t>(more)),
                       rest_has_room ? (more == 1 ? " that has room" : " that have room") : "");
}

std::string_view how_words(facts::SocketMethod method) {
    // The reason why no dump was needed stands where the destinations would be.
    return method == facts::SocketMethod::counters ? "socket counters, no dump"
                                                   : method_text(method);
}

std::string no_destination_words(const Diagnosis& diagnosis) {
    // Said already, as the first thing.
    if (diagnosis.method == facts::SocketMethod::none || !diagnosis.budget) return {};
    if (diagnosis.method == facts::SocketMethod::counters) {
        return "No destination can be past half of its ports: the counters show too few sockets "
               "for that, so the socket table was not dumped.";
    }
    if (diagnosis.destinations.empty()) {
        return "No outbound connection" + focus_words(diagnosis) + " holds a local port.";
    }
    const diagnosis::DestinationView& fullest = diagnosis.destinations.front();
    const std::size_t all = diagnosis.destinations.size() + diagnosis.more_destinations;
    return fmt::format(
        "All have room: {} in all, and the fullest, {}, uses {} of {} ports ({}).",
        with_thousands(static_cast<std::int64_t>(all)), destination_name(fullest.destination),
        with_thousands(fullest.forecast.in_use),
        with_thousands(fullest.forecast.ceiling.budget.usable), share_text(fullest.forecast.share));
}

std::string no_cause_words(const diagnosis::Answer& answer) {
    return answer.ruled_out.empty() && answer.open.empty()
               ? "nothing that can be seen from this host causes it"
               : "none of its known causes shows now";
}

std::string states_words(const facts::Destination& destination) {
    using facts::TcpState;
    constexpr std::array always{TcpState::time_wait, TcpState::established, TcpState::close_wait};
    std::string words;
    const auto add = [&](TcpState state) {
        if (!words.empty()) words += ", ";
        words +=
            fmt::format("{} {}", upper(to_string(state)), with_thousands(destination.count(state)));
    };
    for (const TcpState state : always)
        add(state);
    for (std::size_t i = 0; i < facts::tcp_state_count; ++i) {
        const auto state = static_cast<TcpState>(i);
        if (destination.count(state) > 0 && std::ranges::find(always, state) == always.end()) {
            add(state);
        }
    }
    return words;
}

std::string_view state_meaning(std::string_view state) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> meanings{{
        {"TIME_WAIT", "closed here first; outbound ones hold a port 60 s"},
        {"CLOSE_WAIT", "the peer has closed, the program here has not"},
        {"FIN_WAIT1", "closed here; the peer has not confirmed it"},
        {"FIN_WAIT2", "closed here; the peer has not closed"},
        {"LAST_ACK", "closed by both; the last answer is missing"},
        {"CLOSING", "both sides closed at once"},
        {"SYN_SENT", "connect() waits for an answer"},
        {"SYN_RECV", "handshakes that are not finished"},
    }};
    for (const auto& [name, meaning] : meanings) {
        if (name == state) return meaning;
    }
    return {};
}

std::vector<std::pair<std::string, std::int64_t>> tally(const Diagnosis& diagnosis) {
    std::vector<std::pair<std::string, std::int64_t>> result;
    for (const auto& entry : diagnosis.by_state) {
        if (entry.second > 0) result.emplace_back(entry);
    }
    std::ranges::sort(result, [](const auto& a, const auto& b) {
        return a.second != b.second ? a.second > b.second : a.first < b.first;
    });
    return result;
}

std::string short_evidence(const std::vector<plan::PlanEvidence>& evidence, rules::Scope scope) {
    const plan::PlanEvidence* best = nullptr;
    for (const plan::PlanEvidence& line : evidence) {
        if (line.verdict != "yes" || !is_measure(line.value)) continue;
        if (best == nullptr || (is_above_zero(best->value) && !is_above_zero(line.value))) {
            best = &line;
        }
    }
    if (best == nullptr) return {};
    return fmt::format("{} ({})", without_scope(std::string(trim(best->expression)), scope),
                       best->value);
}

bool needs_two_readings(const diagnosis::OpenQuestion& question) {
    return std::ranges::any_of(question.reasons, [](const std::string& reason) {
        return reason.find("two readings") != std::string::npos;
    });
}

std::vector<std::string> not_known(const Diagnosis& diagnosis) {
    std::vector<std::string> lines;
    add_sources(diagnosis, lines);
    if (!diagnosis.budget && !diagnosis.budget_missing.empty()) {
        lines.push_back("usable ports: " + diagnosis.budget_missing);
    }
    if (!diagnosis.owners_unknown.empty()) {
        lines.push_back("owners of some sockets: " + diagnosis.owners_unknown);
    }
    add_questions(diagnosis, lines);
    return lines;
}

}  // namespace tcptune::report

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/capacity/forecast.hpp>
#include <tcptune/diagnosis/question.hpp>
#include <tcptune/facts/fact_set.hpp>
#include <tcptune/plan/plan.hpp>
#include <tcptune/plan/truth.hpp>
#include <tcptune/rules/rule_set.hpp>
#include <tcptune/rules/symptom.hpp>

#include <optional>
#include <string>
#include <vector>

/// What is wrong with a host now, who causes it, and what cures it: pure, over facts.
namespace tcptune::diagnosis {

/// What a finding is about: "10.0.0.5 -> 10.0.3.7:5432", ":8080", "java (pid 812)".
struct Subject {
    std::string name;
    std::vector<plan::PlanEvidence> evidence;  ///< the lines that held, with their numbers
    std::vector<std::int64_t> pids;            ///< processes behind it, most sockets first
    bool operator==(const Subject&) const = default;
};

/// One symptom that this host shows.
struct Finding {
    std::string id;  ///< of the symptom: "ports-by-time-wait"
    std::string title, text;
    rules::Severity severity = rules::Severity::warning;
    rules::Scope scope = rules::Scope::host;
    std::vector<Subject> subjects;  ///< worst first, at most max_subjects
    std::uint32_t more_subjects = 0;
    bool asked = false;  ///< explains the message that was asked about
    bool operator==(const Finding&) const = default;
};

/// A symptom that could not be judged, and why: never the same as "not there".
struct OpenQuestion {
    std::string id, title;
    std::vector<std::string> reasons;  ///< "counter TcpExt.ListenOverflows needs two readings ..."
    bool operator==(const OpenQuestion&) const = default;
};

/// One thing to do, for one or more findings; in the order in which to try them.
struct Advice {
    rules::Remedy remedy = rules::Remedy::application;
    std::string title, text;
    std::vector<std::string> finding_ids;
    bool operator==(const Advice&) const = default;
};

/// What does not help, though people try it here.
struct NotACure {
    std::string what, text;
    bool operator==(const NotACure&) const = default;
};

struct DestinationView {
    facts::Destination destination;
    capacity::Forecast forecast;
};

/// What the message means, which of its causes this host shows, and which it does not.
struct Answer {
    Question question;
    std::string id, title, text;         ///< of the message
    std::vector<std::string> confirmed;  ///< titles of causes that this host shows
    std::vector<std::string> ruled_out;  ///< titles of causes that it does not show
    std::vector<std::string> open;       ///< titles of causes that could not be judged
};

/// A step that `tcptune plan` would propose: the last resort, after the application.
struct Step {
    std::string key, before, after;
    std::string effect;
    std::optional<double> limit_before_per_s, limit_after_per_s;  ///< of ports, per destination
};

/// What is wrong in another network namespace of this host, in short.
struct NamespaceVerdict {
    std::string name;                      ///< as in FactSet::namespaces
    std::optional<rules::Severity> worst;  ///< nothing: no finding, or it could not be looked at
    std::string verdict;
    std::vector<std::string> finding_ids;
};

struct Diagnosis {
    facts::HostIdentity host;
    facts::SocketMethod method = facts::SocketMethod::none;
    std::map<std::string, std::int64_t> by_state;
    std::optional<capacity::PortBudget> budget;  ///< of a fresh tuple; nothing when not known
    bool budget_is_upper_bound = false;          ///< bound-only sockets were not looked for
    std::string budget_missing;                  ///< why there is none
    std::vector<DestinationView> destinations;   ///< nearest to the end first; all, or as asked
    std::uint32_t more_destinations = 0;
    std::vector<facts::Listener> listeners;
    std::uint32_t more_listeners = 0;
    std::vector<facts::Process> processes;  ///< by pid
    std::string owners_unknown;
    std::vector<Finding> findings;  ///< most severe first
    std::vector<OpenQuestion> open;
    std::vector<Advice> advice;  ///< application first, sysctl last
    std::vector<NotACure> not_cures;
    std::vector<Step> steps;      ///< empty also when no sysctl would help
    bool plan_was_asked = false;  ///< a finding that a sysctl may help: `steps` means something
    std::optional<Answer> answer;
    std::vector<facts::Source> sources;  ///< those that could not be read
    std::vector<facts::NamespaceSummary> namespaces;
    std::vector<NamespaceVerdict> judged;  ///< those of them that were looked into
    double window_s = 0;
    std::string only_destination;  ///< as asked for by --dest, "" for all
    std::int64_t only_pid = 0;     ///< as asked for by --pid

    [[nodiscard]] const facts::Process* process(std::int64_t pid) const;
};

inline constexpr std::size_t max_subjects = 8;

/// What to look at.
struct Focus {
    std::string address;     ///< canonical remote address, "" for all
    std::uint16_t port = 0;  ///< 0: any
    std::int64_t pid = 0;    ///< 0: any
    std::optional<Question> question;
};

/// `rules` gives behaviours and parameters; it need not have all keys. Conditions are enough of the
/// symptoms; advice and steps are added afterwards, where there is something to cure.
[[nodiscard]] Diagnosis diagnose(const rules::RuleSet& rules,
                                 const std::vector<rules::Symptom>& symptoms,
                                 const std::vector<rules::Message>& messages,
                                 const facts::FactSet& facts, const Focus& focus);

/// Fills the findings' texts, advice and not_cures from those of `symptoms` that were found, which
/// have their cures: application before network before configuration before sysctl, and each thing
/// once.
void add_advice(Diagnosis& diagnosis, const std::vector<rules::Symptom>& symptoms);

/// Whether a finding is there that a sysctl may help.
[[nodiscard]] bool wants_plan(const Diagnosis& diagnosis,
                              const std::vector<rules::Symptom>& symptoms);
/// Puts the steps of a plan for the same facts into the diagnosis.
void add_plan(Diagnosis& diagnosis, const plan::Plan& plan);

/// How many other namespaces show something of warning or worse.
[[nodiscard]] std::size_t troubled_namespaces(const Diagnosis& diagnosis);

/// The most severe finding, if any, here and in other namespaces that were looked into.
[[nodiscard]] std::optional<rules::Severity> worst(const Diagnosis& diagnosis);

/// The sentence that the report ends with; true of the host.
[[nodiscard]] std::string verdict_sentence(const Diagnosis& diagnosis);

}  // namespace tcptune::diagnosis

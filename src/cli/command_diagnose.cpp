// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/diagnose_words.hpp"
#include "cli/files.hpp"
#include "cli/host_facts.hpp"
#include "cli/knowledge.hpp"
#include "cli/namespaces.hpp"
#include "cli/terminal.hpp"
#include "cli/today.hpp"
#include "cli/watch.hpp"

#include <tcptune/base/escape.hpp>
#include <tcptune/diagnosis/diagnosis.hpp>
#include <tcptune/plan/plan.hpp>
#include <tcptune/probe/asked_probe.hpp>
#include <tcptune/probe/collector.hpp>
#include <tcptune/report/diagnosis_report.hpp>

#include <string>
#include <utility>

#include <unistd.h>

namespace tcptune::cli {
namespace {

/// What every look of one command shares.
struct Ground {
    const DiagnoseOptions& options;
    std::vector<rules::SymptomSource> sources;
    rules::RuleSet declarations;
    std::vector<rules::Symptom> symptoms;  ///< conditions only
    std::vector<rules::Message> messages;
    diagnosis::Focus focus;
};

Ground prepare(const DiagnoseOptions& options) {
    Ground ground{options, find_symptoms(options.rules, SymptomKind::symptoms), {}, {}, {}, {}};
    if (options.message.empty()) leave_out_questions(ground.sources);
    ground.declarations = load_declarations(options.rules, ground.sources);
    ground.symptoms =
        load_symptoms(ground.sources, ground.declarations, rules::SymptomParts::condition);
    ground.focus = focus_of(options);
    if (!options.message.empty()) {
        ground.messages = load_messages(options.rules);
        ground.focus.question = question_of(options.message, ground.messages);
    }
    return ground;
}

facts::FactSet facts_for(const Ground& ground) {
    const DiagnoseOptions& options = ground.options;
    const diagnosis::Focus& focus = ground.focus;
    Look look;
    look.window_s = options.window_s;
    look.all_netns = options.all_netns;
    look.details = true;
    look.configuration = false;
    look.force_dump = focus.pid != 0 || !focus.address.empty() || focus.port != 0;
    look.only_pid = focus.pid;
    look.wait = wait_with_progress();
    facts::FactSet facts = facts_from(options.facts, ground.declarations, look);
    if (focus.question) {
        const diagnosis::Question& question = *focus.question;
        probe::probe_asked({question.message_id, question.call, question.address, question.port},
                           options.facts.empty(), facts);
    }
    return facts;
}

/// The plan for the same host, where a sysctl may be a part of the cure. Only then are all rules
/// read, and the settings that they speak of.
void add_steps(const Ground& ground, facts::FactSet facts, diagnosis::Diagnosis& diagnosis) {
    const rules::RuleSet rules = load_rule_set(ground.options.rules, rules::Parts::advice);
    // Of a part of the host a plan for that part.
    if (ground.focus.pid != 0 || !ground.focus.address.empty()) {
        facts.sockets.destinations.clear();
        for (const diagnosis::DestinationView& view : diagnosis.destinations)
            facts.sockets.destinations.push_back(view.destination);
    }
    if (ground.options.facts.empty()) probe::collect_settings(rules.catalog(), "/", facts);
    plan::PlanInputs inputs;
    inputs.policy = load_policy({});
    inputs.profile = load_profile({});
    inputs.today = today();
    diagnosis::add_plan(diagnosis, plan::make_plan(rules, facts, inputs));
}

diagnosis::Diagnosis look_here(const Ground& ground) {
    facts::FactSet facts = facts_for(ground);
    diagnosis::Diagnosis diagnosis = diagnosis::diagnose(ground.declarations, ground.symptoms,
                                                         ground.messages, facts, ground.focus);
    for (const rules::SymptomSource& source : ground.sources)
        if (source.disabled)
            diagnosis.open.push_back({std::string(file_id(source.file)),
                                      std::string(file_id(source.file)),
                                      {"switched off by a file that masks it"}});
    if (diagnosis.findings.empty()) return diagnosis;
    std::set<std::string> ids;
    for (const diagnosis::Finding& finding : diagnosis.findings)
        ids.insert(finding.id);
    diagnosis::add_advice(diagnosis, load_symptoms(only(ground.sources, ids), ground.declarations,
                                                   rules::SymptomParts::cures));
    if (diagnosis::wants_plan(diagnosis, ground.symptoms))
        add_steps(ground, std::move(facts), diagnosis);
    return diagnosis;
}

/// So many of the fullest other namespaces are looked into, if they have enough sockets to be in
/// trouble.
constexpr std::size_t most_judged = 16;
constexpr std::int64_t few_sockets = 100;

void judge_others(const Ground& ground, diagnosis::Diagnosis& diagnosis) {
    DiagnoseOptions options = ground.options;
    options.all_netns = false;
    options.window_s = 0;
    const Ground there{options, ground.sources, ground.declarations, ground.symptoms, {}, {}};
    for (const facts::NamespaceSummary& other : diagnosis.namespaces) {
        if (diagnosis.judged.size() >= most_judged) break;
        if (other.time_wait + other.sockets < few_sockets) continue;
        diagnosis::NamespaceVerdict verdict{other.name, {}, "could not be entered", {}};
        look_inside(other.name, [&] {
            const diagnosis::Diagnosis inside = look_here(there);
            verdict.worst = diagnosis::worst(inside);
            verdict.verdict = diagnosis::verdict_sentence(inside);
            for (const diagnosis::Finding& finding : inside.findings)
                verdict.finding_ids.push_back(finding.id);
        });
        diagnosis.judged.push_back(std::move(verdict));
    }
}

diagnosis::Diagnosis look_once(const Ground& ground) {
    diagnosis::Diagnosis diagnosis = look_here(ground);
    if (ground.options.all_netns) judge_others(ground, diagnosis);
    return diagnosis;
}

void keep_watching(const Ground& ground, const report::DiagnoseInvocation& invocation,
                   ColourChoice colour) {
    watch(ground.options.watch_s, ::isatty(STDOUT_FILENO) == 1, [&] {
        // Anew each time: the window may have another size by now.
        const report::TextStyle style = style_for(STDOUT_FILENO, colour);
        const diagnosis::Diagnosis diagnosis = look_once(ground);
        return WatchView{report::text_diagnosis(diagnosis, invocation, style),
                         clock_time() + " " + summary_line(diagnosis)};
    });
}

}  // namespace

Exit run_diagnose(const DiagnoseOptions& options, ColourChoice colour) {
    if (!options.netns.empty()) enter_namespace(options.netns);
    const Ground ground = prepare(options);
    report::DiagnoseInvocation invocation = invocation_of(options);
    if (options.watch_s > 0) {
        invocation.watching = true;
        keep_watching(ground, invocation, colour);
        return Exit::done;
    }
    const diagnosis::Diagnosis diagnosis = look_once(ground);
    const Exit status = exit_of(diagnosis, options.fail_on);
    switch (options.format) {
        case Format::text:
            write_stdout(
                report::text_diagnosis(diagnosis, invocation, style_for(STDOUT_FILENO, colour)));
            break;
        case Format::json:
            write_stdout(report::diagnosis_json(diagnosis, number(status)));
            break;
        case Format::markdown:
            write_stdout(report::markdown_diagnosis(diagnosis, options.show_host));
            break;
    }
    return status;
}

}  // namespace tcptune::cli

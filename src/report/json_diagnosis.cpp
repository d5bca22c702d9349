// SPDX-License-Identifier: Apache-2.0
#include "report/json_document.hpp"

#include <tcptune/report/diagnosis_report.hpp>

#include <utility>

namespace tcptune::report {
namespace {

using diagnosis::Diagnosis;

Json optional_json(const std::optional<std::int64_t>& number) {
    return number ? Json(*number) : Json(nullptr);
}

Json owners_json(const Diagnosis& diagnosis, const std::vector<facts::Owner>& owners) {
    Json list = Json::array();
    const facts::Process nameless;
    for (const facts::Owner& owner : owners) {
        const facts::Process* found = diagnosis.process(owner.pid);
        const facts::Process& process = found != nullptr ? *found : nameless;
        list.push_back({{"pid", owner.pid},
                        {"command", process.command},
                        {"unit", process.unit},
                        {"container", process.container},
                        {"sockets", owner.sockets},
                        {"inferred", owner.inferred}});
    }
    return list;
}

Json sockets_json(const Diagnosis& diagnosis) {
    Json states = Json::object();
    for (const auto& [state, count] : diagnosis.by_state)
        states[state] = count;
    Json json{{"method", facts::to_string(diagnosis.method)}};
    json["by_state"] = std::move(states);
    return json;
}

Json ports_json(const Diagnosis& diagnosis) {
    if (!diagnosis.budget) return nullptr;
    return {{"range", diagnosis.budget->range},
            {"reserved", diagnosis.budget->reserved},
            {"bound", diagnosis.budget->bound},
            {"usable", diagnosis.budget->usable},
            {"preferred", diagnosis.budget->preferred},
            {"upper_bound", diagnosis.budget_is_upper_bound}};
}

Json listener_json(const Diagnosis& diagnosis, const facts::Listener& listener) {
    Json json{{"address", listener.address},
              {"port", listener.port},
              {"queue", listener.queue},
              {"backlog", listener.backlog},
              {"syn_received", listener.syn_received}};
    json["owners"] = owners_json(diagnosis, listener.owners);
    return json;
}

Json process_json(const facts::Process& process) {
    return {{"pid", process.pid},
            {"command", process.command},
            {"unit", process.unit},
            {"container", process.container},
            {"open_files", optional_json(process.open_files)},
            {"open_files_limit", optional_json(process.open_files_limit)},
            {"close_wait", process.close_wait},
            {"bound_only", process.bound_only}};
}

Json finding_json(const diagnosis::Finding& finding) {
    Json subjects = Json::array();
    for (const diagnosis::Subject& subject : finding.subjects) {
        Json json{{"name", subject.name}};
        json["evidence"] = evidence_json(subject.evidence);
        json["pids"] = subject.pids;
        subjects.push_back(std::move(json));
    }
    Json json{{"id", finding.id},
              {"title", finding.title},
              {"text", finding.text},
              {"severity", to_string(finding.severity)},
              {"scope", to_string(finding.scope)},
              {"asked", finding.asked}};
    json["subjects"] = std::move(subjects);
    json["more_subjects"] = finding.more_subjects;
    return json;
}

Json answer_json(const std::optional<diagnosis::Answer>& answer) {
    if (!answer) return nullptr;
    Json json{{"question", answer->question.text},
              {"id", answer->id},
              {"title", answer->title},
              {"text", answer->text}};
    json["confirmed"] = answer->confirmed;
    json["ruled_out"] = answer->ruled_out;
    json["open"] = answer->open;
    return json;
}

template <typename Entries, typename Write>
Json list_of(const Entries& entries, const Write& write) {
    Json list = Json::array();
    for (const auto& entry : entries)
        list.push_back(write(entry));
    return list;
}

Json cures_json(const std::vector<diagnosis::Advice>& advice) {
    return list_of(advice, [](const diagnosis::Advice& entry) {
        Json json{
            {"remedy", to_string(entry.remedy)}, {"title", entry.title}, {"text", entry.text}};
        json["finding_ids"] = entry.finding_ids;
        return json;
    });
}

}  // namespace

std::string diagnosis_json(const Diagnosis& diagnosis, int exit_code) {
    Json json = document("diagnosis");
    json["host"] = host_json(diagnosis.host);
    json["window_s"] = diagnosis.window_s;
    json["sockets"] = sockets_json(diagnosis);
    json["ports"] = ports_json(diagnosis);
    json["destinations"] =
        list_of(diagnosis.destinations, [&](const diagnosis::DestinationView& view) {
            Json entry = destination_json(view.destination, view.forecast);
            entry["owners"] = owners_json(diagnosis, view.destination.owners);
            return entry;
        });
    json["more_destinations"] = diagnosis.more_destinations;
    json["listeners"] = list_of(diagnosis.listeners, [&](const facts::Listener& listener) {
        return listener_json(diagnosis, listener);
    });
    json["more_listeners"] = diagnosis.more_listeners;
    json["processes"] = list_of(diagnosis.processes, process_json);
    json["owners_unknown"] = diagnosis.owners_unknown;
    json["findings"] = list_of(diagnosis.findings, finding_json);
    json["open"] = list_of(diagnosis.open, [](const diagnosis::OpenQuestion& question) {
        Json entry{{"id", question.id}, {"title", question.title}};
        entry["reasons"] = question.reasons;
        return entry;
    });
    json["advice"] = cures_json(diagnosis.advice);
    json["not_cures"] = list_of(diagnosis.not_cures, [](const diagnosis::NotACure& entry) {
        return Json{{"what", entry.what}, {"text", entry.text}};
    });
    json["steps"] = list_of(diagnosis.steps, [](const diagnosis::Step& step) {
        return Json{{"key", step.key},
                    {"before", step.before},
                    {"after", step.after},
                    {"effect", step.effect},
                    {"limit_before_per_s", number_json(step.limit_before_per_s)},
                    {"limit_after_per_s", number_json(step.limit_after_per_s)}};
    });
    json["verdict"] = diagnosis::verdict_sentence(diagnosis);
    json["plan_was_asked"] = diagnosis.plan_was_asked;
    json["answer"] = answer_json(diagnosis.answer);
    json["sources"] = list_of(diagnosis.sources, [](const facts::Source& source) {
        return Json{{"name", source.name},
                    {"status", facts::to_string(source.status)},
                    {"detail", source.detail}};
    });
    json["namespaces"] = namespaces_json(diagnosis.namespaces);
    json["judged_namespaces"] =
        list_of(diagnosis.judged, [](const diagnosis::NamespaceVerdict& other) {
            return Json{{"name", other.name},
                        {"worst", other.worst ? Json(to_string(*other.worst)) : Json(nullptr)},
                        {"verdict", other.verdict},
                        {"finding_ids", other.finding_ids}};
        });
    return finish(std::move(json), exit_code);
}

}  // namespace tcptune::report

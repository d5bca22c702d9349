// SPDX-License-Identifier: Apache-2.0
#include "report/json_transaction.hpp"

#include <tcptune/base/escape.hpp>
#include <tcptune/report/apply_report.hpp>

#include <cmath>
#include <utility>

namespace tcptune::report {
namespace {

Json number_or_null(const std::optional<std::int64_t>& number) {
    return number ? Json(*number) : Json(nullptr);
}

Json text_or_null(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

/// A millisecond is more than anybody can tell.
double rounded(double seconds) {
    return std::round(seconds * 1000) / 1000;
}

Json asked_json(const std::vector<AskedChange>& changes) {
    Json list = Json::array();
    for (const AskedChange& change : changes) {
        list.push_back({{"key", change.key},
                        {"before", setting_json(change.before)},
                        {"after", setting_json(change.after)}});
    }
    return list;
}

Json check_json(const CheckResult& check) {
    const auto only_of = [&](CheckVerdict verdict) {
        return check.verdict == verdict ? Json(check.number) : Json(nullptr);
    };
    return {{"command", check.command},
            {"verdict", to_string(check.verdict)},
            {"exit_status", check.passed() ? Json(0) : only_of(CheckVerdict::failed)},
            {"signal", only_of(CheckVerdict::killed)},
            {"seconds", rounded(check.seconds)},
            {"limit_s", check.limit_s},
            {"output", check.output},
            {"output_cut", check.output_cut}};
}

Json checks_json(const std::vector<CheckResult>& checks) {
    Json list = Json::array();
    for (const CheckResult& check : checks)
        list.push_back(check_json(check));
    return list;
}

Json watch_json(const WatchReport& watch) {
    Json json{{"before_s", rounded(watch.before_s)}, {"after_s", rounded(watch.after_s)}};
    Json& rates = json["counters"] = Json::array();
    for (const WatchRate& rate : watch.rates) {
        rates.push_back({{"name", rate.counter},
                         {"before_per_s", number_json(rate.before_per_s)},
                         {"after_per_s", number_json(rate.after_per_s)}});
    }
    Json& fills = json["destinations"] = Json::array();
    for (const WatchFill& fill : watch.fills) {
        fills.push_back({{"name", fill.destination},
                         {"ports_in_use_before", number_or_null(fill.before_in_use)},
                         {"usable_ports_before", number_or_null(fill.before_usable)},
                         {"ports_in_use_after", number_or_null(fill.after_in_use)},
                         {"usable_ports_after", number_or_null(fill.after_usable)}});
    }
    Json& guards = json["guards"] = Json::array();
    for (const WatchGuard& guard : watch.guards) {
        Json entry{{"id", guard.id},
                   {"key", guard.key},
                   {"text", guard.text},
                   {"verdict", to_string(guard.verdict)}};
        entry["readings"] = guard.readings;
        guards.push_back(std::move(entry));
    }
    json["violated"] = watch.violated();
    json["verdict"] = watch_verdict(watch);
    return json;
}

Json armed_json(const std::optional<Armed>& armed) {
    if (!armed) return nullptr;
    return {{"id", armed->id},
            {"seconds_left", armed->seconds_left},
            {"until", utc_text(armed->until_unix_s)},
            {"confirm", confirm_command(armed->id)},
            {"rollback", rollback_command(armed->id)},
            {"otherwise", "rolled_back"}};
}

Json command_json(const std::optional<CommandResult>& command) {
    if (!command) return nullptr;
    const bool ended_itself = command->started && command->signal == 0;
    Json json{{"argv", command->words},
              {"started", command->started},
              {"exit_status", ended_itself ? Json(command->status) : Json(nullptr)},
              {"signal", command->signal != 0 ? Json(command->signal) : Json(nullptr)},
              {"seconds", rounded(command->seconds)}};
    return json;
}

Json keys_json(const std::vector<KeyChange>& keys) {
    Json list = Json::array();
    for (const KeyChange& change : keys) {
        list.push_back({{"key", change.key},
                        {"before", setting_json(change.before)},
                        {"after", setting_json(change.after)},
                        {"covered", change.covered},
                        {"remains", change.remains}});
    }
    return list;
}

Json files_json(const std::vector<FileChange>& files) {
    Json list = Json::array();
    for (const FileChange& file : files) {
        list.push_back({{"path", file.path},
                        {"sha256_before", text_or_null(file.before_digest)},
                        {"sha256_after", text_or_null(file.after_digest)}});
    }
    return list;
}

Json objections_json(const std::vector<Objection>& objections) {
    Json list = Json::array();
    for (const Objection& objection : objections) {
        list.push_back({{"kind", objection.kind},
                        {"object", objection.object},
                        {"text", objection.text},
                        {"expected", objection.expected},
                        {"found", objection.found},
                        {"file", objection.file},
                        {"line", objection.line},
                        {"mend", objection.mend},
                        {"command", objection.command}});
    }
    return list;
}

/// What the transaction came to as far as we were told: its last answer.
const txn::Result* last_answer(const ApplyReport& report) {
    if (report.ended) return &*report.ended;
    return report.begun ? &*report.begun : nullptr;
}

/// Whether running values are others than before; null when that is not known.
Json changed_json(const ApplyReport& report) {
    const txn::Result* last = last_answer(report);
    if (last == nullptr) return report.ending.exit_code == 11 ? Json(nullptr) : Json(false);
    switch (last->state) {
        case txn::State::applied:
        case txn::State::committed:
        case txn::State::committed_not_durable:
            break;
        case txn::State::rolled_back:
            return false;
        default:
            return nullptr;
    }
    // A bound transaction that nobody ended is undone with us.
    if (last->state == txn::State::applied && !report.armed) return nullptr;
    if (report.command) return !report.keys.empty();
    for (const txn::Outcome& outcome : report.begun ? report.begun->outcomes : last->outcomes)
        if (outcome.status == txn::OutcomeStatus::applied) return true;
    return false;
}

Json report_json(std::string_view kind, const ApplyReport& report) {
    Json json = document(kind);
    json["helper"] = report.helper;
    json["id"] = text_or_null(report.id);
    json["label"] = report.label;
    json["mode"] = report.bound ? "bound" : "id";
    const txn::Result* last = last_answer(report);
    json["state"] = last != nullptr ? Json(to_string(last->state)) : Json(nullptr);
    json["reason"] = last != nullptr ? Json(to_string(last->reason)) : Json(nullptr);
    json["changed"] = changed_json(report);
    if (kind == "apply") {
        json["plan_digest"] = text_or_null(report.plan_digest);
        json["persist"] = report.persist;
        json["kept_on_fail"] = report.kept_on_fail;
        json["changes"] = asked_json(report.asked);
        json["objections"] = objections_json(report.objections);
        json["warnings"] = report.warnings;
    } else {
        json["command"] = command_json(report.command);
        json["sysctls"] = keys_json(report.keys);
        json["files"] = files_json(report.files);
    }
    json["items"] = last != nullptr ? outcomes_json(last->outcomes) : Json::array();
    json["checks"] = checks_json(report.checks);
    if (kind == "apply") json["watch"] = report.watch ? watch_json(*report.watch) : Json(nullptr);
    json["armed"] = armed_json(report.armed);
    json["error"] = nullptr;
    if (!report.error_reason.empty())
        json["error"] = {{"object", report.error_object}, {"reason", report.error_reason}};
    add_ending(json, report.ending);
    return json;
}

Json event_json(std::string_view event, double time) {
    return Json{{"event", event}, {"time", rounded(time)}};
}

std::string one_line(const Json& json) {
    return escape_delete(json.dump(-1, ' ', true, Json::error_handler_t::replace)) + "\n";
}

}  // namespace

std::string apply_json(const ApplyReport& report) {
    return finish(report_json("apply", report), report.ending.exit_code);
}

std::string checkpoint_json(const ApplyReport& report) {
    return finish(report_json("checkpoint", report), report.ending.exit_code);
}

std::string plan_event(double time, const ApplyReport& report) {
    Json json = event_json("plan", time);
    json["plan_digest"] = text_or_null(report.plan_digest);
    json["persist"] = report.persist;
    json["changes"] = asked_json(report.asked);
    json["objections"] = objections_json(report.objections);
    return one_line(json);
}

std::string result_event(std::string_view event, double time, const txn::Result& result) {
    Json json = event_json(event, time);
    json["id"] = result.id;
    json["state"] = to_string(result.state);
    json["reason"] = to_string(result.reason);
    json["items"] = outcomes_json(result.outcomes);
    return one_line(json);
}

std::string armed_event(double time, const Armed& armed) {
    Json json = event_json("armed", time);
    json["armed"] = armed_json(armed);
    return one_line(json);
}

std::string command_event(double time, const ApplyReport& report) {
    Json json = event_json("command", time);
    json["command"] = command_json(report.command);
    json["sysctls"] = keys_json(report.keys);
    json["files"] = files_json(report.files);
    return one_line(json);
}

std::string check_event(double time, const CheckResult& check) {
    Json json = event_json("check", time);
    json["check"] = check_json(check);
    return one_line(json);
}

std::string watch_event(double time, const WatchReport& watch) {
    Json json = event_json("watch", time);
    json["watch"] = watch_json(watch);
    return one_line(json);
}

std::string final_event(double time, std::string_view kind, const ApplyReport& report) {
    Json json = event_json("result", time);
    json.update(report_json(kind, report));
    json["exit_code"] = report.ending.exit_code;
    return one_line(json);
}

}  // namespace tcptune::report

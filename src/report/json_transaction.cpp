// SPDX-License-Identifier: Apache-2.0
#include "report/json_transaction.hpp"

#include <tcptune/base/text.hpp>

#include <utility>

namespace tcptune::report {
namespace {

/// The members that every transaction has, however much is known of it.
Json summary_json(const txn::TransactionInfo& info) {
    Json json{{"id", info.id},
              {"kind", to_string(info.kind)},
              {"state", to_string(info.state)},
              {"started_at", utc_text(info.started_unix_s)},
              {"label", info.label}};
    return json;
}

Json info_json(const txn::TransactionInfo& info) {
    Json json = summary_json(info);
    json["reason"] = to_string(info.reason);
    json["uid"] = info.uid;
    json["armed"] = info.state == txn::State::applied;
    json["seconds_left"] = info.seconds_left;
    json["persist"] = info.persist;
    json["bound"] = info.bound;
    json["plan_digest"] = info.plan_digest;
    json["items"] = outcomes_json(info.outcomes);
    return json;
}

Json info_or_null(const std::optional<txn::TransactionInfo>& info) {
    return info ? info_json(*info) : Json(nullptr);
}

}  // namespace

Json setting_json(const std::string& text) {
    const std::vector<std::string_view> words = split_words(text);
    if (words.size() < 2) return Json(text);
    Json list = Json::array();
    for (const std::string_view word : words)
        list.push_back(word);
    return list;
}

Json outcomes_json(std::span<const txn::Outcome> outcomes) {
    Json list = Json::array();
    for (const txn::Outcome& outcome : outcomes) {
        list.push_back({{"key", outcome.key},
                        {"status", to_string(outcome.status)},
                        {"before", setting_json(outcome.before)},
                        {"after", setting_json(outcome.after)},
                        {"detail", outcome.detail}});
    }
    return list;
}

void add_ending(Json& json, const Ending& ending) {
    json["status"] = ending.status;
    json["summary"] = ending.summary;
}

std::string result_json(std::string_view operation, const txn::Result& result,
                        const Ending& ending) {
    Json json = document("transaction");
    json["operation"] = operation;
    json["transaction"] = {{"id", result.id},
                           {"state", to_string(result.state)},
                           {"reason", to_string(result.reason)},
                           {"items", outcomes_json(result.outcomes)}};
    add_ending(json, ending);
    return finish(std::move(json), ending.exit_code);
}

std::string transaction_json(const txn::TransactionInfo& info, const Ending& ending) {
    Json json = document("transaction");
    json["operation"] = "show";
    json["transaction"] = info_json(info);
    add_ending(json, ending);
    return finish(std::move(json), ending.exit_code);
}

std::string transactions_json(std::span<const txn::TransactionInfo> transactions,
                              const Ending& ending) {
    Json json = document("transactions");
    Json& list = json["transactions"] = Json::array();
    for (const txn::TransactionInfo& info : transactions)
        list.push_back(summary_json(info));
    add_ending(json, ending);
    return finish(std::move(json), ending.exit_code);
}

std::string status_json(const HelperStatus& status, const Ending& ending) {
    Json json = document("status");
    json["helper"] = {{"reachable", !status.helper.empty()},
                      {"name", status.helper},
                      {"problem", status.problem}};
    json["recovery_required"] = status.recovery_required;
    json["armed"] = info_or_null(status.armed);
    json["last"] = info_or_null(status.last);
    add_ending(json, ending);
    return finish(std::move(json), ending.exit_code);
}

}  // namespace tcptune::report

// SPDX-License-Identifier: Apache-2.0
#include "txn/transaction.hpp"

#include <tcptune/base/error.hpp>

#include <algorithm>

namespace tcptune::txn {
namespace {

constexpr std::int64_t version = 1;

Record outcome_record(const char* word, const Outcome& outcome) {
    return Record(word)
        .with("status", std::string(to_string(outcome.status)))
        .with("before", outcome.before)
        .with("after", outcome.after)
        .with("detail", outcome.detail)
        .with("key", outcome.key);
}

Outcome read_outcome(const Record& record) {
    Outcome outcome;
    outcome.key = record.text("key");
    outcome.status = parse_outcome_status(record.text("status")).value_or(OutcomeStatus::not_tried);
    outcome.before = record.text("before");
    outcome.after = record.text("after");
    outcome.detail = record.text("detail");
    return outcome;
}

std::optional<Transaction> read_begin(const Record& record) {
    Transaction result;
    const auto kind = parse_kind(record.text("kind"));
    const auto uid = record.number("uid");
    const auto flags = record.number("flags");
    if (record.word != "BEGIN" || !kind || !uid || !flags || !is_transaction_id(record.text("tx")))
        return std::nullopt;
    result.id = record.text("tx");
    result.kind = *kind;
    result.boot_id = record.text("boot");
    result.netns = record.text("netns");
    result.caller = {static_cast<std::uint32_t>(*uid), std::string(record.text("bus"))};
    result.persist = (*flags & flag_persist) != 0;
    result.bound = (*flags & flag_bound) != 0;
    result.label = record.text("label");
    result.plan_digest = record.text("plan");
    result.started_unix_s = record.number("unix").value_or(0);
    return result;
}

std::optional<Item> read_item(const Record& record) {
    std::optional<sysctl::Key> key = sysctl::Key::parse(record.text("key"));
    const auto type = sysctl::parse_value_type(record.text("type"));
    if (!key || !type) return std::nullopt;
    Item item(*std::move(key));
    item.type = *type;
    item.old_value = record.text("old");
    item.wanted = record.text("want");
    return item;
}

/// A header that was cut off: as far as it goes, digits of a checksum and the first word.
bool begins_like_a_header(std::string_view text) {
    constexpr std::string_view word = " BEGIN ";
    constexpr std::size_t digits = 8;
    const std::string_view checksum = text.substr(0, digits);
    const std::string_view rest = text.substr(checksum.size(), word.size());
    return checksum.find_first_not_of("0123456789abcdef") == std::string_view::npos &&
           rest == word.substr(0, rest.size());
}

/// One record after the header. False: it makes no sense.
bool take(Transaction& transaction, const Record& record) {
    const std::string& word = record.word;
    const auto index = record.number("i").value_or(-1);
    const bool has_item = index >= 0 && static_cast<std::size_t>(index) < transaction.items.size();
    if (word == "APPLYING") {
        transaction.state = State::applying;
    } else if (word == "INTENT") {
        if (!has_item) return false;
        transaction.items[static_cast<std::size_t>(index)].write_begun = true;
    } else if (word == "APPLIED" || word == "EXTEND") {
        transaction.state = State::applied;
        transaction.deadline_ns = record.number("deadline").value_or(0);
        transaction.limit_ns = record.number("limit").value_or(transaction.limit_ns);
    } else if (word == "FILE") {
        transaction.file = FileStep{};
        transaction.file->new_digest = record.text("new");
        transaction.file->old_mode =
            static_cast<std::uint32_t>(record.number("mode").value_or(0644));
        if (record.text("existed") == "1") transaction.file->old_bytes = record.text("old");
    } else if (word == "COMMITTING") {
        transaction.state = State::committing;
    } else if (word == "ROLLING_BACK") {
        transaction.state = State::rolling_back;
        transaction.reason = parse_reason(record.text("reason")).value_or(Reason::recovered);
        transaction.was_committed = record.text("committed") == "1";
        transaction.force = record.text("force") == "1";
    } else if (word == "OUTCOME") {
        if (!has_item) return false;
        transaction.items[static_cast<std::size_t>(index)].end = read_outcome(record);
    } else if (word == "FILE_OUTCOME") {
        transaction.file_end = read_outcome(record);
    } else if (word == "END") {
        const auto state = parse_state(record.text("state"));
        if (!state) return false;
        transaction.state = *state;
        transaction.reason = parse_reason(record.text("reason")).value_or(Reason::asked);
    } else {
        return false;
    }
    return true;
}

}  // namespace

std::string header_records(const Transaction& transaction) {
    const std::int64_t flags =
        (transaction.persist ? flag_persist : 0U) | (transaction.bound ? flag_bound : 0U);
    std::string text = encode(Record("BEGIN")
                                  .with("v", version)
                                  .with("tx", transaction.id)
                                  .with("kind", std::string(to_string(transaction.kind)))
                                  .with("boot", transaction.boot_id)
                                  .with("netns", transaction.netns)
                                  .with("uid", transaction.caller.uid)
                                  .with("bus", transaction.caller.bus_name)
                                  .with("flags", flags)
                                  .with("unix", transaction.started_unix_s)
                                  .with("label", transaction.label)
                                  .with("plan", transaction.plan_digest)
                                  .with("n", static_cast<std::int64_t>(transaction.items.size())));
    for (const Item& item : transaction.items) {
        text += encode(Record("KEY")
                           .with("key", item.key.text())
                           .with("type", std::string(sysctl::to_string(item.type)))
                           .with("old", item.old_value)
                           .with("want", item.wanted));
    }
    return text;
}

std::string file_records(const FileStep& file) {
    return encode(Record("FILE")
                      .with("existed", file.old_bytes ? 1 : 0)
                      .with("mode", file.old_mode)
                      .with("new", file.new_digest)
                      .with("old", file.old_bytes.value_or("")));
}

std::string rolling_back_record(const Transaction& transaction) {
    return encode(Record("ROLLING_BACK")
                      .with("reason", std::string(to_string(transaction.reason)))
                      .with("committed", transaction.was_committed ? 1 : 0)
                      .with("force", transaction.force ? 1 : 0));
}

std::string end_records(const Transaction& transaction) {
    std::string text;
    for (std::size_t i = 0; i < transaction.items.size(); ++i) {
        const Item& item = transaction.items[i];
        if (item.write_begun)
            text += encode(Record("INTENT").with("i", static_cast<std::int64_t>(i)));
        if (!item.end) continue;
        Record record = outcome_record("OUTCOME", *item.end);
        text += encode(record.with("i", static_cast<std::int64_t>(i)));
    }
    if (transaction.file_end) text += encode(outcome_record("FILE_OUTCOME", *transaction.file_end));
    return text + encode(Record("END")
                             .with("state", std::string(to_string(transaction.state)))
                             .with("reason", std::string(to_string(transaction.reason))));
}

std::optional<Transaction> read_transaction(std::string_view text, const std::string& where) {
    const Records read = decode(text);
    if (read.corrupt || (read.records.empty() && !begins_like_a_header(text)))
        throw Error(ErrorCode::operational, where, "is damaged");
    if (read.records.empty()) return std::nullopt;
    const Record& first = read.records.front();
    if (first.number("v").value_or(0) != version)
        throw Error(ErrorCode::operational, where, "was written by another version of tcptune");
    std::optional<Transaction> result = read_begin(first);
    if (!result) throw Error(ErrorCode::operational, where, "does not begin a transaction");
    const auto count = static_cast<std::size_t>(first.number("n").value_or(0));
    for (std::size_t i = 1; i < read.records.size(); ++i) {
        const Record& record = read.records[i];
        if (i <= count) {
            std::optional<Item> item = record.word == "KEY" ? read_item(record) : std::nullopt;
            if (!item) throw Error(ErrorCode::operational, where, "has a key that is none");
            result->items.push_back(*std::move(item));
        } else if (!take(*result, record)) {
            throw Error(ErrorCode::operational, where, "has a record that is not known");
        }
    }
    if (result->items.size() < count || result->state == State::prepared) return std::nullopt;
    return result;
}

std::vector<Outcome> outcomes_of(const Transaction& transaction) {
    std::vector<Outcome> outcomes;
    for (const Item& item : transaction.items) {
        if (item.end) {
            outcomes.push_back(*item.end);
        } else if (transaction.kind == Kind::apply) {
            const bool begun = item.write_begun;
            outcomes.push_back({item.key.text(),
                                begun                           ? OutcomeStatus::applied
                                : item.old_value == item.wanted ? OutcomeStatus::unchanged
                                                                : OutcomeStatus::not_tried,
                                item.old_value,
                                begun ? item.wanted : item.old_value,
                                {}});
        }
    }
    if (transaction.file_end) outcomes.push_back(*transaction.file_end);
    return outcomes;
}

TransactionInfo info_of(const Transaction& transaction, std::int64_t now_ns) {
    TransactionInfo info;
    info.id = transaction.id;
    info.kind = transaction.kind;
    info.state = transaction.state;
    info.reason = transaction.reason;
    info.uid = transaction.caller.uid;
    info.started_unix_s = transaction.started_unix_s;
    if (transaction.state == State::applied) {
        constexpr std::int64_t second = 1'000'000'000;
        const std::int64_t left = (transaction.deadline_ns - now_ns + second - 1) / second;
        info.seconds_left =
            static_cast<std::uint32_t>(std::clamp<std::int64_t>(left, 0, max_timeout_s));
    }
    info.persist = transaction.persist;
    info.bound = transaction.bound;
    info.label = transaction.label;
    info.plan_digest = transaction.plan_digest;
    info.outcomes = outcomes_of(transaction);
    return info;
}

}  // namespace tcptune::txn

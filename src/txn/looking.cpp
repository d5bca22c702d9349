// SPDX-License-Identifier: Apache-2.0
// What the service tells without changing anything.
#include "txn/service_state.hpp"
#include "txn/values.hpp"

#include <cerrno>

namespace tcptune::txn {
namespace {

TransactionInfo ended_info(const Ground& ground, const Transaction& entry) {
    TransactionInfo info = info_of(entry, ground.clock.boottime_ns());
    info.state = refusing([&] { return settled_state(ground, entry); });
    return info;
}

}  // namespace

TransactionInfo TransactionService::get(const std::string& id) const {
    const State_& state = *state_;
    const std::int64_t now = state.ground.clock.boottime_ns();
    if (state.live && state.live->id == id) return info_of(*state.live, now);
    const std::optional<Transaction> other = state.elsewhere();
    if (other && other->id == id) return info_of(*other, now);
    const std::optional<Transaction> ended =
        refusing([&] { return History(state.ground.places.durable_state).find(id); });
    if (!ended) throw Refused(Fault::not_found, "", "there is no such transaction");
    return ended_info(state.ground, *ended);
}

std::vector<TransactionInfo> TransactionService::list() const {
    const State_& state = *state_;
    const std::int64_t now = state.ground.clock.boottime_ns();
    std::vector<TransactionInfo> result;
    if (state.live) result.push_back(info_of(*state.live, now));
    if (const auto other = state.elsewhere()) result.push_back(info_of(*other, now));
    for (const Transaction& entry :
         refusing([&] { return History(state.ground.places.durable_state).all(); })) {
        const bool shown = !result.empty() && result.front().id == entry.id;
        if (!shown) result.push_back(ended_info(state.ground, entry));
    }
    return result;
}

std::vector<VerifyRow> TransactionService::verify() const {
    const State_& state = *state_;
    std::vector<VerifyRow> rows;
    for (const auto& [key, recorded] : state.read_present().values) {
        VerifyRow row{key, recorded, {}, "unreadable"};
        const sysctl::Parameter* parameter = state.ground.catalog.find(key);
        if (parameter != nullptr) {
            const Reading now = read_now(state.ground.sysctls, parameter->key);
            row.current = now.text;
            if (now.error == ENOENT)
                row.verdict = "gone";
            else if (now.error == 0)
                row.verdict = same_value(parameter->type, now.text, recorded) ? "same" : "differs";
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace tcptune::txn

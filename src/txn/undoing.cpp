// SPDX-License-Identifier: Apache-2.0
// Rollback on request: of what is armed, and of what was committed.
#include "txn/service_state.hpp"

#include <vector>

namespace tcptune::txn {

/// Of a checkpoint only what differed was kept, and only that can be taken back.
static void take_kept_as_wanted(Transaction& checkpoint) {
    std::erase_if(checkpoint.items, [](const Item& item) {
        return !item.end || item.end->status != OutcomeStatus::kept;
    });
    for (Item& item : checkpoint.items) {
        item.wanted = item.end->after;
        item.write_begun = true;
    }
}

/// The history says that the drop-in is being undone before it is: what became of it is then told
/// by the drop-in, whatever happens. Throws Refused when that cannot be written.
static void mark_in_history(TransactionService::State_& state, Transaction entry) {
    if (!entry.file) return;
    entry.state = State::rolling_back;
    try {
        History(state.ground.places.durable_state).put(entry);
    } catch (const SystemError& error) {
        try {
            state.journal->remove();
            state.live.reset();
        } catch (const Error& left) {
            // The rollback will go on from it: at the next call, or the next start.
            state.stuck = left.object() + ": " + left.reason();
        }
        throw Refused(Fault::write_failed, error.object(), error.reason());
    }
}

Result TransactionService::rollback(const std::string& id, bool force, const Caller& caller,
                                    bool authorized) {
    State_& state = *state_;
    check_deadline();
    if (needs_recovery()) {
        const bool was_stuck = state.live && state.live->id == id;
        recover();
        // Settled now: what was asked for has been done, or was never needed.
        if (was_stuck && !state.live) {
            const TransactionInfo settled = get(id);
            if (!is_committed(settled.state))
                return {id, settled.state, settled.reason, settled.outcomes};
        }
    }
    Result result;
    if (state.live && state.live->id == id) {
        must_own(*state.live, caller, authorized);
        state.live->force = force;
        result = stuck_on_failure(state, [&] { return take_back(state, Reason::asked); });
    } else {
        not_elsewhere(state, id);
        std::optional<Transaction> ended =
            refusing([&] { return History(state.ground.places.durable_state).find(id); });
        if (!ended) not_found();
        ended->state = refusing([&] { return settled_state(state.ground, *ended); });
        const bool in_force = is_committed(ended->state) ||
                              // Its conflicts were looked at, and are to be overruled now.
                              (force && ended->state == State::rolled_back_with_conflicts);
        if (!in_force) {
            throw Refused(
                Fault::expired, "",
                "the transaction is not in force: " + std::string(to_string(ended->state)));
        }
        if (!authorized)
            throw Refused(Fault::not_authorized, "", "a committed transaction needs permission");
        if (ended->kind == Kind::checkpoint) take_kept_as_wanted(*ended);
        make_ready(*this, state);
        try {
            for (const Item& item : ended->items) {
                const sysctl::Parameter* parameter = state.ground.catalog.find(item.key.text());
                if (parameter == nullptr || parameter->access != sysctl::Access::apply)
                    throw Refused(Fault::key_not_allowed, item.key.text(),
                                  "tcptune no longer writes it");
            }
            Transaction again = *ended;
            again.caller = caller;
            again.boot_id = state.ground.boot_id;
            again.netns = state.ground.netns;
            again.state = State::rolling_back;
            again.reason = Reason::asked;
            again.was_committed = true;
            again.in_history = true;
            again.force = force;
            again.file_end.reset();
            std::string text = header_records(again) + encode(Record("APPLYING"));
            if (again.file) text += file_records(*again.file);
            for (std::size_t i = 0; i < again.items.size(); ++i) {
                again.items[i].end.reset();
                if (again.items[i].write_begun)
                    text += encode(Record("INTENT").with("i", static_cast<std::int64_t>(i)));
            }
            text += rolling_back_record(again);
            refusing([&] { state.journal->append(text); });
            state.live = std::move(again);
            mark_in_history(state, *ended);
        } catch (const Refused&) {
            state.release();
            throw;
        }
        result = stuck_on_failure(state, [&] { return take_back(state, Reason::asked); });
    }
    if (on_change) on_change(result.id, result.state, result.reason);
    return result;
}

}  // namespace tcptune::txn

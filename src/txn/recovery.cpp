// SPDX-License-Identifier: Apache-2.0
// What a start finds of the transactions of before. "Cannot be read" is never "is not there": what
// is not known is kept, and nothing new begins on top of it.
#include "txn/service_state.hpp"

#include <tcptune/base/digest.hpp>

namespace tcptune::txn {
namespace {

constexpr const char* note_name = "armed";
constexpr std::size_t largest_note = std::size_t{4} << 20U;

/// A transaction that a reboot, or the end of its namespace, has undone.
void note_reboot(const Ground& ground, Transaction transaction) {
    transaction.state = State::ended_by_reboot;
    transaction.reason = Reason::reboot;
    for (Item& item : transaction.items)
        item.end.reset();
    History(ground.places.durable_state).put(transaction);
}

/// Goes on where the journal stops.
void resume(TransactionService::State_& state, Transaction found) {
    const History history(state.ground.places.durable_state);
    found.in_history = history.find(found.id).has_value();
    state.live = std::move(found);
    state.journal->reopen();
    state.recovering = true;
    switch (state.live->state) {
        case State::applied:
            if (state.ground.clock.boottime_ns() >= state.live->deadline_ns)
                (void)take_back(state, Reason::deadline);
            break;
        case State::committing:
            (void)finish_commit(state);
            break;
        case State::rolling_back:
            (void)take_back(state, state.live->reason);
            break;
        default:
            (void)take_back(state, Reason::recovered);
            break;
    }
    state.recovering = false;
}

}  // namespace

void write_note(const Ground& ground, const Transaction& transaction) {
    try {
        const auto directory = host::OwnedDirectory::open(ground.places.durable_state, true);
        (void)directory.replace(note_name,
                                {header_records(transaction) + encode(Record("APPLYING")), 0600});
    } catch (const Error&) {
        // Without it the next boot cannot report that this one was not confirmed.
    }
}

void remove_note(const Ground& ground) {
    try {
        (void)host::OwnedDirectory::open(ground.places.durable_state, false).remove(note_name);
    } catch (const Error&) {
        // Removed at the next start: its transaction is in the history then.
    }
}

void settle_note(const Ground& ground) {
    const auto directory = host::OwnedDirectory::open(ground.places.durable_state, true);
    const auto note = directory.read(note_name, largest_note);
    if (!note) return;
    std::optional<Transaction> noted;
    try {
        noted = read_transaction(note->bytes, directory.path() + '/' + note_name);
    } catch (const Error&) {
        // A damaged note tells nothing; the values do not depend on it.
    }
    // What the history knows is settled by what it says, and by the drop-in.
    const bool known = noted && History(ground.places.durable_state).find(noted->id).has_value();
    if (noted && !known && noted->boot_id != ground.boot_id) note_reboot(ground, *noted);
    (void)directory.remove(note_name);
}

/// Not in force after all: nothing of it was kept.
static void forget_commit(Transaction& entry) {
    entry.file.reset();
    entry.file_end.reset();
    for (Item& item : entry.items) {
        item.end.reset();
        if (entry.state == State::rolled_back)
            item.end = Outcome{
                item.key.text(), OutcomeStatus::already_old, item.old_value, item.old_value, {}};
    }
}

State settled_state(const Ground& ground, const Transaction& entry) {
    const bool undone = entry.state == State::rolling_back;
    if (entry.state != State::committing && !undone) return entry.state;
    // Without a file there is nothing that a power loss could have cut off.
    if (!entry.file) return State::committed;
    const auto directory = host::OwnedDirectory::open(ground.places.configuration, false);
    const auto now = directory.read(drop_in_name, largest_drop_in);
    const bool written = now && sha256_hex(now->bytes) == entry.file->new_digest;
    if (written) return State::committed;
    return undone ? State::rolled_back : State::ended_by_reboot;
}

void settle_history(const TransactionService::State_& state) {
    const History history(state.ground.places.durable_state);
    try {
        history.clean_up();
        host::OwnedDirectory::open(state.ground.places.durable_state, true).clean_up(note_name);
        host::OwnedDirectory::open(state.ground.places.configuration, false).clean_up(drop_in_name);
    } catch (const Error&) {
        // Litter does no harm; a disk that is read-only now may be writable at the next start.
    }
    for (Transaction& entry : history.all()) {
        const State settled = settled_state(state.ground, entry);
        if (settled == entry.state || (state.live && state.live->id == entry.id)) continue;
        entry.state = settled;
        entry.reason = settled == State::ended_by_reboot ? Reason::reboot : Reason::asked;
        if (settled != State::committed) forget_commit(entry);
        history.put(entry);
    }
}

void TransactionService::recover() {
    State_& state = *state_;
    if (state.live && state.stuck.empty()) return;
    try {
        Journal& journal = state.open_journal();
        state.lock_held = !journal.lock();
        if (state.lock_held) return;
        if (state.ground.boot_id.empty() || state.ground.netns.empty()) {
            throw Error(ErrorCode::operational, "",
                        "the boot or the network namespace cannot be told from others");
        }
        const std::optional<std::string> text = journal.read();
        std::optional<Transaction> found;
        if (text) found = read_transaction(*text, "the journal");
        state.live.reset();
        state.stuck.clear();
        state.recovering = false;
        if (found &&
            (found->boot_id != state.ground.boot_id || found->netns != state.ground.netns)) {
            note_reboot(state.ground, *found);
            found.reset();
        }
        if (text && !found) journal.remove();
        if (found) {
            const std::string id = found->id;
            resume(state, *std::move(found));
            if (on_change && !state.live) {
                const auto ended = History(state.ground.places.durable_state).find(id);
                if (ended) on_change(id, ended->state, ended->reason);
            }
        } else {
            settle_note(state.ground);
        }
        settle_history(state);
        state.unsettled = false;
        if (!state.live) state.release();
    } catch (const Error& error) {
        state.stuck = (error.object().empty() ? "" : error.object() + ": ") + error.reason();
    }
}

bool TransactionService::must_look_again() const {
    if (needs_recovery()) return state_->live.has_value();
    return state_->lock_held && state_->elsewhere().has_value();
}

bool TransactionService::needs_recovery() const {
    return !state_->stuck.empty();
}

}  // namespace tcptune::txn

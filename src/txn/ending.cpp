// SPDX-License-Identifier: Apache-2.0
// How a transaction ends: committed, or taken back.
#include "txn/service_state.hpp"

#include <tcptune/base/digest.hpp>

#include <new>

namespace tcptune::txn {
namespace {

Outcome file_outcome(const std::string& path, OutcomeStatus status, std::string detail) {
    return {path, status, {}, {}, std::move(detail)};
}

std::string drop_in_path(const Ground& ground) {
    return ground.places.configuration + '/' + drop_in_name;
}

/// Writes the drop-in of a commit, or finds that it is there already. True: on the disk; false:
/// renamed but not flushed. Throws when the old one stands, or when that cannot be told.
bool put_file(const TransactionService::State_& state, const Transaction& transaction,
              const host::OwnedFile& file) {
    const auto directory = host::OwnedDirectory::open(state.ground.places.configuration, false);
    try {
        return directory.replace(drop_in_name, file);
    } catch (const SystemError&) {
        // A rename may have been done and reported as failed: the file itself knows.
        const auto now = directory.read(drop_in_name, largest_drop_in);
        if (!now || sha256_hex(now->bytes) != transaction.file->new_digest) throw;
        return directory.flush();
    }
}

/// The outcomes of a commit. Of a checkpoint: what CMD changed, and is kept.
void set_kept(const TransactionService::State_& state, Transaction& transaction) {
    for (Item& item : transaction.items) {
        Outcome kept{item.key.text(), OutcomeStatus::kept, item.old_value, item.wanted, {}};
        if (transaction.kind == Kind::checkpoint) {
            const Reading now = read_now(state.ground.sysctls, item.key);
            if (now.error != 0 || now.text == item.old_value) continue;
            kept.after = now.text;
        } else if (!item.write_begun) {
            kept.status = OutcomeStatus::unchanged;
        }
        item.end = std::move(kept);
    }
}

Result committed(TransactionService::State_& state, bool durable) {
    state.live->state = durable ? State::committed : State::committed_not_durable;
    state.live->reason = Reason::asked;
    if (state.live->persist) {
        state.live->file_end = file_outcome(
            drop_in_path(state.ground), OutcomeStatus::kept,
            durable ? "" : "renamed, but the disk did not confirm it: a power loss may undo it");
    }
    return close(state);
}

}  // namespace

Result commit(TransactionService::State_& state) {
    Transaction& live = *state.live;
    if (live.kind == Kind::apply && find_drift(state.ground.sysctls, live.items) != nullptr)
        return take_back(state, Reason::drift);
    try {
        host::OwnedFile file;
        if (live.persist) {
            const auto present = state.read_present();
            live.file = FileStep{};
            if (present.file) {
                file = *present.file;
                live.file->old_bytes = file.bytes;
                live.file->old_mode = file.mode;
            }
            file.bytes = drop_in_text(with_values(present.values, live.items), live.id);
            live.file->new_digest = sha256_hex(file.bytes);
        }
        Transaction entry = live;
        entry.state = State::committing;
        set_kept(state, entry);
        live.in_history = true;
        History(state.ground.places.durable_state).put(entry);
        state.journal->append((live.file ? file_records(*live.file) : std::string()) +
                              encode(Record("COMMITTING")));
        live.state = State::committing;
        if (!live.persist) return finish_commit(state);
        const bool durable = put_file(state, live, file);
        set_kept(state, live);
        return committed(state, durable);
    } catch (const Error& error) {
        live.file_end = file_outcome(error.object(), OutcomeStatus::failed, error.reason());
        return finish_commit(state);
    }
}

Result finish_commit(TransactionService::State_& state) {
    Transaction& live = *state.live;
    if (live.state == State::committing && !live.persist) {
        set_kept(state, live);
        return committed(state, true);
    }
    if (live.state == State::committing) {
        // Throws when the file cannot be read: then nothing is known and nothing is done.
        const auto directory = host::OwnedDirectory::open(state.ground.places.configuration, false);
        const auto now = directory.read(drop_in_name, largest_drop_in);
        if (now && live.file && sha256_hex(now->bytes) == live.file->new_digest) {
            set_kept(state, live);
            return committed(state, directory.flush());
        }
    }
    live.file.reset();
    return take_back(state, Reason::file_failed);
}

Outcome restore_file(const TransactionService::State_& state, const Transaction& transaction) {
    const std::string path = drop_in_path(state.ground);
    const FileStep& step = *transaction.file;
    try {
        const auto directory = host::OwnedDirectory::open(state.ground.places.configuration, false);
        const auto now = directory.read(drop_in_name, largest_drop_in);
        const bool ours = now && sha256_hex(now->bytes) == step.new_digest;
        const bool is_old = now ? step.old_bytes == now->bytes : !step.old_bytes;
        bool durable = true;
        if (is_old) {
            durable = directory.flush();
            if (durable) return file_outcome(path, OutcomeStatus::already_old, "");
        } else if (ours && step.old_bytes) {
            host::OwnedFile file = *now;
            file.bytes = *step.old_bytes;
            file.mode = step.old_mode;
            durable = directory.replace(drop_in_name, file);
        } else if (ours) {
            durable = directory.remove(drop_in_name);
        } else {
            const std::optional<DropIn> values =
                now ? read_drop_in(now->bytes) : std::optional<DropIn>();
            if (!values) {
                return file_outcome(path, OutcomeStatus::conflict,
                                    "is not the file that tcptune wrote; it was left alone");
            }
            const DropIn before = read_drop_in(step.old_bytes.value_or("")).value_or(DropIn{});
            host::OwnedFile file = *now;
            file.bytes =
                drop_in_text(without_values(*values, transaction.items, before, transaction.force),
                             transaction.id);
            durable = directory.replace(drop_in_name, file);
        }
        return file_outcome(path, durable ? OutcomeStatus::restored : OutcomeStatus::failed,
                            durable ? "" : "restored, but the disk did not confirm it");
    } catch (const Error& error) {
        return file_outcome(path, OutcomeStatus::failed, error.reason());
    }
}

/// The file is as it was committed, and so is every value.
static bool nothing_was_undone(const TransactionService::State_& state, Transaction& live) {
    try {
        const auto now = host::OwnedDirectory::open(state.ground.places.configuration, false)
                             .read(drop_in_name, largest_drop_in);
        if (!now || sha256_hex(now->bytes) != live.file->new_digest) return false;
    } catch (const Error&) {
        return false;
    }
    std::vector<Item> items = live.items;
    return find_drift(state.ground.sysctls, items) == nullptr;
}

/// Forgets a rollback that has not begun to undo anything. Always throws.
[[noreturn]] static void withdraw(TransactionService::State_& state) {
    const Outcome file = *state.live->file_end;
    state.journal->remove();
    state.live.reset();
    state.release();
    throw Refused(Fault::write_failed, file.key, file.detail + "; nothing was changed");
}

static void note_rollback(TransactionService::State_& state) {
    try {
        state.journal->append(rolling_back_record(*state.live));
    } catch (const Error&) {
        // The journal still says enough: what is armed or half written is undone all the same.
    }
}

Result take_back(TransactionService::State_& state, Reason reason) {
    Transaction& live = *state.live;
    const bool is_noted = live.state == State::rolling_back;
    live.reason = reason;
    live.state = State::rolling_back;
    if (!is_noted) note_rollback(state);
    // The file first: a power loss at any moment then leaves a boot that is old or new.
    if (live.was_committed && live.file) {
        live.file_end = restore_file(state, live);
        if (live.file_end->status == OutcomeStatus::failed && !live.force && !state.recovering &&
            nothing_was_undone(state, live))
            withdraw(state);
    }
    const Undone undone = undo_items(state.ground.sysctls, live);
    const auto file_is = [&](OutcomeStatus status) {
        return live.was_committed && live.file_end && live.file_end->status == status;
    };
    const bool failed = undone.failed || file_is(OutcomeStatus::failed);
    const bool conflicts = undone.conflicts || file_is(OutcomeStatus::conflict);
    live.state = failed      ? State::rollback_incomplete
                 : conflicts ? State::rolled_back_with_conflicts
                             : State::rolled_back;
    if (!failed) return close(state);
    Result result{live.id, live.state, live.reason, outcomes_of(live)};
    if (!live.force) {
        state.stuck = "transaction " + live.id + " could not be rolled back completely";
        return result;
    }
    // With force an operator has seen what cannot be restored, and work may go on: the entry says
    // what was left as it is.
    live.state = State::rolled_back_with_conflicts;
    (void)close(state);
    return result;
}

Result stuck_on_failure(TransactionService::State_& state, const std::function<Result()>& call) {
    std::string why = "out of memory";
    try {
        return call();
    } catch (const Error& error) {
        // Withdrawn before anything was done: a refusal like any other.
        if (!state.live) throw;
        why = error.object() + ": " + error.reason();
    } catch (const std::bad_alloc&) {
        // Said below.
    }
    state.stuck = "transaction " + state.live->id + " is not settled: " + why;
    return {state.live->id, state.live->state, state.live->reason, outcomes_of(*state.live)};
}

Result close(TransactionService::State_& state) {
    const Transaction ended = *state.live;
    Result result{ended.id, ended.state, ended.reason, outcomes_of(ended)};
    try {
        History(state.ground.places.durable_state).put(ended);
    } catch (const Error& error) {
        // A commit whose entry still says "committing" is settled by what the file says. An entry
        // that says "committed" of what is rolled back must not stay; the journal will mend it.
        const bool kept = is_committed(ended.state);
        state.unsettled = state.unsettled || kept;
        if (!kept && ended.in_history) {
            state.stuck = error.object() + ": " + error.reason();
            return result;
        }
    }
    remove_note(state.ground);
    try {
        state.journal->remove();
    } catch (const Error& error) {
        // It would be undone again at the next start: nothing new may begin on top of it.
        state.stuck = error.object() + " cannot be removed: " + error.reason();
        return result;
    }
    state.live.reset();
    state.stuck.clear();
    state.release();
    return result;
}

}  // namespace tcptune::txn

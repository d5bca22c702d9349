// SPDX-License-Identifier: Apache-2.0
#include "txn/service_state.hpp"
#include "txn/values.hpp"

#include <algorithm>

namespace tcptune::txn {
namespace {

constexpr std::int64_t second_ns = 1'000'000'000;

void must_own(const Transaction& transaction, const Caller& caller, bool authorized) {
    if (authorized || caller.uid == transaction.caller.uid) return;
    throw Refused(Fault::not_owner, "", "the transaction is another user's");
}

/// What another process holds is not missing, and not ours to end.
void not_elsewhere(const TransactionService::State_& state, const std::string& id) {
    const std::optional<Transaction> other = state.elsewhere();
    if (other && other->id == id)
        throw Refused(Fault::busy, "", "another process is at work on this transaction");
}

[[noreturn]] void not_found() {
    throw Refused(Fault::not_found, "", "there is no such transaction");
}

}  // namespace

Journal& TransactionService::State_::open_journal() {
    if (!journal) journal.emplace(ground.places.volatile_state, ground.netns);
    return *journal;
}

void TransactionService::State_::release() {
    if (journal) journal->unlock();
}

std::optional<Transaction> TransactionService::State_::elsewhere() const {
    if (live || !journal || journal->locked()) return std::nullopt;
    try {
        const auto text = journal->read();
        return text ? read_transaction(*text, "the journal") : std::nullopt;
    } catch (const Error&) {
        return std::nullopt;
    }
}

TransactionService::State_::Present TransactionService::State_::read_present() const {
    return refusing([&] {
        auto directory = host::OwnedDirectory::open(ground.places.configuration, false);
        std::optional<host::OwnedFile> file;
        const std::string path = ground.places.configuration + '/' + drop_in_name;
        try {
            file = directory.read(drop_in_name, largest_drop_in);
        } catch (const SystemError&) {
            throw;
        } catch (const Error& error) {
            throw Refused(Fault::drop_in_modified, path, error.reason());
        }
        std::optional<DropIn> values = file ? read_drop_in(file->bytes) : DropIn{};
        if (!values)
            throw Refused(Fault::drop_in_modified, path, "was not written by tcptune, or edited");
        return Present{std::move(directory), std::move(file), *std::move(values)};
    });
}

TransactionService::TransactionService(Ground ground)
    : state_(std::make_unique<State_>(std::move(ground))) {}

TransactionService::~TransactionService() = default;

/// Nothing is under way and nothing is left over: the lock is ours.
static void make_ready(TransactionService& service, TransactionService::State_& state) {
    if (!state.stuck.empty()) service.recover();
    if (!state.stuck.empty()) throw Refused(Fault::recovery_required, "", state.stuck);
    if (state.live) throw Refused(Fault::busy, "", "another transaction waits to be confirmed");
    refusing([&] {
        if (!state.open_journal().lock())
            throw Refused(Fault::busy, "", "another process is at work on a transaction");
    });
    // Somebody else may have died with the lock since we looked last.
    if (!refusing([&] { return state.journal->read(); }) && !state.unsettled) return;
    service.recover();
    if (!state.stuck.empty()) throw Refused(Fault::recovery_required, "", state.stuck);
    if (state.live) throw Refused(Fault::busy, "", "another transaction waits to be confirmed");
    if (!state.journal->lock())
        throw Refused(Fault::busy, "", "another process is at work on a transaction");
}

/// The deadline runs from the moment when the values stand.
static Result arm(TransactionService::State_& state, std::uint32_t timeout_s) {
    Transaction& live = *state.live;
    const std::int64_t now = state.ground.clock.boottime_ns();
    live.deadline_ns = now + timeout_s * second_ns;
    live.limit_ns = now + max_timeout_s * second_ns;
    write_note(state.ground, live);
    try {
        state.journal->append(encode(
            Record("APPLIED").with("deadline", live.deadline_ns).with("limit", live.limit_ns)));
    } catch (const Error&) {
        return take_back(state, Reason::write_failed);
    }
    live.state = State::applied;
    return {live.id, live.state, Reason::asked, outcomes_of(live)};
}

/// The forward half: from here on something is written, and every way out ends in a Result.
static Result write_and_arm(TransactionService::State_& state,
                            std::vector<std::unique_ptr<host::SysctlFile>>& files,
                            std::uint32_t timeout_s) {
    bool written = false;
    try {
        written = write_items(files, state.live->items, [&](std::size_t i) {
            state.journal->append(encode(Record("INTENT").with("i", static_cast<std::int64_t>(i))));
        });
    } catch (const std::exception&) {
        // The journal takes no more, or memory is out: what was written is taken back.
    }
    if (!written) return take_back(state, Reason::write_failed);
    if (find_drift(state.ground.sysctls, state.live->items) != nullptr)
        return take_back(state, Reason::drift);
    return arm(state, timeout_s);
}

Result TransactionService::apply(const ApplyRequest& request, const Caller& caller) {
    State_& state = *state_;
    check_form(request);
    make_ready(*this, state);
    Result result;
    try {
        Transaction transaction = prepare(state.ground, request, caller);
        preflight(state, transaction);
        auto files = open_items(state.ground.sysctls, transaction.items);
        // Once more: the disk may have taken its time.
        check_expected(transaction.items, request.changes);
        refusing([&] {
            state.journal->append(header_records(transaction) + encode(Record("APPLYING")));
        });
        transaction.state = State::applying;
        state.live = std::move(transaction);
        result =
            stuck_on_failure(state, [&] { return write_and_arm(state, files, request.timeout_s); });
    } catch (const Refused&) {
        state.release();
        throw;
    }
    if (on_change) on_change(result.id, result.state, result.reason);
    return result;
}

Result TransactionService::checkpoint(const CheckpointRequest& request, const Caller& caller) {
    State_& state = *state_;
    check_form(request);
    make_ready(*this, state);
    Result result;
    try {
        Transaction transaction = prepare(state.ground, request, caller);
        preflight(state, transaction);
        refusing([&] {
            state.journal->append(header_records(transaction) + encode(Record("APPLYING")));
        });
        transaction.state = State::applying;
        state.live = std::move(transaction);
        result = stuck_on_failure(state, [&] { return arm(state, request.timeout_s); });
    } catch (const Refused&) {
        state.release();
        throw;
    }
    if (on_change) on_change(result.id, result.state, result.reason);
    return result;
}

Result TransactionService::confirm(const std::string& id, const Caller& caller, bool authorized) {
    State_& state = *state_;
    check_deadline();
    // What was cut off is settled first, by what the files say.
    if (needs_recovery()) recover();
    if (!state.live || state.live->id != id) {
        not_elsewhere(state, id);
        // A confirmation whose answer got lost may be repeated.
        const TransactionInfo known = get(id);
        if (known.state == State::committed || known.state == State::committed_not_durable)
            return {id, known.state, known.reason, known.outcomes};
        throw Refused(Fault::expired, "",
                      "the transaction has ended: " + std::string(to_string(known.state)) + " (" +
                          std::string(to_string(known.reason)) + ")");
    }
    must_own(*state.live, caller, authorized);
    if (!state.armed()) throw Refused(Fault::recovery_required, "", state.stuck);
    const Result result = stuck_on_failure(state, [&] { return commit(state); });
    if (on_change) on_change(result.id, result.state, result.reason);
    return result;
}

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
    if (needs_recovery()) recover();
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
        const bool in_force = ended->state == State::committed ||
                              ended->state == State::committed_not_durable ||
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

std::uint32_t TransactionService::extend(const std::string& id, std::uint32_t seconds,
                                         const Caller& caller, bool authorized) {
    State_& state = *state_;
    check_deadline();
    if (seconds < min_timeout_s || seconds > max_timeout_s)
        throw Refused(Fault::invalid_args, "", "the deadline must be 10 to 3600 seconds away");
    if (!state.armed() || state.live->id != id) not_found();
    must_own(*state.live, caller, authorized);
    const std::int64_t now = state.ground.clock.boottime_ns();
    const std::int64_t deadline = std::min(now + seconds * second_ns, state.live->limit_ns);
    refusing([&] { state.journal->append(encode(Record("EXTEND").with("deadline", deadline))); });
    state.live->deadline_ns = deadline;
    return info_of(*state.live, now).seconds_left;
}

std::optional<Pending> TransactionService::pending() const {
    if (!state_->armed()) return std::nullopt;
    const Transaction& live = *state_->live;
    return Pending{live.id, live.caller.uid, live.caller.bus_name, live.bound, live.deadline_ns};
}

/// Takes back what is armed, for a reason that no caller gave.
static void end_armed(TransactionService& service, TransactionService::State_& state,
                      Reason reason) {
    const Result result = stuck_on_failure(state, [&] { return take_back(state, reason); });
    if (service.on_change) service.on_change(result.id, result.state, result.reason);
}

void TransactionService::check_deadline() {
    if (state_->armed() && state_->ground.clock.boottime_ns() >= state_->live->deadline_ns)
        end_armed(*this, *state_, Reason::deadline);
}

void TransactionService::client_gone(const std::string& bus_name) {
    if (state_->armed() && state_->live->bound && state_->live->caller.bus_name == bus_name)
        end_armed(*this, *state_, Reason::client_gone);
}

void TransactionService::stop() {
    if (state_->armed()) end_armed(*this, *state_, Reason::stopped);
}

}  // namespace tcptune::txn

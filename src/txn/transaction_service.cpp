// SPDX-License-Identifier: Apache-2.0
#include "txn/service_state.hpp"
#include "txn/values.hpp"

#include <algorithm>

namespace tcptune::txn {

void must_own(const Transaction& transaction, const Caller& caller, bool authorized) {
    if (authorized || caller.uid == transaction.caller.uid) return;
    throw Refused(Fault::not_owner, "", "the transaction is another user's");
}

void not_elsewhere(const TransactionService::State_& state, const std::string& id) {
    const std::optional<Transaction> other = state.elsewhere();
    if (other && other->id == id)
        throw Refused(Fault::busy, "", "another process is at work on this transaction");
}

[[noreturn]] void not_found() {
    throw Refused(Fault::not_found, "", "there is no such transaction");
}

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

void make_ready(TransactionService& service, TransactionService::State_& state) {
    if (!state.stuck.empty()) service.recover();
    if (!state.stuck.empty()) throw Refused(Fault::recovery_required, "", state.stuck);
    if (state.live) throw Refused(Fault::busy, "", "another transaction waits to be confirmed");
    refusing([&] {
        state.lock_held = !state.open_journal().lock();
        if (state.lock_held)
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

Result TransactionService::confirm(const std::string& id, const Caller& caller, bool authorized) {
    State_& state = *state_;
    check_deadline();
    // What was cut off is settled first, by what the files say.
    if (needs_recovery()) recover();
    if (!state.live || state.live->id != id) {
        not_elsewhere(state, id);
        // A confirmation whose answer got lost may be repeated.
        const TransactionInfo known = get(id);
        if (is_committed(known.state)) return {id, known.state, known.reason, known.outcomes};
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

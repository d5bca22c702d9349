// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "txn/drop_in.hpp"
#include "txn/history.hpp"
#include "txn/journal.hpp"
#include "txn/running.hpp"
#include "txn/transaction.hpp"

#include <tcptune/txn/transaction_service.hpp>

#include <functional>
#include <optional>
#include <string>

namespace tcptune::txn {

/// Of the drop-in: 64 keys with values of 4 KiB are far less.
inline constexpr std::size_t largest_drop_in = std::size_t{1} << 20U;

inline constexpr std::int64_t second_ns = 1'000'000'000;

/// What the service remembers between calls: nothing that is not on file as well.
struct TransactionService::State_ {
    explicit State_(Ground g) : ground(std::move(g)) {}

    Ground ground;
    std::optional<Journal> journal;
    std::optional<Transaction> live;  ///< armed, or stuck in its rollback
    /// Why nothing may be begun until a person has looked; "" when all is well.
    std::string stuck;
    bool unsettled = false;   ///< an entry of the history still says "committing"
    bool recovering = false;  ///< going on with what another process began
    bool lock_held = false;   ///< another process held the lock when we last wanted it

    /// Opens the journal's directory. Throws Error and SystemError.
    Journal& open_journal();
    void release();
    [[nodiscard]] bool armed() const { return live && live->state == State::applied; }
    /// What stands in the journal that another process is at work on, for those who only look.
    [[nodiscard]] std::optional<Transaction> elsewhere() const;

    /// The drop-in as it is. Throws Refused (drop_in_modified, write_failed).
    struct Present {
        host::OwnedDirectory directory;
        std::optional<host::OwnedFile> file;
        DropIn values;
    };
    [[nodiscard]] Present read_present() const;
};

/// Runs `call`; what the disk says becomes a Refused.
template <typename Call>
auto refusing(Call call) {
    try {
        return call();
    } catch (const Refused&) {
        throw;
    } catch (const SystemError& error) {
        const bool full = error.error_number() == ENOSPC || error.error_number() == EDQUOT;
        throw Refused(full ? Fault::no_space : Fault::write_failed, error.object(), error.reason());
    } catch (const Error& error) {
        throw Refused(Fault::write_failed, error.object(), error.reason());
    }
}

/// Throws Refused unless the caller's uid owns it or `authorized`.
void must_own(const Transaction& transaction, const Caller& caller, bool authorized);
/// What another process holds is not missing, and not ours to end: throws Refused (busy).
void not_elsewhere(const TransactionService::State_& state, const std::string& id);
[[noreturn]] void not_found();
/// Nothing is under way and nothing is left over: the lock is ours. Throws Refused.
void make_ready(TransactionService& service, TransactionService::State_& state);

/// The check of a request and the forward half: prepared, written, armed or taken back.
[[nodiscard]] Transaction prepare(const Ground& ground, const ApplyRequest& request,
                                  const Caller& caller);
[[nodiscard]] Transaction prepare(const Ground& ground, const CheckpointRequest& request,
                                  const Caller& caller);
/// Every old value against the one that the caller saw. Throws Refused (drift) naming all.
void check_expected(const std::vector<Item>& items, const std::vector<Change>& changes);
/// Shows before the first write that the commit will have room. Throws Refused.
void preflight(const TransactionService::State_& state, const Transaction& transaction);

/// Commits the armed transaction; drift or a file that cannot be written takes it back instead.
[[nodiscard]] Result commit(TransactionService::State_& state);
/// Goes on with a commit that was begun: as far as the file says. Throws when that cannot be told.
[[nodiscard]] Result finish_commit(TransactionService::State_& state);
/// Takes the live transaction back and ends it, or leaves it stuck.
[[nodiscard]] Result take_back(TransactionService::State_& state, Reason reason);
/// The live transaction has ended in its state: history, note, journal, lock.
[[nodiscard]] Result close(TransactionService::State_& state);
/// Runs `call`. Whatever it throws leaves a transaction that is under way: then what can be said
/// of it is said, and nothing new begins before it is settled.
[[nodiscard]] Result stuck_on_failure(TransactionService::State_& state,
                                      const std::function<Result()>& call);
/// The drop-in of a committed transaction back to what it was, or without its values.
[[nodiscard]] Outcome restore_file(const TransactionService::State_& state,
                                   const Transaction& transaction);

/// The note on the disk that a transaction is armed. Its loss is harmless.
void write_note(const Ground& ground, const Transaction& transaction);
void remove_note(const Ground& ground);
/// What a note of an earlier boot says goes into the history.
void settle_note(const Ground& ground);
/// What became of an entry that still says "committing", by what the drop-in says; other states as
/// they are. Throws when the file cannot be read.
[[nodiscard]] State settled_state(const Ground& ground, const Transaction& entry);
/// Writes settled_state() into the history, and takes away what interrupted writes left.
void settle_history(const TransactionService::State_& state);

}  // namespace tcptune::txn

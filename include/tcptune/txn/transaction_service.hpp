// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/host/clock.hpp>
#include <tcptune/host/owned_directory.hpp>
#include <tcptune/host/sysctl_tree.hpp>
#include <tcptune/sysctl/catalog.hpp>
#include <tcptune/txn/fault.hpp>
#include <tcptune/txn/request.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tcptune::txn {

/// Where the service keeps its things. All are directories of root that nobody else may write.
struct Places {
    std::string volatile_state = "/run/tcptune";     ///< lock and journal: they die with the boot
    std::string durable_state = "/var/lib/tcptune";  ///< history and the note "armed"
    std::string configuration = "/etc/sysctl.d";     ///< of the drop-in
};

/// The name of the one file that tcptune writes for the next boot.
inline constexpr const char* drop_in_name = "90-tcptune.conf";

/// What the service works with; all must outlive it.
struct Ground {
    const sysctl::ParameterCatalog& catalog;
    host::SysctlTree& sysctls;
    const host::Clock& clock;
    std::string boot_id;  ///< "" when it cannot be read: everything that changes is refused
    std::string netns;    ///< likewise
    Places places;
};

/// The armed transaction, as an event loop needs it.
struct Pending {
    std::string id;
    std::uint32_t uid = 0;
    std::string bus_name;  ///< of a bound one
    bool bound = false;
    std::int64_t deadline_ns = 0;  ///< CLOCK_BOOTTIME
};

/// One transaction at a time, from the first check to its end: used by the helper and by --direct.
/// No threads, no bus, no authorization: the caller has decided who may ask. Every method that
/// changes something throws Refused when it changed nothing, and returns a Result once the first
/// write was tried.
class TransactionService {
public:
    explicit TransactionService(Ground ground);
    ~TransactionService();
    TransactionService(const TransactionService&) = delete;
    TransactionService& operator=(const TransactionService&) = delete;

    /// Called when a transaction was armed or has ended; not when its deadline was moved.
    std::function<void(const std::string& id, State, Reason)> on_change;

    /// What a start finds: undoes what was cut off, keeps what is armed and in time, notes what a
    /// reboot ended. Safe to repeat. Afterwards needs_recovery() says whether something is left
    /// that a person must see to.
    void recover();
    [[nodiscard]] bool needs_recovery() const;
    /// A transaction could not be taken back, or another process holds one of this namespace (or
    /// did when we looked): call recover() again, from time to time, until it is not so.
    [[nodiscard]] bool must_look_again() const;

    [[nodiscard]] Result apply(const ApplyRequest& request, const Caller& caller);
    [[nodiscard]] Result checkpoint(const CheckpointRequest& request, const Caller& caller);
    /// Only of the armed transaction. `caller` must be its owner unless `authorized`.
    [[nodiscard]] Result confirm(const std::string& id, const Caller& caller, bool authorized);
    /// Of the armed transaction, or of a committed one (then `authorized` is needed).
    [[nodiscard]] Result rollback(const std::string& id, bool force, const Caller& caller,
                                  bool authorized);
    /// The new deadline is so many seconds from now; returns the seconds left.
    std::uint32_t extend(const std::string& id, std::uint32_t seconds, const Caller& caller,
                         bool authorized);

    [[nodiscard]] TransactionInfo get(const std::string& id) const;
    /// The armed one first, then the history, newest first.
    [[nodiscard]] std::vector<TransactionInfo> list() const;
    [[nodiscard]] std::vector<VerifyRow> verify() const;

    [[nodiscard]] std::optional<Pending> pending() const;
    /// Rolls back when the deadline has passed; call it at the deadline and whenever in doubt.
    void check_deadline();
    /// That connection is gone: a bound transaction of it is rolled back.
    void client_gone(const std::string& bus_name);
    /// Rolls back what is armed.
    void stop();

    /// Known to this folder's own sources only.
    struct State_;

private:
    std::unique_ptr<State_> state_;
};

}  // namespace tcptune::txn

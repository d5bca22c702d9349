// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/error.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace tcptune::txn {

/// Why an operation was refused. Unless said otherwise nothing was changed. The name on the bus is
/// "org.tcptune1.Error." and to_string().
enum class Fault {
    invalid_args,        ///< InvalidArgs: counts, sizes, spans, doubled keys
    invalid_key,         ///< InvalidKey: not the name of a sysctl
    invalid_value,       ///< InvalidValue: not a value of the key's type and bounds
    key_not_allowed,     ///< KeyNotAllowed: not in the catalog, or only advised about
    key_missing,         ///< KeyMissing: this kernel does not have it
    read_only,           ///< ReadOnly: the kernel does not let us write it here
    drift,               ///< Drift: the value is not the expected one
    drop_in_modified,    ///< DropInModified: not the file that tcptune wrote
    busy,                ///< Busy: another transaction
    not_found,           ///< NotFound: no such transaction
    not_owner,           ///< NotOwner: another user's transaction
    expired,             ///< Expired: its deadline has passed
    wrong_namespace,     ///< WrongNamespace: the caller looks at another network namespace
    no_space,            ///< NoSpace
    write_failed,        ///< WriteFailed: a file or directory of ours
    recovery_required,   ///< RecoveryRequired: an earlier transaction is unresolved
    unsupported,         ///< Unsupported: an unknown flag, a kernel that is too old
    not_authorized,      ///< NotAuthorized
    interaction_needed,  ///< InteractionNeeded: polkit would ask for a password
    no_authority,        ///< AuthorizationUnavailable: polkit does not answer
    limits_exceeded,     ///< LimitsExceeded: too many calls wait
    helper_unavailable,  ///< only in a client: no bus, no helper, another interface version
    connection_lost,     ///< only in a client: the answer did not come; the state is not known
};
/// "InvalidKey" and so on.
[[nodiscard]] std::string_view to_string(Fault fault);
[[nodiscard]] std::optional<Fault> parse_fault(std::string_view name);

/// A refusal. `object` is the key or file it is about, safe to print; `reason` one sentence.
class Refused : public Error {
public:
    Refused(Fault fault, std::string object, std::string reason)
        : Error(ErrorCode::operational, std::move(object), std::move(reason)), fault_(fault) {}
    [[nodiscard]] Fault fault() const noexcept { return fault_; }

private:
    Fault fault_;
};

}  // namespace tcptune::txn

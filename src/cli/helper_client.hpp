// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/txn/fault.hpp>
#include <tcptune/txn/request.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tcptune::cli {

/// Who changes values for us: the helper on the bus, or with --direct this process itself. All
/// methods throw txn::Refused when nothing was changed by them, and txn::Refused with
/// Fault::connection_lost when the answer did not come and the state is therefore not known.
class HelperClient {
public:
    HelperClient() = default;
    HelperClient(const HelperClient&) = delete;
    HelperClient& operator=(const HelperClient&) = delete;
    virtual ~HelperClient() = default;

    [[nodiscard]] virtual txn::Result apply(const txn::ApplyRequest& request) = 0;
    [[nodiscard]] virtual txn::Result checkpoint(const txn::CheckpointRequest& request) = 0;
    [[nodiscard]] virtual txn::Result confirm(const std::string& id) = 0;
    [[nodiscard]] virtual txn::Result rollback(const std::string& id, bool force) = 0;
    /// The seconds that are left now.
    virtual std::uint32_t extend(const std::string& id, std::uint32_t seconds) = 0;
    [[nodiscard]] virtual txn::TransactionInfo get(const std::string& id) = 0;
    /// Without their items. The armed one first, then the newest.
    [[nodiscard]] virtual std::vector<txn::TransactionInfo> list() = 0;
    [[nodiscard]] virtual std::vector<txn::VerifyRow> verify() = 0;

    /// Whether an earlier transaction is unresolved, so that a person must look.
    [[nodiscard]] virtual bool needs_recovery() { return false; }

    /// Whether an armed transaction outlives this process.
    [[nodiscard]] virtual bool outlives_us() const = 0;
    /// "the helper tcptuned 0.1.0" or "this process (--direct)": for people.
    [[nodiscard]] virtual std::string name() const = 0;
};

/// How to reach it.
enum class Route {
    automatic,  ///< the bus; without a system bus this process, which is then said
    direct,     ///< --direct
};

/// Connects. `interactive`: polkit may ask for a password (a terminal is there). Throws
/// txn::Refused (helper_unavailable: no bus and not root, no helper, another interface version).
[[nodiscard]] std::unique_ptr<HelperClient> connect_helper(Route route, bool interactive);

}  // namespace tcptune::cli

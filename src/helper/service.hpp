// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "helper/admission.hpp"
#include "helper/size_guard.hpp"

#include <tcptune/dbus/sdbus_compat.hpp>
#include <tcptune/dbus/wire.hpp>
#include <tcptune/txn/transaction_service.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <tcptune1_adaptor.hpp>

namespace tcptune::helper {

/// The interface org.tcptune1 on one connection. Calls that change something go through Admission
/// by access_table; what only reads is answered to everybody.
class Service final : public sdbus::AdaptorInterfaces<org::tcptune1_adaptor> {
public:
    Service(sdbus::IConnection& connection, txn::TransactionService& transactions);
    ~Service();
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    /// The calls so far: one that grows shows that the helper is not idle.
    [[nodiscard]] std::uint64_t calls() const { return calls_; }
    [[nodiscard]] bool has_waiting_calls() const { return !admission_.empty(); }
    void announce(const std::string& id, txn::State state, txn::Reason reason);
    /// A bound transaction whose client went while nobody watched is rolled back.
    void look_for_owner();

private:
    using BeginResult = sdbus::Result<std::string, std::string, std::string, dbus::WireItems>;
    using EndResult = sdbus::Result<std::string, std::string, dbus::WireItems>;

    void Apply(BeginResult&& result, std::vector<dbus::WireChange> changes, std::uint32_t timeout,
               std::string netns, std::uint32_t flags, std::string label,
               std::string plan) override;
    void Checkpoint(BeginResult&& result, std::uint32_t timeout, std::string netns,
                    std::uint32_t flags, std::string label) override;
    void Confirm(EndResult&& result, std::string id) override;
    void Rollback(EndResult&& result, std::string id, std::uint32_t flags) override;
    void ExtendDeadline(sdbus::Result<std::uint32_t>&& result, std::string id,
                        std::uint32_t seconds) override;
    dbus::WireTransaction GetTransaction(const std::string& id) override;
    std::vector<dbus::WireSummary> ListTransactions() override;
    std::vector<dbus::WireVerify> Verify() override;
    std::string Version() override;
    std::uint32_t ApiVersion() override;
    std::string State() override;

    template <typename... Out, typename Prepare>
    void serve(const char* method, sdbus::Result<Out...>&& result, Prepare prepare);
    template <typename Read>
    auto read(Read what);
    void require_none_armed() const;
    void require_armed(const std::string& id) const;
    [[nodiscard]] std::optional<txn::TransactionInfo> kept(const std::string& id) const;
    void client_left(const std::string& bus_name);

    txn::TransactionService& transactions_;
    Admission admission_;
    sdbus::Slot leaving_;  ///< the match on clients that leave the bus
    SlotHandle size_guard_;
    std::uint64_t calls_ = 0;
};

}  // namespace tcptune::helper

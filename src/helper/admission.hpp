// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "helper/access.hpp"
#include "helper/polkit_authority.hpp"

#include <tcptune/txn/transaction_service.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace tcptune::helper {

/// One call that changes something, frozen before anybody is asked about it.
struct Call {
    Access access = strictest;
    std::string sender;
    bool interactive = false;
    std::string transaction;                     ///< the id that it is about; "" when it begins one
    std::map<std::string, std::string> details;  ///< for polkit
    std::function<void(const txn::Caller&, bool authorized)> run;
    std::function<void(const txn::Refused&)> refuse;
};

/// Decides who may do what: asks the bus driver for the caller's uid, polkit for its yes, and then
/// the bus driver again, because polkit also says yes for a client that has gone. Nothing of it
/// waits, so that a deadline is kept while somebody types a password.
class Admission {
public:
    Admission(sdbus::IConnection& connection, const txn::TransactionService& transactions);

    /// Calls either `run` or `refuse`, now or later, or neither when the client goes. Throws
    /// txn::Refused (busy, limits_exceeded) when it cannot even wait.
    void admit(Call call);
    void client_left(const std::string& bus_name);
    [[nodiscard]] bool empty() const { return waiting_.empty(); }
    [[nodiscard]] bool is_on_the_bus(const std::string& bus_name);

private:
    struct Waiting {
        Call call;
        std::optional<std::uint32_t> uid;
        bool at_polkit = false;
        std::string cancellation;
    };
    using Number = std::uint64_t;

    void ask_uid(Number number, void (Admission::*next)(Number, std::optional<std::uint32_t>));
    void identified(Number number, std::optional<std::uint32_t> uid);
    void ask_polkit(Number number, std::string_view action);
    void answered(Number number, Verdict verdict);
    void still_there(Number number, std::optional<std::uint32_t> uid);
    void run(Number number, bool authorized);
    void refuse(Number number, txn::Fault fault, const char* reason);
    [[nodiscard]] bool owns(const Waiting& waiting) const;
    [[nodiscard]] bool too_many_at_polkit(std::uint32_t uid) const;
    void log_denial(const Waiting& waiting, const char* reason);

    const txn::TransactionService& transactions_;
    std::unique_ptr<sdbus::IProxy> driver_;
    PolkitAuthority polkit_;
    std::map<Number, Waiting> waiting_;
    Number last_ = 0;
    std::map<std::uint32_t, std::chrono::steady_clock::time_point> denied_;  ///< last log line
};

}  // namespace tcptune::helper

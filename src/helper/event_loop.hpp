// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "helper/bus_dialer.hpp"
#include "helper/change_log.hpp"
#include "helper/service.hpp"

#include <tcptune/base/unique_fd.hpp>
#include <tcptune/txn/transaction_service.hpp>

#include <chrono>
#include <memory>
#include <optional>

namespace tcptune::helper {

/// Waits for calls, signals and the deadline, and does one thing at a time.
class EventLoop {
public:
    /// Blocks SIGTERM, SIGINT and SIGHUP, which then end the loop. `idle_limit` 0: never ends for
    /// want of work. Throws SystemError.
    EventLoop(txn::TransactionService& transactions, ChangeLog& changes,
              std::chrono::duration<double> idle_limit);

    /// Returns the exit status of the process.
    int run();

private:
    using Clock = std::chrono::steady_clock;
    /// A connection and what lives on it; all of it goes when the bus goes.
    struct Session {
        Session(std::unique_ptr<sdbus::IConnection> to, txn::TransactionService& transactions);
        std::unique_ptr<sdbus::IConnection> connection;
        Service service;
    };

    void connect();
    void disconnect(const char* why);
    void wait();
    void dispatch();
    void keep_deadline();
    void look_again();
    void arm_timer();
    [[nodiscard]] bool is_idle();
    [[nodiscard]] std::optional<int> leave();
    void on_change(const std::string& id, txn::State state, txn::Reason reason);

    txn::TransactionService& transactions_;
    ChangeLog& changes_;
    Clock::duration idle_limit_;
    UniqueFd signals_;
    UniqueFd timer_;
    std::int64_t timer_deadline_ = 0;
    BusDialer dialer_;
    std::unique_ptr<Session> session_;
    Clock::time_point next_attempt_;
    Clock::time_point last_work_;
    std::uint64_t calls_seen_ = 0;
    bool was_connected_ = false;
    bool stopped_ = false;
    bool leaving_ = false;      ///< the service manager knows that we go
    bool looks_again_ = false;  ///< a transaction waits for its undoing, or another process
    Clock::time_point next_look_;
};

}  // namespace tcptune::helper

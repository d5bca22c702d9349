// SPDX-License-Identifier: Apache-2.0
#include "helper/event_loop.hpp"

#include "helper/log.hpp"

#include <tcptune/base/error.hpp>
#include <tcptune/dbus/libsystemd.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <utility>

#include <poll.h>

namespace tcptune::helper {
namespace {

constexpr int exit_unavailable = 69;
/// Not 0, so that the service manager starts us again: something is armed.
constexpr int exit_start_again = 75;
constexpr std::chrono::seconds reconnect_after{1};
constexpr std::chrono::milliseconds look_again_after{500};
/// An undoing that failed may work when the machine has recovered a little.
constexpr std::chrono::seconds undo_again_after{5};
/// For what the bus driver answers at once when it lives; the deadline waits that long at most.
constexpr std::chrono::seconds bus_patience{2};
constexpr std::int64_t second_ns = 1'000'000'000;
/// So many messages are handled before the deadline is looked at again.
constexpr int messages_at_once = 32;

UniqueFd require(int fd, const char* what) {
    if (fd < 0) throw SystemError(ErrorCode::operational, what, errno);
    return UniqueFd(fd);
}

/// What nobody waits for has nobody to tell when it fails, and must not end the loop.
template <typename Work>
void logged(Work work) {
    try {
        work();
    } catch (const std::exception& error) {
        log(Level::error, error.what());
    }
}

UniqueFd blocked_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP})
        sigaddset(&signals, signal);
    ::sigprocmask(SIG_BLOCK, &signals, nullptr);
    return require(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK), "signalfd");
}

}  // namespace

EventLoop::Session::Session(std::unique_ptr<sdbus::IConnection> to,
                            txn::TransactionService& transactions)
    : connection(std::move(to)), service(*connection, transactions) {
    connection->setMethodCallTimeout(bus_patience);
    connection->requestName(dbus::ServiceName{dbus::service_name});
}

EventLoop::EventLoop(txn::TransactionService& transactions, ChangeLog& changes,
                     std::chrono::duration<double> idle_limit)
    : transactions_(transactions),
      changes_(changes),
      idle_limit_(std::chrono::duration_cast<Clock::duration>(idle_limit)),
      signals_(blocked_signals()),
      timer_(require(::timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK), "timerfd")) {
    transactions_.on_change = [this](const std::string& id, txn::State state, txn::Reason reason) {
        on_change(id, state, reason);
    };
}

int EventLoop::run() {
    last_work_ = Clock::now();
    while (true) {
        keep_deadline();
        look_again();
        if (!session_ && Clock::now() >= next_attempt_) dialer_.dial();
        connect();
        changes_.write(transactions_);
        // What another process keeps is his as long as nobody can call us.
        const bool must_undo =
            transactions_.pending() || (looks_again_ && transactions_.needs_recovery());
        if (!session_ && !dialer_.under_way() && !must_undo)
            return was_connected_ ? 0 : exit_unavailable;
        arm_timer();
        wait();
        if (stopped_) {
            logged([this] { transactions_.stop(); });
            changes_.write(transactions_);
            return 0;
        }
        dispatch();
        if (is_idle())
            if (const auto status = leave()) return *status;
    }
}

void EventLoop::connect() {
    std::unique_ptr<sdbus::IConnection> connection;
    std::string why;
    if (!dialer_.collect(connection, why)) return;
    if (!connection) return disconnect(why.c_str());
    try {
        session_ = std::make_unique<Session>(std::move(connection), transactions_);
        session_->service.look_for_owner();
        was_connected_ = true;
        calls_seen_ = 0;
    } catch (const sdbus::Error& error) {
        disconnect(error.what());
    }
}

/// With nothing armed the process ends; what waits to be confirmed by its id keeps its deadline.
void EventLoop::disconnect(const char* why) {
    const bool first_attempt = next_attempt_ == Clock::time_point();
    if (session_ || first_attempt)
        log(Level::warning, std::string("no connection to the system bus: ") + why);
    session_.reset();
    next_attempt_ = Clock::now() + reconnect_after;
    logged([this] {
        const auto pending = transactions_.pending();
        if (pending && pending->bound) transactions_.client_gone(pending->bus_name);
    });
}

void EventLoop::wait() {
    std::array<pollfd, 4> sources{{{.fd = signals_.get(), .events = POLLIN, .revents = 0},
                                   {.fd = timer_.get(), .events = POLLIN, .revents = 0},
                                   {.fd = -1, .events = 0, .revents = 0},
                                   {.fd = dialer_.fd(), .events = POLLIN, .revents = 0}}};
    auto until = Clock::duration::max();
    int limit = -1;
    if (session_) {
        const auto bus = session_->connection->getEventLoopPollData();
        sources[2] = {.fd = bus.fd, .events = bus.events, .revents = 0};
        limit = bus.getPollTimeout();
        if (idle_limit_.count() > 0 && !leaving_) until = last_work_ + idle_limit_ - Clock::now();
    } else if (!dialer_.under_way()) {
        until = next_attempt_ - Clock::now();
    }
    if (looks_again_) until = std::min(until, next_look_ - Clock::now());
    if (until != Clock::duration::max()) {
        // Rounded up, or the last millisecond would be spent in a busy loop. Idle time that has
        // passed while something is armed is no reason to wake up.
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until).count();
        if (left > 0 || !session_ || looks_again_) {
            const int most = static_cast<int>(std::clamp<std::int64_t>(left, 0, 3600'000));
            limit = limit < 0 ? most : std::min(limit, most);
        }
    }
    if (::poll(sources.data(), sources.size(), limit) < 0 && errno != EINTR)
        throw SystemError(ErrorCode::operational, "poll", errno);
    signalfd_siginfo signal{};
    if (::read(signals_.get(), &signal, sizeof signal) > 0) stopped_ = true;
    std::uint64_t expirations = 0;
    if (::read(timer_.get(), &expirations, sizeof expirations) > 0) timer_deadline_ = 0;
}

void EventLoop::dispatch() {
    if (!session_) return;
    try {
        for (int i = 0; i < messages_at_once && dbus::process_one(*session_->connection); ++i)
            keep_deadline();
    } catch (const sdbus::Error& error) {
        return disconnect(error.what());
    }
    if (session_->service.calls() != calls_seen_ || session_->service.has_waiting_calls()) {
        calls_seen_ = session_->service.calls();
        last_work_ = Clock::now();
    }
}

/// Another process may die with a transaction that then is ours to undo, and an undoing that failed
/// is tried again.
void EventLoop::look_again() {
    if (looks_again_ && Clock::now() >= next_look_) logged([this] { transactions_.recover(); });
    looks_again_ = transactions_.must_look_again();
    if (looks_again_ && Clock::now() >= next_look_) {
        next_look_ = Clock::now();
        next_look_ += transactions_.needs_recovery() ? Clock::duration(undo_again_after)
                                                     : Clock::duration(look_again_after);
    }
}

void EventLoop::keep_deadline() {
    logged([this] { transactions_.check_deadline(); });
}

void EventLoop::arm_timer() {
    const auto pending = transactions_.pending();
    const std::int64_t deadline = pending ? pending->deadline_ns : 0;
    if (deadline == timer_deadline_) return;
    timer_deadline_ = deadline;
    // One that has passed was just looked at and could not be kept: try again, but not at once.
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    const std::int64_t now_ns = now.tv_sec * second_ns + now.tv_nsec;
    const std::int64_t at = deadline == 0 || deadline > now_ns ? deadline : now_ns + second_ns / 10;
    itimerspec when{};
    when.it_value.tv_sec = at / second_ns;
    when.it_value.tv_nsec = at % second_ns;
    if (::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &when, nullptr) != 0)
        throw SystemError(ErrorCode::operational, "timerfd", errno);
}

bool EventLoop::is_idle() {
    if (!session_ || session_->service.has_waiting_calls()) return false;
    if (leaving_) return true;
    return idle_limit_.count() > 0 && !transactions_.pending() && !looks_again_ &&
           Clock::now() - last_work_ >= idle_limit_;
}

/// No call may be lost. The service manager is told first, so that it queues a start for whatever
/// comes from now on; then the name is given up, and what had come for it until then is served.
std::optional<int> EventLoop::leave() {
    if (leaving_) return transactions_.pending() ? exit_start_again : 0;
    const bool managed = std::getenv("NOTIFY_SOCKET") != nullptr;
    if (managed) (void)sd_notify(0, "STOPPING=1");
    try {
        session_->connection->releaseName(dbus::ServiceName{dbus::service_name});
        while (dbus::process_one(*session_->connection)) {
        }
        if (session_->service.calls() == calls_seen_) return 0;
        last_work_ = Clock::now();
        if (managed)
            leaving_ = true;
        else
            session_->connection->requestName(dbus::ServiceName{dbus::service_name});
    } catch (const sdbus::Error& error) {
        disconnect(error.what());
    }
    return std::nullopt;
}

void EventLoop::on_change(const std::string& id, txn::State state, txn::Reason reason) {
    changes_.note(id, state, reason);
    if (!session_) return;
    try {
        session_->service.announce(id, state, reason);
    } catch (const sdbus::Error&) {
        return;  // the connection is gone, which the loop will see
    }
}

}  // namespace tcptune::helper

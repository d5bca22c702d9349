// SPDX-License-Identifier: Apache-2.0
#include "cli/local_helper_client.hpp"

#include "cli/trusted_rules.hpp"

#include <tcptune/host/file_tree.hpp>
#include <tcptune/host/identity.hpp>
#include <tcptune/txn/transaction_service.hpp>

#include <csignal>
#include <optional>
#include <type_traits>

#include <unistd.h>

namespace tcptune::cli {
namespace {

txn::Ground ground_of(const sysctl::ParameterCatalog& catalog, host::SysctlTree& sysctls,
                      const host::Clock& clock) {
    const host::Identity identity = host::read_identity(host::RootedFileTree("/"), true);
    return {.catalog = catalog,
            .sysctls = sysctls,
            .clock = clock,
            .boot_id = identity.boot_id,
            .netns = identity.netns,
            .places = {}};
}

/// No signal ends us between two writes: nobody is there who would go on for us.
class SignalsHeld {
public:
    SignalsHeld() {
        sigset_t held;
        (void)::sigemptyset(&held);
        for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGTSTP})
            (void)::sigaddset(&held, signal);
        (void)::sigprocmask(SIG_BLOCK, &held, &before_);
    }
    ~SignalsHeld() { (void)::sigprocmask(SIG_SETMASK, &before_, nullptr); }
    SignalsHeld(const SignalsHeld&) = delete;
    SignalsHeld& operator=(const SignalsHeld&) = delete;

private:
    sigset_t before_{};
};

class LocalHelperClient final : public HelperClient {
public:
    LocalHelperClient()
        : catalog_(trusted_catalog()), service_(ground_of(catalog_, sysctls_, clock_)) {
        // A limit on the size of files is an error to report, not a death in the middle.
        (void)::signal(SIGXFSZ, SIG_IGN);
        const SignalsHeld held;
        service_.recover();
        // What is armed without a name on the bus was another process's such as this. We got its
        // lock, so it has died.
        service_.client_gone(caller_.bus_name);
    }
    ~LocalHelperClient() override {
        if (!armed_by_us_) return;
        const SignalsHeld held;
        service_.client_gone(caller_.bus_name);
        service_.stop();
    }
    LocalHelperClient(const LocalHelperClient&) = delete;
    LocalHelperClient& operator=(const LocalHelperClient&) = delete;

    txn::Result apply(const txn::ApplyRequest& request) override {
        return armed(at_work([&] { return service_.apply(request, caller_); }));
    }
    txn::Result checkpoint(const txn::CheckpointRequest& request) override {
        return armed(at_work([&] { return service_.checkpoint(request, caller_); }));
    }
    txn::Result confirm(const std::string& id) override {
        return at_work([&] { return ours(id).confirm(id, caller_, true); });
    }
    txn::Result rollback(const std::string& id, bool force) override {
        return at_work([&] { return ours(id).rollback(id, force, caller_, true); });
    }
    std::uint32_t extend(const std::string& id, std::uint32_t seconds) override {
        return at_work([&] { return ours(id).extend(id, seconds, caller_, true); });
    }
    txn::TransactionInfo get(const std::string& id) override {
        return at_work([&] { return service_.get(id); });
    }
    std::vector<txn::TransactionInfo> list() override {
        return at_work([&] { return service_.list(); });
    }
    std::vector<txn::VerifyRow> verify() override {
        return at_work([&] { return service_.verify(); });
    }
    bool needs_recovery() override {
        return at_work([&] { return service_.needs_recovery(); });
    }

    [[nodiscard]] bool outlives_us() const override { return false; }
    [[nodiscard]] std::string name() const override { return "this process (--direct)"; }

private:
    /// Nobody else looks at the deadline while we do something else.
    template <typename Call>
    std::invoke_result_t<Call&> at_work(Call call) {
        const SignalsHeld held;
        service_.check_deadline();
        return call();
    }

    txn::Result armed(txn::Result result) {
        armed_by_us_ = result.state == txn::State::applied;
        return result;
    }

    /// What a helper or another process such as this keeps armed can only be ended there.
    txn::TransactionService& ours(const std::string& id) {
        const std::optional<txn::Pending> pending = service_.pending();
        if (service_.get(id).state == txn::State::applied && (!pending || pending->id != id)) {
            throw txn::Refused(txn::Fault::busy, "",
                               "another process keeps this transaction; end it there, or without "
                               "--direct if that is the helper");
        }
        return service_;
    }

    sysctl::ParameterCatalog catalog_;
    host::ProcSysctlTree sysctls_;
    host::SystemClock clock_;
    txn::Caller caller_{.uid = ::getuid(), .bus_name = {}};
    txn::TransactionService service_;
    bool armed_by_us_ = false;
};

}  // namespace

std::unique_ptr<HelperClient> make_local_helper_client() {
    if (::geteuid() != 0) {
        throw txn::Refused(txn::Fault::not_authorized, "--direct",
                           "needs root, because this process then writes the values itself; use "
                           "sudo, or leave the option out to ask the helper");
    }
    return std::make_unique<LocalHelperClient>();
}

}  // namespace tcptune::cli

// SPDX-License-Identifier: Apache-2.0
// The privileged helper of tcptune. It runs no program, opens no path that a caller named, and
// writes nothing but the sysctls of its catalog, one drop-in and its own state.
#include "helper/event_loop.hpp"
#include "helper/log.hpp"
#include "helper/options.hpp"
#include "helper/trusted_directory.hpp"

#include <tcptune/base/error.hpp>
#include <tcptune/host/clock.hpp>
#include <tcptune/host/identity.hpp>
#include <tcptune/host/sysctl_tree.hpp>

#include <array>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <string_view>
#include <sys/stat.h>

#include <malloc.h>
#include <unistd.h>

namespace tcptune::helper {
namespace {

constexpr int exit_failed = 1;
constexpr int exit_recovery_required = 11;
constexpr int exit_configuration = 78;

/// Nothing of the environment may steer us. A variable of ours that nobody knows is a mistake or
/// an attempt; which bus we serve is not for a variable to say.
bool environment_is_sound() {
    for (char** variable = environ; *variable != nullptr; ++variable) {
        if (!std::string_view(*variable).starts_with("TCPTUNE_")) continue;
        log(Level::error, std::string("refused to start: the environment has ") + *variable);
        return false;
    }
    ::unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
    return true;
}

int serve(const Options& options) {
    const host::RootedFileTree root("/");
    const host::Identity identity = host::read_identity(root, true);
    const std::array<std::string, 2> rules{TCPTUNE_DATA_DIR "/rules", "/etc/tcptune/rules.d"};
    const sysctl::ParameterCatalog catalog = load_catalog(rules);
    host::ProcSysctlTree sysctls;
    const host::SystemClock clock;
    txn::TransactionService transactions({.catalog = catalog,
                                          .sysctls = sysctls,
                                          .clock = clock,
                                          .boot_id = identity.boot_id,
                                          .netns = identity.netns,
                                          .places = {}});
    ChangeLog changes;
    if (options.recover_only) {
        transactions.on_change = [&](const std::string& id, txn::State state, txn::Reason reason) {
            changes.note(id, state, reason);
        };
        transactions.recover();
        changes.write(transactions);
        return transactions.needs_recovery() ? exit_recovery_required : 0;
    }
    EventLoop loop(transactions, changes, options.idle_limit);
    transactions.recover();
    if (transactions.needs_recovery())
        log(Level::error, "an earlier transaction could not be undone: see tcptune status");
    return loop.run();
}

int run(int argc, char** argv) {
    // A file size limit must be an error that can be handled, and so must a closed pipe.
    (void)std::signal(SIGXFSZ, SIG_IGN);
    (void)std::signal(SIGPIPE, SIG_IGN);
    (void)::umask(077);
    // A message of 32 MB, which anybody may send, must not stay in our heap for good.
    (void)::mallopt(M_MMAP_THRESHOLD, 128 * 1024);
    Options options;
    if (const auto status = read_options(argc, argv, options)) return *status;
    if (!environment_is_sound()) return exit_configuration;
    try {
        return serve(options);
    } catch (const std::exception& error) {
        log(Level::error, error.what());
        return exit_failed;
    }
}

}  // namespace
}  // namespace tcptune::helper

int main(int argc, char** argv) {
    return tcptune::helper::run(argc, argv);
}

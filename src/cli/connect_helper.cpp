// SPDX-License-Identifier: Apache-2.0
#include "cli/context.hpp"
#include "cli/files.hpp"
#include "cli/helper_client.hpp"
#include "cli/local_helper_client.hpp"
#include "cli/polkit_agent.hpp"

#include <cstdlib>
#include <optional>
#include <sys/stat.h>

#include <dlfcn.h>
#include <unistd.h>

namespace tcptune::cli {
namespace {

/// The bus client is a module of its own: its libraries would cost every other command a
/// millisecond at its start.
std::string module_path() {
    const std::string directory = runs_from_build_tree() ? std::string(TCPTUNE_BUILD_DIR) + "/lib"
                                                         : std::string(TCPTUNE_MODULE_DIR);
    return directory + "/tcptune-bus.so";
}

bool has_system_bus() {
    const char* address = ::secure_getenv("DBUS_SYSTEM_BUS_ADDRESS");
    if (address != nullptr && *address != '\0') return true;
    struct stat info{};
    return ::stat("/run/dbus/system_bus_socket", &info) == 0 && S_ISSOCK(info.st_mode);
}

[[noreturn]] void unavailable(const std::string& object, const std::string& reason) {
    throw txn::Refused(txn::Fault::helper_unavailable, object, reason);
}

std::unique_ptr<HelperClient> connect_bus(bool interactive) {
    const std::string path = module_path();
    // Never closed: the client that it gives us has its code there.
    void* const module = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (module == nullptr) {
        const char* reason = ::dlerror();
        unavailable("", "the part that speaks to the helper cannot be loaded (" +
                            std::string(reason != nullptr ? reason : path) +
                            "); is all of tcptune installed?");
    }
    using Connect = HelperClient* (*)(bool);
    const auto connect = reinterpret_cast<Connect>(::dlsym(module, "tcptune_connect_bus"));
    if (connect == nullptr) unavailable(path, "is not of this release of tcptune");
    // polkit asks root for nothing. The agent serves until the process ends.
    static std::optional<PolkitAgent> agent;
    if (interactive && ::geteuid() != 0 && !agent) agent.emplace();
    return std::unique_ptr<HelperClient>(connect(interactive));
}

}  // namespace

std::unique_ptr<HelperClient> connect_helper(Route route, bool interactive) {
    if (route == Route::direct) return make_local_helper_client();
    if (has_system_bus()) return connect_bus(interactive);
    if (::geteuid() != 0)
        unavailable("",
                    "there is no system bus here, so the helper tcptuned cannot be reached; "
                    "install and start dbus");
    write_stderr("tcptune: there is no system bus here; this process does it itself (--direct)\n");
    return make_local_helper_client();
}

}  // namespace tcptune::cli

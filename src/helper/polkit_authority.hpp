// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/dbus/sdbus_compat.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace tcptune::helper {

/// What polkit said. Whatever is not a plain answer is `unavailable` and counts as no.
enum class Verdict {
    yes,
    no,
    challenge,    ///< yes after a password, which was not asked for
    absent,       ///< there is no polkit on this bus and none can be started
    unavailable,  ///< it hangs, fails or does not know the action
};

struct Question {
    std::string sender;  ///< unique bus name: never a process id, which can be reused
    std::string action;
    bool interactive = false;
    std::map<std::string, std::string> details;
};

/// Asks polkit without waiting for it. The callbacks must not throw.
class PolkitAuthority {
public:
    explicit PolkitAuthority(sdbus::IConnection& connection);

    /// Returns what cancel() needs. `answer` is called exactly once, perhaps at once.
    std::string ask(const Question& question, std::function<void(Verdict)> answer);
    /// Nobody waits for that answer any more: takes a password prompt off the screen.
    void cancel(const std::string& cancellation) noexcept;

private:
    std::unique_ptr<sdbus::IProxy> polkit_;
    std::uint64_t asked_ = 0;
};

}  // namespace tcptune::helper

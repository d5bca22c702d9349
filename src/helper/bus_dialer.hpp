// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/unique_fd.hpp>
#include <tcptune/dbus/sdbus_compat.hpp>

#include <memory>
#include <string>

namespace tcptune::helper {

/// Connects to the system bus in a thread of its own, the only one there is: a bus that accepts a
/// connection and does not answer must not hold up a deadline.
class BusDialer {
public:
    /// Throws SystemError.
    BusDialer();

    /// Begins an attempt unless one is under way.
    void dial();
    [[nodiscard]] bool under_way() const { return static_cast<bool>(attempt_); }
    /// Readable when an attempt has ended.
    [[nodiscard]] int fd() const { return ended_->get(); }
    /// True when an attempt has ended: then there is a connection, or `why` there is none.
    [[nodiscard]] bool collect(std::unique_ptr<sdbus::IConnection>& connection, std::string& why);

private:
    struct Attempt;
    std::shared_ptr<UniqueFd> ended_;
    std::shared_ptr<Attempt> attempt_;
};

}  // namespace tcptune::helper

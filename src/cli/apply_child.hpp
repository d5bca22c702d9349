// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/unique_fd.hpp>

#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace tcptune::cli {

/// How a child gets its standard streams.
///  captured  nothing to read; what it writes to both outputs comes to us. A process group of its
///            own, so that it can be ended with all that it started
///  ours      our own streams and our own process group: the terminal is the child's too
///  ours_but_output  the same, but what it writes goes to our standard error: standard output is
///            for a program that reads JSON
enum class ChildStreams { captured, ours, ours_but_output };

/// One process that was started for us; signals are as they were before we caught them.
class Child {
public:
    /// Throws SystemError when it cannot be started. `words[0]` is searched in PATH.
    Child(const std::vector<std::string>& words, ChildStreams streams,
          const std::vector<std::pair<std::string, std::string>>& environment);
    /// Kills it when it still runs.
    ~Child();
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    /// Whether it has ended; then status() and signal() say how.
    [[nodiscard]] bool ended();
    [[nodiscard]] int status() const { return status_; }
    [[nodiscard]] int signal() const { return signal_; }
    /// With `group` to all processes of its group.
    void send(int signal, bool group) const;
    /// Ends the group and waits a moment for it: nothing waits for ever for a process that hangs
    /// in the kernel.
    void kill_group();

    /// Where captured output can be read; not blocking.
    [[nodiscard]] int output() const { return output_.get(); }

private:
    pid_t pid_ = -1;
    bool own_group_ = false;
    bool ended_ = false;
    int status_ = 0;
    int signal_ = 0;
    UniqueFd output_;
};

}  // namespace tcptune::cli

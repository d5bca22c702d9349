// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/unique_fd.hpp>

#include <string>
#include <sys/types.h>
#include <vector>

namespace tcptune::probe_test {

/// A child process whose standard input and output are ours. Its standard input closes, and the
/// process is waited for, with this object.
class Child {
public:
    explicit Child(const std::vector<std::string>& command);
    ~Child();
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    /// The next line of its output, without the line end; "" at its end.
    [[nodiscard]] std::string line();
    /// Everything until the end of its output.
    [[nodiscard]] std::string rest();

private:
    UniqueFd in_;
    UniqueFd out_;
    pid_t pid_ = -1;
};

/// port_load in the present network namespace. Returns when its sockets are there and holds them
/// until the object goes; throws when not all could be made.
class Load {
public:
    explicit Load(const std::string& options);

private:
    Child child_;
};

/// Makes TIME_WAITs, which need no process to hold them.
void make(const std::string& options);

}  // namespace tcptune::probe_test

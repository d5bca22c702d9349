// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

namespace tcptune::cli {

/// polkit's own program that asks for a password on our terminal, while this object lives. Where
/// it is not installed, or a desktop has an agent of its own, nothing happens.
class PolkitAgent {
public:
    /// Starts it and waits until polkit knows it.
    PolkitAgent();
    PolkitAgent(const PolkitAgent&) = delete;
    PolkitAgent& operator=(const PolkitAgent&) = delete;
    ~PolkitAgent();

private:
    pid_t pid_ = -1;
};

}  // namespace tcptune::cli

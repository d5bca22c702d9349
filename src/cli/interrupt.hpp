// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <csignal>

namespace tcptune::cli {

/// The signals that ask a command to end (SIGINT, SIGTERM, SIGHUP, SIGQUIT), noted until the end of
/// the scope instead of ending the process: what was begun is brought to an end first. SIGPIPE is
/// ignored: a reader that goes away must not decide about a transaction. One at a time.
class Interrupts {
public:
    Interrupts();
    ~Interrupts();
    Interrupts(const Interrupts&) = delete;
    Interrupts& operator=(const Interrupts&) = delete;

    /// The first signal that came, or 0.
    [[nodiscard]] int signal() const;
    /// Becomes readable with the first signal; for poll(2).
    [[nodiscard]] int fd() const;
    /// Waits; false when a signal came, also one that came before.
    bool wait(double seconds) const;
    /// From now on a second signal writes `message` and ends the process at once. A text that
    /// stays: a literal. Null: a second signal does nothing.
    void end_on_second(const char* message);

private:
    static constexpr std::array signals{SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    std::array<struct sigaction, signals.size()> before_{};
    struct sigaction pipe_before_{};
};

}  // namespace tcptune::cli

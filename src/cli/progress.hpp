// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace tcptune::cli {

/// Seconds of CLOCK_BOOTTIME, the clock of every deadline: it goes on while the host sleeps.
[[nodiscard]] double seconds_now();

/// One line of a terminal that is written over again and again; nothing where standard error is no
/// terminal.
class Progress {
public:
    /// `wanted` false: never shows anything.
    explicit Progress(bool wanted);
    ~Progress() { clear(); }
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// Text of our own; foreign parts must be escaped already.
    void show(std::string_view text);
    void clear();

private:
    bool terminal_;
    std::string shown_;
};

/// "7 s", "1 min 30 s": how long there is still to wait, rounded up.
[[nodiscard]] std::string countdown_text(double seconds);

}  // namespace tcptune::cli

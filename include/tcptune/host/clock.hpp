// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace tcptune::host {

/// The time, as the code that keeps deadlines sees it.
class Clock {
public:
    Clock() = default;
    Clock(const Clock&) = delete;
    Clock& operator=(const Clock&) = delete;
    virtual ~Clock() = default;

    /// CLOCK_BOOTTIME: goes on while the host is suspended and knows no jumps. Every decision.
    [[nodiscard]] virtual std::int64_t boottime_ns() const = 0;
    /// Seconds since 1970: for people only.
    [[nodiscard]] virtual std::int64_t unix_s() const = 0;
};

class SystemClock final : public Clock {
public:
    [[nodiscard]] std::int64_t boottime_ns() const override;
    [[nodiscard]] std::int64_t unix_s() const override;
};

}  // namespace tcptune::host

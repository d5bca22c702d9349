// SPDX-License-Identifier: Apache-2.0
#include <tcptune/host/clock.hpp>

#include <ctime>

namespace tcptune::host {
namespace {

timespec now(clockid_t clock) {
    timespec time{};
    // Neither clock can fail on a kernel that runs us.
    (void)::clock_gettime(clock, &time);
    return time;
}

}  // namespace

std::int64_t SystemClock::boottime_ns() const {
    const timespec time = now(CLOCK_BOOTTIME);
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

std::int64_t SystemClock::unix_s() const {
    return now(CLOCK_REALTIME).tv_sec;
}

}  // namespace tcptune::host

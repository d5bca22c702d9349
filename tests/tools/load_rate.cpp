// SPDX-License-Identifier: Apache-2.0
#include "load_modes.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <map>

namespace port_load {
namespace {

struct Tally {
    std::int64_t ok = 0;
    std::map<int, std::int64_t> errors;
    std::vector<double> connect_us;
};

double percentile(const std::vector<double>& sorted, double share) {
    if (sorted.empty()) return 0;
    const auto last = static_cast<double>(sorted.size() - 1);
    return sorted[static_cast<std::size_t>(share * last)];
}

void print(Tally tally, double measured_s) {
    std::sort(tally.connect_us.begin(), tally.connect_us.end());
    std::int64_t failed = 0;
    std::string errors;
    for (const auto& [number, times] : tally.errors) {
        failed += times;
        if (!errors.empty()) errors += ", ";
        errors += '"' + std::to_string(number) + "\": " + std::to_string(times);
    }
    (void)std::printf(
        "{\"ok\": %lld, \"per_s\": %.1f, \"failed\": %lld, \"errno\": {%s}, "
        "\"connect_us\": {\"p50\": %.1f, \"p90\": %.1f, \"p99\": %.1f}}\n",
        static_cast<long long>(tally.ok), static_cast<double>(tally.ok) / measured_s,
        static_cast<long long>(failed), errors.c_str(), percentile(tally.connect_us, 0.5),
        percentile(tally.connect_us, 0.9), percentile(tally.connect_us, 0.99));
}

/// One connection, closed at once by this side unless the server is to close; the errno of a
/// failed one, else 0. `connected_at` is the end of connect().
int connect_once(const Options& options, const Endpoint& to, double& connected_at) {
    const UniqueFd client = connect_to(to, options.local);
    const int error = client ? 0 : errno;
    connected_at = now_seconds();
    if (client && options.server_closes) {
        std::array<char, 64> buffer{};
        (void)::recv(client.get(), buffer.data(), buffer.size(), 0);
    }
    return error;
}

}  // namespace

int load(const Options& options) {
    Tally tally;
    const double start = now_seconds();
    const double measure_from = start + options.measure_after_s;
    const double end = start + options.seconds;
    (void)std::printf("ready loading port %u\n", static_cast<unsigned>(options.to.port()));
    (void)std::fflush(stdout);
    for (std::int64_t number = 0;; ++number) {
        const double due = start + static_cast<double>(number) / options.rate;
        if (due >= end || now_seconds() >= end) break;
        sleep_seconds(due - now_seconds());
        const auto turn = static_cast<std::uint32_t>(number % options.destinations);
        const Endpoint to = advanced(options.to, turn);
        const double before = now_seconds();
        double after = before;
        const int error = connect_once(options, to, after);
        if (before < measure_from) continue;
        if (error != 0) {
            ++tally.errors[error];
        } else {
            ++tally.ok;
            tally.connect_us.push_back((after - before) * 1e6);
        }
    }
    print(std::move(tally), std::max(0.001, now_seconds() - measure_from));
    return 0;
}

}  // namespace port_load

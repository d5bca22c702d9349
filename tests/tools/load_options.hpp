// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "load_sockets.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace port_load {

enum class Mode { time_wait, established, fin_wait2, close_wait, syn_sent, bound, serve, load };

struct Options {
    Mode mode = Mode::time_wait;
    std::int64_t count = 0;
    Endpoint to;  ///< first destination; of `serve` the listening address
    std::uint32_t destinations = 1;
    LocalChoice local;
    bool server_in_process = false;
    bool server_closes = false;  ///< serve: close at once; load: wait for the other side's end
    bool keep_open = false;      ///< serve: never close before the client
    bool never_accept = false;   ///< established: the kernel keeps the server's half, without an fd
    bool shutdown_only = false;  ///< fin-wait2: keep the descriptor, so that it is no orphan
    double rate = 0;             ///< connections per second; 0: as fast as possible
    double hold_s = 0;           ///< time that the process stays after it is ready
    double seconds = 60;         ///< load, serve
    double measure_after_s = 0;  ///< load: the first seconds are not counted
    unsigned limit_s = 120;      ///< the process ends after this time whatever happens
    bool until_eof = false;      ///< end when standard input ends
    int workers = 1;
};

/// Options of the command line; prints what is wrong, or the help, and exits by itself.
[[nodiscard]] Options read_options(const std::vector<std::string>& arguments);

}  // namespace port_load

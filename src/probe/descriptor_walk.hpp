// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

/// The descriptors of processes below /proc of the running system.
namespace tcptune::probe {

[[nodiscard]] std::vector<std::int64_t> running_processes();

enum class WalkEnd { ok, gone, denied };
/// sample: of a process with very many descriptors some hundreds are drawn, each with the weight of
/// those it stands for. Reading one costs a microsecond, and some servers hold a million.
enum class Thoroughness { sample, all };
using SocketSink = std::function<void(std::uint32_t inode, double weight)>;

[[nodiscard]] WalkEnd walk_sockets(std::int64_t pid, Thoroughness thoroughness,
                                   const SocketSink& sink);

/// How many descriptors the process has open; nothing when it cannot be told.
[[nodiscard]] std::optional<std::int64_t> count_descriptors(std::int64_t pid);

}  // namespace tcptune::probe

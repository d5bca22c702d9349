// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tcptune::helper {

/// The numbers of syslog and sd-daemon.
enum class Level : int { error = 3, warning = 4, notice = 5, info = 6 };

/// Fields of a journal entry beside its text; empty ones are left out. tcptuned(8) lists them.
struct Fields {
    std::string_view message_id;
    std::string transaction;
    std::string key;
    std::string state;
    std::optional<std::uint32_t> uid;
};

/// MESSAGE_ID of what a person may want to look for.
inline constexpr std::string_view transaction_changed_id = "6a2f0c1e8d5b4f6d9b3e7c41a9d05e72";
inline constexpr std::string_view key_changed_id = "0d9c7e5ab2f84c1f8e36d1b7f4a2609b";
inline constexpr std::string_view denied_id = "b81d3f96c7e04a52a5f2c960e3178d4b";

/// One entry: to the journal when it is where stderr goes, else a line on stderr. Control
/// characters are escaped here.
void log(Level level, std::string_view message, const Fields& fields = {});

}  // namespace tcptune::helper

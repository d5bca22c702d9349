// SPDX-License-Identifier: Apache-2.0
#include "helper/log.hpp"

#include <tcptune/base/escape.hpp>

#include <cstdlib>
#include <memory>
#include <sys/uio.h>
#include <vector>

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>
// The place in our source is of no use to whoever reads a journal.
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <tcptune/dbus/libsystemd.hpp>

namespace tcptune::helper {
namespace {

bool stderr_is_journal() {
    static const bool yes = std::getenv("JOURNAL_STREAM") != nullptr;
    return yes;
}

bool send_to_journal(Level level, const std::string& text, const Fields& fields) {
    std::vector<std::string> entry{"MESSAGE=" + text,
                                   "PRIORITY=" + std::to_string(static_cast<int>(level)),
                                   "SYSLOG_IDENTIFIER=tcptuned"};
    const auto add = [&](const char* name, std::string_view value) {
        if (!value.empty()) entry.push_back(name + escape_line(value));
    };
    add("MESSAGE_ID=", fields.message_id);
    add("TCPTUNE_TRANSACTION=", fields.transaction);
    add("TCPTUNE_KEY=", fields.key);
    add("TCPTUNE_STATE=", fields.state);
    if (fields.uid) add("TCPTUNE_UID=", std::to_string(*fields.uid));
    std::vector<iovec> parts;
    for (std::string& field : entry)
        parts.push_back({.iov_base = field.data(), .iov_len = field.size()});
    return sd_journal_sendv(parts.data(), static_cast<int>(parts.size())) == 0;
}

}  // namespace

void log(Level level, std::string_view message, const Fields& fields) {
    const std::string text = escape_line(message);
    if (stderr_is_journal() && send_to_journal(level, text, fields)) return;
    static spdlog::logger lines("tcptuned", std::make_shared<spdlog::sinks::stderr_sink_st>());
    // The prefix is for whoever collects stderr by sd-daemon(3); a person has no use for it.
    static const bool collected = stderr_is_journal() || std::getenv("INVOCATION_ID") != nullptr;
    lines.set_pattern(collected ? "<" + std::to_string(static_cast<int>(level)) + ">%v"
                                : std::string("%n: %v"));
    lines.log(spdlog::level::info, text);
    lines.flush();
}

}  // namespace tcptune::helper

// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/escape.hpp>
#include <tcptune/report/boot_report.hpp>

#include <string_view>

#include <fmt/format.h>

namespace tcptune::report {
namespace {

/// A label's value: UTF-8, with backslash, quote and line end escaped.
std::string label_value(std::string_view text) {
    std::string quoted;
    // Control characters and bytes that are not UTF-8 become "\x1b" forms first; node_exporter
    // would refuse the whole file for one of them.
    for (const char c : escape_line(text)) {
        if (c == '\\' || c == '"') quoted += '\\';
        quoted += c;
    }
    return quoted;
}

void put_gauge(std::string& text, std::string_view name, std::string_view help,
               std::int64_t value) {
    text += fmt::format("# HELP {} {}\n# TYPE {} gauge\n{} {}\n", name, help, name, name, value);
}

void put_last_lines(std::string& text, bool succeeded, std::int64_t now_unix_s) {
    put_gauge(text, "tcptune_drift_success", "Whether the last look could read everything.",
              succeeded ? 1 : 0);
    put_gauge(text, "tcptune_drift_last_run_timestamp_seconds",
              "When tcptune drift last looked, as seconds since 1970.", now_unix_s);
}

}  // namespace

std::string drift_metrics(std::span<const conf::Row> rows, std::int64_t now_unix_s, bool all_read) {
    const conf::Tally tally = conf::tally(rows);
    std::string text;
    if (!rows.empty()) {
        text +=
            "# HELP tcptune_sysctl_drift Whether the running value is another one than the "
            "configured.\n# TYPE tcptune_sysctl_drift gauge\n";
    }
    for (const conf::Row& row : rows) {
        if (row.unknown() || row.absent()) continue;
        text += fmt::format(
            "tcptune_sysctl_drift{{key=\"{}\",file=\"{}\"}} {}\n", label_value(row.key),
            row.decides ? label_value(row.decides->statement.file) : "", row.differs() ? 1 : 0);
    }
    const auto number = [](std::size_t count) { return static_cast<std::int64_t>(count); };
    put_gauge(text, "tcptune_drift_keys", "Keys whose running value is not the configured one.",
              number(tally.differing));
    put_gauge(text, "tcptune_drift_unknown_keys", "Configured keys that could not be compared.",
              number(tally.unknown));
    put_gauge(text, "tcptune_drift_compared_keys", "Configured keys that were compared.",
              number(tally.keys - tally.unknown - tally.absent));
    put_gauge(text, "tcptune_config_conflicts",
              "Keys for which the two loaders disagree, or another line wins over tcptune's.",
              number(conf::conflicts(rows)));
    put_last_lines(text, all_read, now_unix_s);
    return text;
}

std::string failed_drift_metrics(std::int64_t now_unix_s) {
    std::string text;
    put_last_lines(text, false, now_unix_s);
    return text;
}

}  // namespace tcptune::report

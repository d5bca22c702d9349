// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/conf/comparison.hpp>
#include <tcptune/lint/upgrade.hpp>
#include <tcptune/report/style.hpp>
#include <tcptune/report/transaction_report.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// The forms of `blame`, `verify`, `drift` and `upgrade-check`: who sets a key, whether the values
/// are in place, and whether they will be on another kernel.
namespace tcptune::report {

/// What was looked at.
struct BootScene {
    std::string root;           ///< "" for this host
    std::string kernel;         ///< "6.1.0"
    std::string kernel_source;  ///< "running", "DIR/lib/modules", ...
    bool has_systemd = true;    ///< else "sysctl --system" boots it
    std::vector<conf::LateWriter> late;
    std::vector<std::string> unreadable;
    std::vector<std::string> cannot_judge;
};

struct BlameReport {
    BootScene scene;
    std::string key;
    conf::Reading running;
    conf::Reading boot;
    std::optional<std::string> kernel_default;  ///< display text, where it is known
    conf::KeyForecast forecast;
    bool disagree = false;  ///< the two loaders leave different values
    std::string gone;       ///< the kernels that have the key, when this one is not among them
    std::map<std::string, std::string> packages;  ///< by file: who owns it; "" nobody
    std::string package_problem;                  ///< why that is not known; ""
    std::string similar;                          ///< a known key that may have been meant
    Ending ending;
};
[[nodiscard]] std::string text_blame(const BlameReport& report, const TextStyle& style);
/// kind "blame_report".
[[nodiscard]] std::string blame_json(const BlameReport& report);

struct VerifyReport {
    BootScene scene;
    /// What the values are held against: "files", "drop-in", "plan", "transaction".
    std::string against;
    std::string name;  ///< of the plan or the transaction; the drop-in's path
    bool boot_only = false;
    std::vector<conf::Row> rows;
    std::vector<std::string> notes;            ///< sentences without a full stop, not escaped
    std::map<std::string, std::string> mends;  ///< by key: a command that clears what wins
    Ending ending;
};
[[nodiscard]] std::string text_verify(const VerifyReport& report, const TextStyle& style);
/// kind "verify_report".
[[nodiscard]] std::string verify_json(const VerifyReport& report);

/// One line for each key that differs or is not known: nothing when all is well. Not wrapped.
[[nodiscard]] std::string text_drift(const VerifyReport& report);
/// kind "drift_report".
[[nodiscard]] std::string drift_json(const VerifyReport& report, std::int64_t now_unix_s);

/// Prometheus' text format (version 0.0.4). `failed`: the look itself did not succeed, so that
/// nothing is said of any key.
/// Without `all_read` the look is no success either: what could not be read may differ.
[[nodiscard]] std::string drift_metrics(std::span<const conf::Row> rows, std::int64_t now_unix_s,
                                        bool all_read = true);
[[nodiscard]] std::string failed_drift_metrics(std::int64_t now_unix_s);

struct UpgradeReport {
    BootScene scene;
    std::string target;        ///< the kernel
    std::string release;       ///< "debian-13"; "" when none was named
    std::string release_name;  ///< "Debian 13 (trixie)"
    std::string release_text;  ///< what its kernel's number does not tell
    std::size_t settings = 0;  ///< lines that were looked at
    std::vector<lint::UpgradeFinding> findings;
    Ending ending;
};
[[nodiscard]] std::string text_upgrade(const UpgradeReport& report, const TextStyle& style);
/// kind "upgrade_report".
[[nodiscard]] std::string upgrade_json(const UpgradeReport& report);

}  // namespace tcptune::report

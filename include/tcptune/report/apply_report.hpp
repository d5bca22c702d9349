// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/plan/plan.hpp>
#include <tcptune/report/transaction_report.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What `apply` and `checkpoint` show while they run and when they end.
namespace tcptune::report {

/// One change as it was asked for.
struct AskedChange {
    std::string key;
    std::string before;
    std::string after;
    bool operator==(const AskedChange&) const = default;
};

///  passed, failed (another exit status), killed (by a signal), timed_out, not_started, interrupted
///  (by whoever runs tcptune)
enum class CheckVerdict { passed, failed, killed, timed_out, not_started, interrupted };
[[nodiscard]] std::string_view to_string(CheckVerdict verdict);

/// One --check, after it ran.
struct CheckResult {
    std::string command;
    CheckVerdict verdict = CheckVerdict::not_started;
    int number = 0;  ///< exit status of failed, signal of killed, errno of not_started
    double seconds = 0;
    double limit_s = 0;
    std::string output;       ///< foreign bytes: the end of what it wrote
    bool output_cut = false;  ///< there was more before
    [[nodiscard]] bool passed() const { return verdict == CheckVerdict::passed; }
    bool operator==(const CheckResult&) const = default;
};
/// "passed", "failed with exit status 3", "did not end within 30 s".
[[nodiscard]] std::string check_words(const CheckResult& check);

/// Why nothing was written: one thing that differs, is forbidden, or would win at the next boot.
struct Objection {
    std::string kind;    ///< "stale", "policy", "boot_conflict"
    std::string object;  ///< a key, a file, "kernel", ...
    std::string text;    ///< one sentence
    std::string expected;
    std::string found;
    std::string file;
    std::uint32_t line = 0;
    std::string mend;          ///< what to do about it; may be empty
    std::string command = {};  ///< what to type for it, of this and the objections before it
    bool operator==(const Objection&) const = default;
};

/// What keeps running without us.
struct Armed {
    std::string id;
    std::uint32_t seconds_left = 0;
    std::int64_t until_unix_s = 0;
    bool operator==(const Armed&) const = default;
};

/// A file of sysctl.d(5) that CMD made, changed or removed.
struct FileChange {
    std::string path;
    std::string before_digest;  ///< "" when it was not there
    std::string after_digest;   ///< "" when it is gone
    bool operator==(const FileChange&) const = default;
};

/// A sysctl that CMD changed.
struct KeyChange {
    std::string key;
    std::string before;
    std::string after;
    bool covered = false;  ///< in the catalog: the checkpoint can put it back
    bool remains = true;   ///< at the end it still has not the value from before
    bool operator==(const KeyChange&) const = default;
};

/// How a wrapped command ended.
struct CommandResult {
    std::vector<std::string> words;
    bool started = false;
    std::string problem;  ///< why it could not be started
    int status = 0;       ///< exit status, when it ended by itself
    int signal = 0;       ///< that ended it
    double seconds = 0;
    [[nodiscard]] bool succeeded() const { return started && status == 0 && signal == 0; }
    bool operator==(const CommandResult&) const = default;
};
[[nodiscard]] std::string command_words(const CommandResult& command);

/// All that is known at the end. Parts that were not reached are empty.
struct ApplyReport {
    std::string helper;  ///< who wrote: HelperClient::name()
    std::string id;
    std::string label, plan_digest;
    bool persist = false;
    bool bound = true;
    bool kept_on_fail = false;
    std::vector<AskedChange> asked;
    std::optional<CommandResult> command;  ///< checkpoint only
    std::vector<KeyChange> keys;           ///< checkpoint only
    std::vector<FileChange> files;         ///< checkpoint only
    std::optional<txn::Result> begun;      ///< the answer to Apply or Checkpoint
    std::vector<CheckResult> checks;
    std::optional<WatchReport> watch;
    std::optional<txn::Result> ended;  ///< the answer to Confirm or Rollback
    std::optional<Armed> armed;
    std::vector<Objection> objections;
    std::vector<std::string> warnings;       ///< what could not be judged beforehand
    std::string error_object, error_reason;  ///< of a refusal
    Ending ending;
};

/// The steps of a plan that was made now, with risk, reason, hazards and effect.
[[nodiscard]] std::string text_steps(const plan::Plan& plan, const TextStyle& style);
/// Where a saved plan is from.
[[nodiscard]] std::string text_plan_origin(std::string_view host, std::string_view profile,
                                           std::string_view policy, const std::string& digest,
                                           const TextStyle& style);
/// "1. net.ipv4.tcp_tw_reuse  2 -> 1", one per line.
[[nodiscard]] std::string text_asked(std::span<const AskedChange> changes, const TextStyle& style);
/// The verdict of a check, and its output when it did not pass.
[[nodiscard]] std::string text_check(const CheckResult& check, const TextStyle& style);
/// Every objection with what was expected, what was found, and the mend.
[[nodiscard]] std::string text_objections(std::span<const Objection> objections,
                                          const TextStyle& style);
/// What could not be judged beforehand, one entry each.
[[nodiscard]] std::string text_warnings(std::span<const std::string> warnings,
                                        const TextStyle& style);
/// How CMD ended and what it changed; what a revert does not reach is marked.
[[nodiscard]] std::string text_command(const ApplyReport& report, const TextStyle& style);
/// What was begun: who holds it, every item, and what happens when we die.
[[nodiscard]] std::string text_begun(const ApplyReport& report, const MomentText& moment,
                                     std::int64_t until_unix_s, std::int64_t now_unix_s,
                                     const TextStyle& style);
/// The last lines: what could not be restored, how it ended, and the next commands.
[[nodiscard]] std::string text_ending(const ApplyReport& report, const MomentText& moment,
                                      std::int64_t now_unix_s, const TextStyle& style);

/// kind "apply".
[[nodiscard]] std::string apply_json(const ApplyReport& report);
/// kind "checkpoint".
[[nodiscard]] std::string checkpoint_json(const ApplyReport& report);

/// One line of --format=jsonl: `event`, `time` (seconds since the start), and what the event is
/// about. ASCII.
[[nodiscard]] std::string plan_event(double time, const ApplyReport& report);
[[nodiscard]] std::string result_event(std::string_view event, double time,
                                       const txn::Result& result);
[[nodiscard]] std::string armed_event(double time, const Armed& armed);
[[nodiscard]] std::string command_event(double time, const ApplyReport& report);
[[nodiscard]] std::string check_event(double time, const CheckResult& check);
[[nodiscard]] std::string watch_event(double time, const WatchReport& watch);
/// The last line; `kind` is "apply" or "checkpoint".
[[nodiscard]] std::string final_event(double time, std::string_view kind,
                                      const ApplyReport& report);

}  // namespace tcptune::report

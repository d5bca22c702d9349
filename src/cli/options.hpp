// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/lint/finding.hpp>
#include <tcptune/rules/rule.hpp>

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace tcptune::cli {

enum class ColourChoice { automatic, always, never };
enum class Format { text, json, markdown };

/// What every command that evaluates a host is told about its inputs. Empty: not given.
struct EvaluateOptions {
    std::string facts;  ///< a file, or "-" for standard input; empty: look at this host
    std::string profile;
    std::string policy;
    std::vector<std::string> rules;  ///< directories laid over the installed rules
    double window_s = 0;             ///< between two readings of the counters; 0: one reading
    std::string netns;               ///< a name below /run/netns, or a process id
};

struct DiagnoseOptions {
    std::string facts;
    double window_s = 0;
    std::string destination;  ///< as given; see parse_destination()
    std::string pid;
    std::string message;  ///< an errno or a line of a log; "-" is standard input
    std::string netns;
    bool all_netns = false;
    std::optional<rules::Severity> fail_on;
    double watch_s = 0;  ///< 0: look once
    std::vector<std::string> rules;
    Format format = Format::text;
    bool show_host = false;
};

struct PlanOptions {
    EvaluateOptions evaluate;
    std::string out;
    Format format = Format::text;
    bool detailed_exitcode = false;
    bool all_netns = false;
    bool show_host = false;
};

struct FactsOptions {
    std::string out;
    bool redact_addresses = false;
    bool redact_hostname = false;
    double window_s = 0;
    std::string netns;
    std::vector<std::string> rules;
};

struct ExplainOptions {
    EvaluateOptions evaluate;
    std::string subject;
    Format format = Format::text;
    bool why_not = false;
};

enum class RulesAction { list, show, lint, test };

struct RulesOptions {
    RulesAction action = RulesAction::list;
    std::vector<std::string> names;  ///< keys for show; files and directories for lint and test
    std::vector<std::string> rules;
    Format format = Format::text;
};

struct ProfilesOptions {
    bool show = false;
    std::string name;
    Format format = Format::text;
};

/// How the commands that change something reach the one who does it; see helper_client.hpp.
struct ReachOptions {
    bool direct = false;
};

enum class StreamFormat { text, json, jsonl };

struct ApplyOptions {
    ReachOptions reach;
    EvaluateOptions evaluate;  ///< of a plan that is made now
    std::string plan;          ///< a saved plan, "-" for standard input; "": make one now
    bool keep_on_fail = false;
    double confirm_timeout_s = 0;     ///< 0: bound to this process
    std::vector<std::string> checks;  ///< commands, run by the shell as the caller
    double check_limit_s = 30;        ///< for each of them
    double watch_s = 0;               ///< 0: no look at counters afterwards
    bool runtime_only = false;
    std::string ticket;
    std::string comment;
    bool yes = false;
    StreamFormat format = StreamFormat::text;
};

struct CheckpointOptions {
    ReachOptions reach;
    double confirm_timeout_s = 0;  ///< 0: bound, and kept when CMD and the checks succeed
    std::vector<std::string> checks;
    double check_limit_s = 30;
    bool yes = false;
    std::vector<std::string> command;
    StreamFormat format = StreamFormat::text;
};

struct RehearseOptions {
    std::string plan;  ///< a file, or "-"
    std::vector<std::string> rules;
    Format format = Format::text;
};

/// The label of a transaction, "ID: TEXT"; either may be empty.
[[nodiscard]] std::string label_of(const std::string& ticket, const std::string& comment);

enum class TransactionAction { confirm, rollback, history, show, status, diff };

struct TransactionOptions {
    ReachOptions reach;
    TransactionAction action = TransactionAction::status;
    std::vector<std::string> ids;  ///< prefixes in lower case without "@"; for diff also "now"
    bool last = false;             ///< rollback --last
    std::string to;                ///< rollback --to=TX
    bool dry_run = false;
    bool force = false;
    bool yes = false;
    Format format = Format::text;
};

enum class LintFormat { text, json, sarif, junit };

struct LintOptions {
    std::vector<std::string> operands;  ///< files, directories, "-" for standard input
    std::string target_kernel;          ///< "": the running one
    /// The least severity that gives status 2; nothing: never.
    std::optional<lint::Severity> fail_on = lint::Severity::error;
    bool fix = false;
    bool write = false;
    std::vector<std::string> drop;  ///< keys whose lines are taken out; dotted
    std::vector<std::string> rules;
    LintFormat format = LintFormat::text;
};

struct BlameOptions {
    std::string key;   ///< as given: dotted or with slashes
    std::string root;  ///< "": this host
    std::vector<std::string> rules;
    Format format = Format::text;
};

struct VerifyOptions {
    std::string expected;  ///< a saved plan or the id of a transaction; "": none named
    bool boot = false;
    std::string root;
    std::string netns;
    ReachOptions reach;
    std::vector<std::string> rules;
    Format format = Format::text;
};

struct DriftOptions {
    std::string metrics;  ///< a file for node_exporter's textfile collector; "": none
    bool quiet = false;
    std::vector<std::string> rules;
    Format format = Format::text;
};

struct UpgradeOptions {
    std::string target_kernel;
    std::string os;  ///< "debian-13": a release of rules/names/releases.toml
    std::string root;
    std::vector<std::string> rules;
    Format format = Format::text;
};

struct HelpOptions {
    std::string topic;
};

/// The command line asked for a text only (--help, --version), or is wrong.
struct Answered {
    int status = 0;
    std::string text;  ///< for stdout when the status is 0, else for stderr
};

using Command = std::variant<Answered, DiagnoseOptions, PlanOptions, FactsOptions, ExplainOptions,
                             RulesOptions, ProfilesOptions, ApplyOptions, CheckpointOptions,
                             RehearseOptions, TransactionOptions, LintOptions, BlameOptions,
                             VerifyOptions, DriftOptions, UpgradeOptions, HelpOptions>;

struct Options {
    ColourChoice colour = ColourChoice::automatic;
    Command command;
};

/// Never throws; never exits. Commands and options are never abbreviated.
[[nodiscard]] Options parse_options(int argc, const char* const* argv);

/// The help text of one command, of the program for "", or "" for an unknown command.
[[nodiscard]] std::string help_text(const std::string& command);

/// Whether the command was told to answer in JSON: then an error is JSON too.
[[nodiscard]] bool wants_json(const Command& command);
/// The same, with one object a line.
[[nodiscard]] bool wants_json_lines(const Command& command);
/// Whether it may change a value or a file of the host.
[[nodiscard]] bool may_write(const Command& command);

}  // namespace tcptune::cli

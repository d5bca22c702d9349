// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/conf/boot_oracle.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Three values of each key side by side: what runs, what the next boot would give, and what
/// somebody expects.
namespace tcptune::conf {

/// One value, or why there is none.
struct Reading {
    enum class Status {
        value,
        absent,      ///< the kernel has no such key
        write_only,  ///< a switch: there is nothing to read
        unknown,     ///< it could not be read or foretold
        not_asked,
    };
    Status status = Status::not_asked;
    std::string value = {};   ///< white space folded
    std::string reason = {};  ///< of unknown: one sentence without a full stop, not escaped

    [[nodiscard]] static Reading of(std::string_view text);
    [[nodiscard]] static Reading unknown(std::string why);
    bool operator==(const Reading&) const = default;
};

/// What the values of two sides have to do with each other.
enum class Match {
    not_compared,
    same,
    absent,   ///< the kernel has no such key, so that nothing can be set
    unknown,  ///< one of the two is not known
    differs,
};
[[nodiscard]] std::string_view to_string(Match match);  ///< "not-compared", "same", ...

/// Whether both texts are the same setting: in the normal form of the parameter where it is known
/// (tabs, order and ranges of ports), else word by word, numbers by what they are in C.
[[nodiscard]] bool same_setting(const sysctl::Parameter* parameter, std::string_view left,
                                std::string_view right);

/// One key.
struct Row {
    std::string key;
    Reading running;
    Reading boot;
    std::optional<std::string> expected = {};
    std::optional<Claim> decides = {};  ///< the line whose value the boot ends with
    std::optional<Claim> ours = {};     ///< the line of tcptune's own file
    /// What the loader that does not boot this host would leave, where that is something else.
    std::optional<Reading> other_loader = {};
    Match running_boot = Match::not_compared;
    Match running_expected = Match::not_compared;
    Match boot_expected = Match::not_compared;
    /// Of a difference: where the running value may come from. One sentence without a full stop,
    /// not escaped.
    std::string reason = {};

    /// Another line wins over tcptune's, and says something else.
    [[nodiscard]] bool overruled() const;
    [[nodiscard]] bool differs() const;
    /// Something that should have been compared was not.
    [[nodiscard]] bool unknown() const;
    [[nodiscard]] bool absent() const;
};

struct Sides {
    const std::map<std::string, KeyForecast>& forecasts;
    const sysctl::ParameterCatalog& catalog;
    sysctl::KernelState initial;  ///< the kernel's defaults, where they are known
    bool has_systemd = true;      ///< who boots the host
    /// The running value; empty: nothing runs, or it is not asked for.
    std::function<Reading(std::string_view key)> running = {};
    std::string own_file = {};  ///< the path of tcptune's drop-in
};

struct Expectation {
    std::map<std::string, std::string> values = {};  ///< by key, in the words of the kernel
    bool at_boot = true;                             ///< the next boot has to give them too
    bool nothing_else = true;  ///< keys that nobody expects anything of are left out
};

/// By key. Without `nothing_else` also every key that a file sets.
[[nodiscard]] std::vector<Row> compare(const Sides& sides, const Expectation& expected);

struct Tally {
    std::size_t keys = 0;
    std::size_t differing = 0;
    std::size_t unknown = 0;
    std::size_t absent = 0;
    std::size_t overruled = 0;    ///< of `differing`
    std::size_t disagreeing = 0;  ///< the two loaders would leave different values
    bool operator==(const Tally&) const = default;
};
[[nodiscard]] Tally tally(std::span<const Row> rows);
/// Keys about which lines contradict each other: the loaders disagree, or tcptune's line loses.
[[nodiscard]] std::size_t conflicts(std::span<const Row> rows);

/// What the boot of this host ends with: after late writers (whose lines alone are then in it),
/// else what its loader leaves.
[[nodiscard]] const Outcome& at_boot(const KeyForecast& forecast, bool has_systemd);
/// The line that the value comes from, of a late writer or of the loader; null: none.
[[nodiscard]] const Claim* deciding_claim(const KeyForecast& forecast, bool has_systemd);
/// Whether the two loaders would leave different values. Where one of the two is not known: whether
/// different lines decide.
[[nodiscard]] bool loaders_differ(const KeyForecast& forecast, const sysctl::Parameter* parameter);
/// The same as a reading.
[[nodiscard]] Reading reading_of(const Outcome& outcome);

}  // namespace tcptune::conf

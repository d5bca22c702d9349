// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/conf/statements.hpp>
#include <tcptune/sysctl/catalog.hpp>
#include <tcptune/sysctl/kernel_write.hpp>

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tcptune::conf {

/// Why a line does not decide.
enum class Fate {
    wins,
    overwritten,         ///< a later line says something else
    excluded,            ///< "-key" keeps it away
    explicit_elsewhere,  ///< it is a pattern, and the key is named by another line
    refused,             ///< the kernel would refuse the value
    masked,              ///< the same file name in a directory of more weight
    not_read,            ///< this loader does not read the file
    absent,              ///< the kernel has no such key
};
[[nodiscard]] std::string_view to_string(Fate fate);  ///< "overwritten", ...

struct Claim {
    Statement statement;
    Fate fate = Fate::wins;
    std::string why = {};  ///< one sentence without a full stop, not escaped
};

/// What one loader makes of one key.
struct Outcome {
    std::optional<std::string> value = {};  ///< as /proc/sys will show it; nothing: not known
    std::string unknown = {};               ///< why `value` is not known
    bool set = false;                       ///< some line was written and accepted
    std::vector<Claim> claims = {};         ///< every line about the key, in order of reading
    [[nodiscard]] const Statement* winner() const;
};

struct KeyForecast {
    Outcome systemd;
    Outcome procps;
    /// After the late writers that can be read; nothing when none of them sets the key.
    std::optional<Outcome> late = {};
    std::vector<std::string> notes = {};  ///< sentences: udev's second run for an interface, ...
    [[nodiscard]] bool disagree() const;
};

/// What the boot begins with: the kernel's defaults.
struct Ground {
    const sysctl::ParameterCatalog& catalog;
    KernelVersion kernel;
    /// The value that a key has before any loader runs (its default), where that is known.
    sysctl::KernelState initial;
    /// Every key of that kernel, for patterns; empty: the catalog's keys.
    std::span<const std::string> keys = {};
};

/// For every key that any line sets. `sysctl.KEY=` words of the kernel's command line are written
/// first (the kernel does that before init starts), then the loader's files.
[[nodiscard]] std::map<std::string, KeyForecast> forecast(const BootTree& tree,
                                                          const Ground& ground);

/// The same for one key alone.
[[nodiscard]] KeyForecast forecast_key(const BootTree& tree, const Ground& ground,
                                       std::string_view key);

/// What decides over `key` among these statements, all of them about it (by name, by a pattern
/// that matches, or an exclusion), in order of reading: the index of the one whose value stands
/// last. Nothing: none is written.
[[nodiscard]] std::optional<std::size_t> deciding(std::span<const Statement> statements,
                                                  Loader loader);

}  // namespace tcptune::conf

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/diagnostic.hpp>
#include <tcptune/base/kernel_version.hpp>
#include <tcptune/rules/rule_set.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tcptune::rules {

/// A key that is gone, or that does nothing any more: `[[gone]]` of a file in rules/names.
struct GoneKey {
    std::string key;             ///< dotted; a component may be '*'
    bool no_effect = false;      ///< still there, and without effect since `since`
    KernelVersion since = {};    ///< the first kernel without it (or without effect)
    bool harmless = false;       ///< setting it changes nothing that anybody could miss
    std::string text = {};       ///< what became of it, one or two sentences
    std::string mend = {};       ///< what to do instead
    std::string reference = {};  ///< where that is written
};

/// The names of Linux's sysctls beyond the rules: so that a misspelt key is told from a foreign
/// one. Read from rules/names/*.toml.
class NameBook {
public:
    /// Whether some Linux kernel has or had the key; what stands for an interface, a CPU or a
    /// device ("net.ipv4.conf.eth0.rp_filter") counts by its pattern.
    [[nodiscard]] bool knows(std::string_view key) const;
    [[nodiscard]] const GoneKey* gone(std::string_view key) const;
    /// The known key that somebody meant who wrote this unknown one, if exactly one is nearest: a
    /// slip or two of typing, upper case, a component that is missing, doubled or another one.
    [[nodiscard]] std::optional<std::string> near(std::string_view key) const;
    /// Whether every key below this directory is known, so that another one is no vendor's.
    [[nodiscard]] bool complete(std::string_view key) const;
    /// The system whose key this is when it is not Linux's: "FreeBSD", "OpenBSD", "macOS"; "".
    [[nodiscard]] std::string_view foreign(std::string_view key) const;

    void add(std::string key);
    void add(GoneKey gone);
    void add_complete(std::string directory);
    void add_foreign(std::string system, std::string prefix);

private:
    struct Name {
        std::string key;
        std::string folded = {};    ///< what is left when case and '-' do not count
        std::uint64_t letters = 0;  ///< which characters `folded` has
    };
    using Places = std::vector<std::uint32_t>;  ///< in names_

    void add_name(std::string key);
    [[nodiscard]] bool has_pattern(std::string_view key) const;
    [[nodiscard]] std::set<std::string> by_protocol(std::string_view key) const;
    [[nodiscard]] std::set<std::string> by_typing(std::string_view key) const;
    [[nodiscard]] std::set<std::string> by_shape(std::string_view key) const;
    [[nodiscard]] std::set<std::string> by_last_component(std::string_view key) const;

    std::vector<Name> names_;
    std::map<std::string, std::uint32_t, std::less<>> by_key_;
    std::map<std::string, Places, std::less<>> by_last_;  ///< by the last component, folded
    std::map<std::size_t, Places> by_length_;             ///< of names without a '*'
    std::map<std::size_t, Places> patterns_;              ///< by the number of components
    std::map<std::string, GoneKey, std::less<>> gone_;
    std::vector<std::string> gone_patterns_;
    std::set<std::string, std::less<>> complete_;
    std::vector<std::string> complete_patterns_;
    std::map<std::string, std::string, std::less<>> foreign_;  ///< prefix -> system
};

/// `[[release]]`: what a release of a distribution boots with, so that an upgrade to it can be
/// judged.
struct Release {
    std::string id = {};    ///< "debian-13"
    std::string name = {};  ///< "Debian 13 (trixie)"
    KernelVersion kernel = {};
    /// Whether its boot reads /etc/sysctl.conf, as far as is known.
    bool sysctl_conf_at_boot = true;
    std::string text = {};  ///< what the kernel's number does not tell; may be empty
    std::string reference = {};
};

/// Reads all texts; a file with an error is left out and reported.
[[nodiscard]] std::vector<Release> read_releases(std::span<const RuleSource> sources,
                                                 Diagnostics& diagnostics);
[[nodiscard]] NameBook read_names(std::span<const RuleSource> sources, Diagnostics& diagnostics);

}  // namespace tcptune::rules

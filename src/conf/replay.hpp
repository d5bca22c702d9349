// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conf/kernel_state.hpp"
#include "conf/script.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tcptune::conf {

/// What one line means for one key.
struct Effect {
    std::uint32_t line = 0;
    NameId key = 0;
    Fate fate = Fate::wins;
    std::uint32_t other = no_index;  ///< the line that decides over it
    std::string why = {};
};

/// Carries a script out on the memory, as its loader would.
class Replay {
public:
    Replay(const Script& script, const KeyUniverse& keys, KernelMemory& memory);

    void run();
    /// In the order of the lines.
    [[nodiscard]] std::vector<Effect> take_effects();

private:
    void run_systemd();
    void run_procps();
    void apply_systemd(std::uint32_t line);
    void apply_procps(std::uint32_t line);
    void write(std::uint32_t line, NameId key);
    void becomes_winner(NameId key);
    void note(Effect effect);
    void note_for_all_keys(std::uint32_t line, Fate fate, std::uint32_t other,
                           std::string_view why);
    void pass_gaps(std::size_t line);
    [[nodiscard]] const std::vector<NameId>& matches(const ScriptLine& line);
    /// The line that keeps patterns away from a key, for procps.
    [[nodiscard]] std::uint32_t procps_guard(const ScriptLine& pattern, NameId key) const;
    [[nodiscard]] bool upward_path_exists(const ScriptLine& line) const;

    /// What systemd holds for one name.
    struct Setting {
        std::uint32_t last = no_index;   ///< the last line that says it
        std::uint32_t order = no_index;  ///< its place when the loader writes
    };
    Setting& setting(const ScriptLine& line);

    const Script& script_;
    const KeyUniverse& keys_;
    KernelMemory& memory_;
    std::vector<Effect> effects_;
    std::vector<std::uint32_t> winner_;  // of each key, as an index of effects_
    std::vector<Setting> settings_, odd_settings_;
    std::vector<std::uint32_t> guards_, odd_guards_;
    std::unordered_map<NameId, std::vector<NameId>> matches_;
    std::size_t gap_ = 0, pattern_writes_ = 0;
};

}  // namespace tcptune::conf

// SPDX-License-Identifier: Apache-2.0
#include "conf/replay.hpp"

#include <algorithm>

/// systemd-sysctl reads everything first and keeps one setting per name. A changed value moves the
/// name to the end, the same value leaves it where it is. Then it writes in that order; what is
/// said of a key by name keeps every pattern away from it.
namespace tcptune::conf {

namespace {

bool lies_between(const std::vector<Gap>& gaps, std::size_t first, std::size_t last) {
    const auto at = std::ranges::upper_bound(gaps, first, {}, &Gap::at);
    return at != gaps.end() && at->at <= last;
}

}  // namespace

Replay::Setting& Replay::setting(const ScriptLine& line) {
    return line.odd == no_index ? settings_[line.name] : odd_settings_[line.odd];
}

void Replay::run_systemd() {
    settings_.assign(keys_.names.size(), {});
    odd_settings_.assign(script_.spellings.size(), {});
    const auto begin = static_cast<std::uint32_t>(script_.first_file_line);
    const auto end = static_cast<std::uint32_t>(script_.first_left_out);
    for (std::uint32_t at = begin; at < end; ++at) {
        const ScriptLine& line = script_.lines[at];
        Setting& held = setting(line);
        bool moves = held.last == no_index;
        if (!moves) {
            const ScriptLine& before = script_.lines[held.last];
            moves = before.value != line.value || before.exclusion != line.exclusion ||
                    lies_between(script_.gaps, held.order, at);
        }
        if (moves) held.order = at;
        held.last = at;
    }
    for (std::uint32_t at = begin; at < end; ++at) {
        pass_gaps(at);
        const Setting& held = setting(script_.lines[at]);
        if (held.order == at) apply_systemd(held.last);
        if (held.last == at) continue;
        const bool taken_back = script_.lines[held.last].exclusion && !script_.lines[at].exclusion;
        note_for_all_keys(at, taken_back ? Fate::excluded : Fate::overwritten, held.last, "");
    }
}

void Replay::apply_systemd(std::uint32_t at) {
    const ScriptLine& line = script_.lines[at];
    if (line.exclusion) {
        return note_for_all_keys(at, Fate::excluded, no_index,
                                 "it keeps patterns and earlier lines away from the key");
    }
    if (line.flaw != Flaw::none) {
        const Fate fate = line.flaw == Flaw::upwards ? Fate::refused : Fate::absent;
        return note_for_all_keys(at, fate, no_index, sentence_of(line.flaw, Loader::systemd));
    }
    if (!line.glob) return write(at, line.name);
    for (const NameId key : matches(line)) {
        const std::uint32_t named = settings_[key].last;
        if (named == no_index)
            write(at, key);
        else if (script_.lines[named].exclusion)
            note({at, key, Fate::excluded, named, {}});
        else
            note({at, key, Fate::explicit_elsewhere, named, {}});
    }
}

}  // namespace tcptune::conf

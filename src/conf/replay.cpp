// SPDX-License-Identifier: Apache-2.0
#include "conf/replay.hpp"

#include <tcptune/conf/kernel_links.hpp>

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

namespace tcptune::conf {

namespace {

// Nobody has so many; a tree that was made to keep us busy has.
constexpr std::size_t most_pattern_writes = 4'000'000;

}  // namespace

Replay::Replay(const Script& script, const KeyUniverse& keys, KernelMemory& memory)
    : script_(script), keys_(keys), memory_(memory) {
    winner_.resize(keys.names.size(), no_index);
}

const std::vector<NameId>& Replay::matches(const ScriptLine& line) {
    const auto [found, is_new] = matches_.try_emplace(line.name);
    if (is_new) found->second = keys_.matching(keys_.names.name(line.name), script_.loader);
    return found->second;
}

void Replay::note(Effect effect) {
    effects_.push_back(std::move(effect));
}

void Replay::note_for_all_keys(std::uint32_t line, Fate fate, std::uint32_t other,
                               std::string_view why) {
    const ScriptLine& said = script_.lines[line];
    if (!said.glob) return note({line, said.name, fate, other, std::string(why)});
    if (said.exclusion) return;
    const std::vector<NameId>& keys = matches(said);
    if ((pattern_writes_ += keys.size()) > most_pattern_writes) return;
    for (const NameId key : keys)
        note({line, key, fate, other, std::string(why)});
}

void Replay::write(std::uint32_t line, NameId key) {
    const ScriptLine& said = script_.lines[line];
    if (said.glob && ++pattern_writes_ > most_pattern_writes) {
        if (pattern_writes_ == most_pattern_writes + 1)
            memory_.doubt_all("the patterns match more keys than are followed here");
        return;
    }
    if (said.glob && script_.has_gap_anywhere) {
        memory_.may_write(key, said.value,
                          "a file that cannot be read may name the key and keep patterns away");
        note({line, key, Fate::wins, no_index, {}});
    } else {
        Written written = memory_.write(key, said.value);
        note({line, key, written.fate, no_index, std::move(written.why)});
        if (written.fate != Fate::wins) return;
    }
    becomes_winner(key);
    const std::string_view twin = twin_of(keys_.names.name(key));
    if (twin.empty()) return;
    if (const auto other = keys_.names.find(twin)) {
        note({line, *other, Fate::wins, no_index,
              keys_.names.name(key) + " is the same switch under another name"});
        becomes_winner(*other);
    }
}

/// The effect that was noted last.
void Replay::becomes_winner(NameId key) {
    if (winner_[key] != no_index) {
        effects_[winner_[key]].fate = Fate::overwritten;
        effects_[winner_[key]].other = effects_.back().line;
        effects_[winner_[key]].why.clear();
    }
    winner_[key] = static_cast<std::uint32_t>(effects_.size() - 1);
}

void Replay::pass_gaps(std::size_t line) {
    for (; gap_ < script_.gaps.size() && script_.gaps[gap_].at <= line; ++gap_)
        memory_.doubt_all(script_.gaps[gap_].reason);
}

void Replay::run() {
    for (std::uint32_t line = 0; line < script_.first_file_line; ++line) {
        const ScriptLine& word = script_.lines[line];
        if (word.flaw != Flaw::none || word.glob)
            note({line, word.name, Fate::absent, no_index, "the kernel finds no such key"});
        else
            write(line, word.name);
    }
    if (script_.loader == Loader::systemd)
        run_systemd();
    else
        run_procps();
    pass_gaps(script_.first_left_out);
    const auto all = static_cast<std::uint32_t>(script_.lines.size());
    for (auto line = static_cast<std::uint32_t>(script_.first_left_out); line < all; ++line) {
        const ScriptFile& file = script_.files[script_.lines[line].file];
        note_for_all_keys(line, file.fate, no_index, file.why);
    }
}

std::vector<Effect> Replay::take_effects() {
    // Braces may name a key twice in one line: what counts is the write that the kernel took, or
    // else the last one.
    std::vector<std::uint32_t> order(effects_.size());
    std::iota(order.begin(), order.end(), std::uint32_t{0});
    const auto rank = [&](std::uint32_t at) {
        const Effect& effect = effects_[at];
        return std::tuple(effect.line, effect.key, effect.fate == Fate::wins, at);
    };
    std::ranges::sort(order, {}, rank);
    std::vector<Effect> sorted;
    sorted.reserve(order.size());
    for (const std::uint32_t at : order) {
        Effect& effect = effects_[at];
        const bool again =
            !sorted.empty() && sorted.back().line == effect.line && sorted.back().key == effect.key;
        if (again)
            sorted.back() = std::move(effect);
        else
            sorted.push_back(std::move(effect));
    }
    return sorted;
}

}  // namespace tcptune::conf

// SPDX-License-Identifier: Apache-2.0
#include "conf/claims.hpp"
#include "conf/late_writers.hpp"

#include <tcptune/base/text.hpp>
#include <tcptune/conf/boot_oracle.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>

namespace tcptune::conf {

namespace {

using Forecasts = std::map<std::string, KeyForecast>;

/// Everybody's lines, before anything is written: only then are all names known.
struct BootScripts {
    KeyUniverse keys;
    Script systemd;
    Script procps;
    std::deque<Script> late;

    BootScripts(const BootTree& tree, const Ground& ground, std::string_view asked) : keys(ground) {
        if (!asked.empty()) (void)keys.names.id_of(asked);
        if (!asked.empty()) keys.add(asked);
        systemd = make_script(tree, Loader::systemd, ground.kernel, keys.names);
        procps = make_script(tree, Loader::procps, ground.kernel, keys.names);
        late = late_scripts(tree, keys.names);
    }
};

/// All keys, or one alone.
class Asked {
public:
    Asked(const BootScripts& scripts, std::string_view key) : all_(key.empty()) {
        if (!all_) id_ = scripts.keys.names.find(key);
    }
    [[nodiscard]] bool holds(NameId key) const { return all_ || id_ == key; }

private:
    bool all_;
    std::optional<NameId> id_;
};

void fill(Outcome& outcome, const KernelMemory& memory, const KeyUniverse& keys, NameId key) {
    outcome.set = outcome.winner() != nullptr;
    if (const std::string_view absence = keys.absence_of(key); !absence.empty()) {
        outcome.unknown = absence;
        return;
    }
    KernelMemory::Held held = memory.held(key);
    outcome.value = std::move(held.value);
    outcome.unknown = std::move(held.unknown);
}

using Member = Outcome KeyForecast::*;

KernelMemory run_loader(const BootScripts& scripts, const Script& script, Member member,
                        const Asked& asked, Forecasts& forecasts) {
    KernelMemory memory(scripts.keys);
    Replay replay(script, scripts.keys, memory);
    replay.run();
    std::vector<KeyForecast*> found(scripts.keys.names.size());
    for (const Effect& effect : replay.take_effects()) {
        if (!asked.holds(effect.key)) continue;
        KeyForecast*& forecast = found[effect.key];
        if (forecast == nullptr) forecast = &forecasts[scripts.keys.names.name(effect.key)];
        (forecast->*member).claims.push_back(claim_of(effect, script, scripts.keys.names));
    }
    return memory;
}

/// Keys that no late writer sets by itself have no outcome here, even when their files are read
/// again.
void run_late(const BootScripts& scripts, KernelMemory memory, const Asked& asked,
              Forecasts& forecasts) {
    constexpr std::size_t none = SIZE_MAX;
    std::map<NameId, std::size_t> winners;  // of each key that is touched, among its claims
    for (const Script& script : scripts.late) {
        Replay replay(script, scripts.keys, memory);
        replay.run();
        for (const Effect& effect : replay.take_effects()) {
            if (!asked.holds(effect.key)) continue;
            if (script.reapplied && !winners.contains(effect.key)) continue;
            std::size_t& winner = winners.try_emplace(effect.key, none).first->second;
            std::optional<Outcome>& late = forecasts[scripts.keys.names.name(effect.key)].late;
            if (!late) late.emplace();
            late->claims.push_back(claim_of(effect, script, scripts.keys.names));
            if (effect.fate != Fate::wins) continue;
            if (winner != none) {
                late->claims[winner].fate = Fate::overwritten;
                late->claims[winner].why = late->claims.back().statement.file + " comes later";
            }
            winner = late->claims.size() - 1;
        }
    }
    for (const auto& [key, winner] : winners)
        fill(*forecasts[scripts.keys.names.name(key)].late, memory, scripts.keys, key);
}

/// udev's rule for network interfaces runs systemd-sysctl again for these two directories.
bool udev_loads_again(const std::string& key) {
    for (const std::string_view directory :
         {"net.ipv4.conf.", "net.ipv6.conf.", "net.ipv4.neigh.", "net.ipv6.neigh."}) {
        if (!key.starts_with(directory)) continue;
        const std::string_view rest = std::string_view(key).substr(directory.size());
        return !rest.starts_with("all.") && !rest.starts_with("default.");
    }
    return false;
}

void add_catalog(const BootScripts& scripts, const Asked& asked, Forecasts& forecasts) {
    for (const auto& [name, parameter] : scripts.keys.ground().catalog.all()) {
        const auto id = scripts.keys.names.find(name);
        if (id && asked.holds(*id) && scripts.keys.absence_of(*id).empty()) forecasts[name];
    }
}

Forecasts all_of(const BootTree& tree, const Ground& ground, std::string_view key) {
    const BootScripts scripts(tree, ground, key);
    const Asked asked(scripts, key);
    Forecasts forecasts;
    if (!key.empty()) forecasts[std::string(key)];
    // What cannot be read may set keys that no other line sets.
    if (scripts.systemd.has_gap_anywhere || scripts.procps.has_gap_anywhere)
        add_catalog(scripts, asked, forecasts);
    const KernelMemory systemd =
        run_loader(scripts, scripts.systemd, &KeyForecast::systemd, asked, forecasts);
    const KernelMemory procps =
        run_loader(scripts, scripts.procps, &KeyForecast::procps, asked, forecasts);
    run_late(scripts, tree.has_systemd ? systemd : procps, asked, forecasts);
    for (auto& [name, forecast] : forecasts) {
        const auto id = scripts.keys.names.find(name);
        if (!id) continue;
        fill(forecast.systemd, systemd, scripts.keys, *id);
        fill(forecast.procps, procps, scripts.keys, *id);
        if (tree.has_systemd && forecast.systemd.set && udev_loads_again(name))
            forecast.notes.emplace_back(
                "udev runs systemd-sysctl again for this interface whenever it appears");
    }
    return forecasts;
}

}  // namespace

Forecasts forecast(const BootTree& tree, const Ground& ground) {
    return all_of(tree, ground, {});
}

KeyForecast forecast_key(const BootTree& tree, const Ground& ground, std::string_view key) {
    Forecasts forecasts = all_of(tree, ground, key);
    const auto found = forecasts.find(std::string(key));
    return found == forecasts.end() ? KeyForecast{} : std::move(found->second);
}

}  // namespace tcptune::conf

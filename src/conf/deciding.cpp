// SPDX-License-Identifier: Apache-2.0
#include <tcptune/conf/boot_oracle.hpp>

#include <map>
#include <string_view>

namespace tcptune::conf {

namespace {

std::optional<std::size_t> deciding_for_systemd(std::span<const Statement> statements) {
    struct Held {
        std::size_t last = 0;
        std::size_t order = 0;
    };
    std::optional<std::size_t> named;
    std::map<std::string_view, Held> patterns;
    for (std::size_t at = 0; at < statements.size(); ++at) {
        const Statement& said = statements[at];
        if (said.unusable) continue;
        if (!said.glob) {
            named = at;
            continue;
        }
        const auto [held, is_new] = patterns.try_emplace(said.name, Held{at, at});
        const Statement& before = statements[held->second.last];
        if (!is_new && (before.value != said.value || before.exclusion != said.exclusion))
            held->second.order = at;
        held->second.last = at;
    }
    if (named) return statements[*named].exclusion ? std::nullopt : named;
    const Held* latest = nullptr;
    for (const auto& [name, held] : patterns) {
        if (statements[held.last].exclusion) continue;
        if (latest == nullptr || held.order > latest->order) latest = &held;
    }
    return latest == nullptr ? std::nullopt : std::optional(latest->last);
}

std::optional<std::size_t> deciding_for_procps(std::span<const Statement> statements) {
    std::optional<std::size_t> named, pattern;
    bool patterns_kept_away = false;
    for (std::size_t at = 0; at < statements.size(); ++at) {
        const Statement& said = statements[at];
        if (said.unusable) continue;
        if (!said.glob) patterns_kept_away = true;
        if (said.exclusion) continue;
        (said.glob ? pattern : named) = at;
    }
    if (named) return named;
    return patterns_kept_away ? std::nullopt : pattern;
}

}  // namespace

std::optional<std::size_t> deciding(std::span<const Statement> statements, Loader loader) {
    return loader == Loader::systemd ? deciding_for_systemd(statements)
                                     : deciding_for_procps(statements);
}

}  // namespace tcptune::conf

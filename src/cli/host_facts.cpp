// SPDX-License-Identifier: Apache-2.0
#include "cli/host_facts.hpp"

#include "cli/files.hpp"
#include "cli/input_error.hpp"
#include "cli/namespaces.hpp"

#include <tcptune/facts/fact_file.hpp>
#include <tcptune/probe/collector.hpp>

#include <cstddef>
#include <optional>
#include <utility>

namespace tcptune::cli {
namespace {

/// The reader of facts refuses more than this (TT103).
constexpr std::size_t facts_limit = std::size_t{64} << 20U;

}  // namespace

facts::FactSet look_at_host(const rules::RuleSet& rules, const Look& look) {
    if (look.all_netns) require_right_to_enter_others();
    if (!look.netns.empty()) enter_namespace(look.netns);
    probe::CollectOptions options;
    options.window_s = look.window_s;
    options.count_namespaces = look.count_namespaces;
    options.details = look.details;
    options.configuration = look.configuration;
    options.force_dump = look.force_dump;
    options.only_pid = look.only_pid;
    options.wait = look.wait;
    facts::FactSet facts = probe::collect(rules.catalog(), options);
    if (look.all_netns) facts.namespaces = other_namespaces();
    return facts;
}

facts::FactSet facts_from(const std::string& file, const rules::RuleSet& rules, const Look& look) {
    if (file.empty()) return look_at_host(rules, look);
    Diagnostics diagnostics;
    std::optional<facts::FactSet> facts = facts::read_facts(
        file == "-" ? "standard input" : file, read_input(file, facts_limit), diagnostics);
    if (!facts || has_errors(diagnostics)) {
        throw InputError(file, "cannot be used", std::move(diagnostics));
    }
    return std::move(*facts);
}

}  // namespace tcptune::cli

// SPDX-License-Identifier: Apache-2.0
#include "plan/unsealed_plan.hpp"

#include <tcptune/base/diagnostic_codes.hpp>
#include <tcptune/base/text.hpp>
#include <tcptune/facts/format_version.hpp>
#include <tcptune/facts/json_members.hpp>
#include <tcptune/plan/plan_file.hpp>
#include <tcptune/sysctl/key.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace tcptune::plan {

namespace {

using facts::JsonMembers;
using facts::JsonPath;
using nlohmann::json;

/// Far longer than any text that tcptune writes; a longer one only fills screens.
constexpr std::size_t longest_text = 65536;

constexpr const char* how_to_mend = "make a new plan with `tcptune plan --out FILE`";

std::string missing(const JsonPath& path) {
    return "the member " + path.text() + " is missing";
}

void read_text(JsonMembers& members, const json& node, const JsonPath& path, const char* name,
               std::string& place) {
    members.text(node, path, name, place);
    if (place.size() <= longest_text) return;
    members.error((path / name).text() + ": text of at most " + std::to_string(longest_text) +
                  " bytes is needed, not of " + std::to_string(place.size()));
}

/// A value of a sysctl: a text, or a list of texts where it has several.
void read_words(JsonMembers& members, const json& node, const JsonPath& path, const char* name,
                std::string& place) {
    const auto found = node.find(name);
    if (found == node.end()) return members.error(missing(path / name));
    if (!found->is_array()) {
        read_text(members, node, path, name, place);
        place = fold_spaces(place);
        return;
    }
    const JsonPath here = path / name;
    std::string joined;
    for (std::size_t at = 0; at < found->size(); ++at) {
        const json& word = (*found)[at];
        if (!word.is_string()) return members.wrong(here.at(at), "text", word);
        joined += (at > 0 ? " " : "") + word.get_ref<const std::string&>();
        if (joined.size() > longest_text) return members.too_long(here);
    }
    place = fold_spaces(joined);
}

void read_words(JsonMembers& members, const json& node, const JsonPath& path, const char* name,
                std::optional<std::string>& place) {
    const auto found = node.find(name);
    if (found != node.end() && found->is_null()) return;
    read_words(members, node, path, name, place.emplace());
}

/// What is written to the kernel in the end is checked by the side that writes; this keeps texts
/// out that are no value of any sysctl.
void require_plain(JsonMembers& members, const JsonPath& path, const std::string& value) {
    if (std::ranges::all_of(value, [](char c) { return c >= ' ' && c <= '~'; })) return;
    members.error(path.text() + ": printable ASCII is needed");
}

void read_risk(JsonMembers& members, const json& node, const JsonPath& path, rules::Level& risk) {
    using rules::Level;
    const std::string* word = members.required_text(node, path, "risk");
    if (!word) return;
    for (const Level level : {Level::low, Level::medium, Level::high, Level::critical}) {
        risk = level;
        if (*word == rules::to_string(level)) return;
    }
    members.error((path / "risk").text() + ": one of low, medium, high, critical is needed");
}

void read_change(JsonMembers& members, const json& node, const JsonPath& path,
                 SavedChange& change) {
    if (const std::string* key = members.required_text(node, path, "key")) {
        if (sysctl::Key::parse(*key))
            change.key = *key;
        else
            members.error((path / "key").text() + ": the name of a sysctl is needed");
    }
    for (const char* part : {"before", "after"})
        if (!node.contains(part)) members.error(missing(path / part));
    members.object(node, path, "before", [&](const json& before, const JsonPath& here) {
        read_words(members, before, here, "runtime", change.before_runtime);
        read_words(members, before, here, "configured", change.before_configured);
        read_words(members, before, here, "boot", change.before_boot);
        require_plain(members, here / "runtime", change.before_runtime);
    });
    members.object(node, path, "after", [&](const json& after, const JsonPath& here) {
        read_words(members, after, here, "runtime", change.after_runtime);
        require_plain(members, here / "runtime", change.after_runtime);
    });
    read_text(members, node, path, "takes_effect", change.takes_effect);
    read_risk(members, node, path, change.risk);
    read_text(members, node, path, "reason", change.reason);
    read_text(members, node, path, "rule_id", change.rule_id);
    members.boolean(node, path, "pinned", change.pinned);
}

void read_changes(JsonMembers& members, const json& document, SavedPlan& plan) {
    const JsonPath root;
    const auto found = document.find("changes");
    if (found == document.end()) return members.error(missing(root / "changes"));
    if (found->is_array() && found->size() > max_saved_changes)
        return members.error("changes: at most " + std::to_string(max_saved_changes) +
                             " steps are read, not " + std::to_string(found->size()));
    members.list(document, root, "changes", plan.changes, read_change);
    std::set<std::string_view> keys;
    for (const SavedChange& change : plan.changes)
        if (!change.key.empty() && !keys.insert(change.key).second)
            members.error("changes: " + change.key + " is there twice");
}

void read_refusal(JsonMembers& members, const json& node, const JsonPath& path, Refusal& refusal) {
    read_text(members, node, path, "key", refusal.key);
    read_text(members, node, path, "rule_id", refusal.rule_id);
    read_text(members, node, path, "reason", refusal.reason);
    members.boolean(node, path, "by_policy", refusal.by_policy);
    read_text(members, node, path, "where", refusal.where);
}

void read_conflict(JsonMembers& members, const json& node, const JsonPath& path,
                   Conflict& conflict) {
    read_text(members, node, path, "key", conflict.key);
    read_text(members, node, path, "file", conflict.file);
    members.number(node, path, "line", conflict.line);
    read_words(members, node, path, "value", conflict.value);
    read_text(members, node, path, "text", conflict.text);
}

SavedPlan read_members(JsonMembers& members, const json& document) {
    const JsonPath root;
    SavedPlan plan;
    if (!document.contains("host")) members.error(missing(root / "host"));
    members.object(document, root, "host", [&](const json& node, const JsonPath& path) {
        read_text(members, node, path, "hostname", plan.host.hostname);
        read_text(members, node, path, "kernel", plan.host.kernel_release);
        read_text(members, node, path, "boot_id", plan.host.boot_id);
        read_text(members, node, path, "netns", plan.host.netns);
        members.boolean(node, path, "netns_initial", plan.host.netns_initial);
    });
    read_text(members, document, root, "profile", plan.profile);
    read_text(members, document, root, "policy", plan.policy);
    members.boolean(document, root, "persist", plan.persist);
    read_changes(members, document, plan);
    members.list(document, root, "refusals", plan.refusals, read_refusal);
    std::erase_if(plan.refusals, [](const Refusal& refusal) { return !refusal.by_policy; });
    members.list(document, root, "conflicts", plan.conflicts, read_conflict);
    if (const std::string* digest = members.required_text(document, root, "digest"))
        plan.digest = *digest;
    return plan;
}

}  // namespace

std::optional<SavedPlan> read_unsealed(const std::string& file, std::string_view text,
                                       Diagnostics& diagnostics) {
    const auto document = facts::read_json(file, text, diagnostics);
    if (!document) return std::nullopt;
    JsonMembers members(file, diagnostics);
    if (!facts::minor_version(*document, "plan", "the plan has", members)) return std::nullopt;
    SavedPlan plan = read_members(members, *document);
    if (members.has_failed()) return std::nullopt;
    return plan;
}

std::optional<SavedPlan> read_plan(const std::string& file, std::string_view text,
                                   Diagnostics& diagnostics) {
    auto plan = read_unsealed(file, text, diagnostics);
    if (!plan || plan->digest == digest_of(*plan)) return plan;
    JsonMembers(file, diagnostics)
        .report(codes::edited_plan, "the plan was edited: its digest is that of another one",
                how_to_mend);
    return std::nullopt;
}

}  // namespace tcptune::plan

// SPDX-License-Identifier: Apache-2.0
#include "rules/rule_compiler.hpp"
#include "rules/rule_reader.hpp"
#include "rules/toml_fields.hpp"

#include <tcptune/base/diagnostic_codes.hpp>
#include <tcptune/rules/rule_set.hpp>

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace tcptune::rules {

namespace {

/// A file on its way: read, and sound so far.
struct Loading {
    RuleFile file;
    bool sound = true;
    bool disabled = false;
};

void report(Loading& loading, std::string_view code, const SourceLocation& at, std::string message,
            std::string hint, Diagnostics& diagnostics) {
    diagnostics.push_back({std::string(code), DiagnosticSeverity::error, at, std::move(message),
                           std::move(hint), shown_line(loading.file.text, at.line)});
    loading.sound = false;
}

/// Leaves what the key is and how kernels behave.
void forget_judgement(RuleFile& file) {
    file.evidence.clear();
    file.constraints.clear();
    file.requirements.clear();
    file.hazards.clear();
    file.recommendations.clear();
    file.advice.clear();
    file.guards.clear();
    file.lints.clear();
    file.myths.clear();
    file.examples.clear();
}

/// What a disabled file still says.
Loading read_disabled(const RuleSource& source) {
    Diagnostics unwanted;
    Loading loading{.file = read_rule_file(source, Parts::knowledge, unwanted), .disabled = true};
    forget_judgement(loading.file);
    return loading;
}

/// The text up to the first list of tables that is no part of the declaration; a behaviour that
/// somebody put after one is still read, with what stands before it.
std::string_view declaration_of(std::string_view text) {
    std::size_t end = 0;
    bool ended = false;
    for (std::size_t at = text.find("[["); at != std::string_view::npos;
         at = text.find("[[", at + 2)) {
        if (at > 0 && text[at - 1] != '\n') continue;
        const std::string_view header = text.substr(at + 2);
        const bool behaviour = header.starts_with("behaviour");
        if (behaviour) ended = false;
        if (ended || behaviour || header.starts_with("parameter.")) continue;
        end = at;
        ended = true;
    }
    return ended ? text.substr(0, end) : text;
}

Loading read_declaration(const RuleSource& source, Diagnostics& diagnostics) {
    const std::size_t before = diagnostics.size();
    Loading loading{.file = read_rule_file(source, Parts::advice, diagnostics),
                    .disabled = source.disabled};
    loading.sound = diagnostics.size() == before;
    forget_judgement(loading.file);
    // They may speak of keys whose files are not read.
    loading.file.default_exprs.clear();
    return loading;
}

std::string_view base_name(std::string_view file) {
    const std::size_t slash = file.rfind('/');
    return file.substr(slash == std::string_view::npos ? 0 : slash + 1);
}

/// The keys of files whose parameter could not be read, by the names that they must have.
std::set<std::string, std::less<>> unreadable_keys(const std::vector<Loading>& files,
                                                   const ParameterIndex& parameters) {
    std::set<std::string, std::less<>> keys;
    for (const Loading& loading : files) {
        if (loading.file.parameter || loading.disabled) continue;
        std::string_view name = base_name(loading.file.file);
        if (!name.ends_with(".toml")) continue;
        name.remove_suffix(std::string_view(".toml").size());
        if (!parameters.contains(name)) keys.emplace(name);
    }
    return keys;
}

std::vector<Loading> read_all(std::span<const RuleSource> sources, Parts parts,
                              Diagnostics& diagnostics) {
    std::vector<const RuleSource*> ordered;
    ordered.reserve(sources.size());
    for (const RuleSource& source : sources)
        ordered.push_back(&source);
    std::ranges::sort(ordered, [](const RuleSource* a, const RuleSource* b) {
        return std::tie(a->file, a->text) < std::tie(b->file, b->text);
    });
    std::vector<Loading> files;
    files.reserve(ordered.size());
    for (const RuleSource* source : ordered) {
        if (source->disabled) {
            files.push_back(read_disabled(*source));
            continue;
        }
        if (parts == Parts::declaration) {
            files.push_back(read_declaration(*source, diagnostics));
            continue;
        }
        const std::size_t before = diagnostics.size();
        files.push_back({.file = read_rule_file(*source, parts, diagnostics)});
        files.back().sound = diagnostics.size() == before;
    }
    return files;
}

void check_file_name(Loading& loading, Diagnostics& diagnostics) {
    const RuleFile& file = loading.file;
    const std::string wanted = file.parameter->key.text() + ".toml";
    if (base_name(file.file) == wanted) return;
    report(loading, codes::file_name, file.key_location,
           "the file of " + file.parameter->key.text() + " must be called " + wanted, "",
           diagnostics);
}

/// The first file that declares a key has it.
ParameterIndex index_parameters(std::vector<Loading>& files, Diagnostics& diagnostics) {
    ParameterIndex index;
    std::map<std::string_view, std::string_view> declared_in;
    for (Loading& loading : files) {
        RuleFile& file = loading.file;
        if (!file.parameter) continue;
        check_file_name(loading, diagnostics);
        const std::string& key = file.parameter->key.text();
        const auto [first, added] = declared_in.emplace(key, file.file);
        if (added)
            index.emplace(key, &*file.parameter);
        else
            report(loading, codes::duplicate_parameter, file.key_location,
                   key + " is declared a second time",
                   "the other declaration is in " + std::string(first->second), diagnostics);
    }
    return index;
}

/// A behaviour is looked up by its name alone, so one file has all of it.
void check_behaviours(std::vector<Loading>& files, Diagnostics& diagnostics) {
    std::map<std::string_view, const RuleFile*> declared_in;
    for (Loading& loading : files)
        for (const BehaviourText& behaviour : loading.file.behaviours) {
            if (behaviour.entry.name.empty()) continue;
            const auto [first, added] = declared_in.emplace(behaviour.entry.name, &loading.file);
            if (added || first->second == &loading.file) continue;
            report(loading, codes::duplicate_id, behaviour.location,
                   "another file has the behaviour " + quoted(behaviour.entry.name),
                   "all its kernels belong in " + std::string(first->second->file), diagnostics);
        }
}

facts::FactSchema schema_of(const ParameterIndex& parameters) {
    std::map<std::string, facts::Type, std::less<>> types;
    for (const auto& [key, parameter] : parameters)
        types.emplace_hint(types.end(), key, fact_type(parameter->type));
    return facts::FactSchema(types);
}

}  // namespace

bool RuleSet::add(Rule rule) {
    std::string key = rule.key();
    return rules_.try_emplace(std::move(key), std::move(rule)).second;
}

const Rule* RuleSet::find(std::string_view key) const {
    const auto found = rules_.find(key);
    return found == rules_.end() ? nullptr : &found->second;
}

sysctl::ParameterCatalog RuleSet::catalog() const {
    sysctl::ParameterCatalog catalog;
    for (const auto& [key, rule] : rules_)
        catalog.add(rule.parameter);
    return catalog;
}

const Behaviour* RuleSet::behaviour(std::string_view name, const KernelVersion& kernel) const {
    for (const auto& [key, rule] : rules_)
        for (const Behaviour& behaviour : rule.behaviours)
            if (behaviour.name == name && behaviour.kernels.contains(kernel)) return &behaviour;
    return nullptr;
}

facts::Type fact_type(sysctl::ValueType type) {
    switch (type) {
        case sysctl::ValueType::boolean:
            return facts::Type::boolean;
        case sysctl::ValueType::integer:
        case sysctl::ValueType::enumerated:
            return facts::Type::integer;
        case sysctl::ValueType::integer_list:
        case sysctl::ValueType::port_set:
            return facts::Type::list;
        case sysctl::ValueType::name:
            return facts::Type::text;
    }
    return facts::Type::text;
}

facts::FactSchema schema_for(const RuleSet& rules) {
    ParameterIndex index;
    for (const auto& [key, rule] : rules.all())
        index.emplace(key, &rule.parameter);
    return schema_of(index);
}

LoadedRules load_rules(std::span<const RuleSource> all_sources, Parts parts) {
    LoadedRules loaded;
    std::vector<RuleSource> cut;  // what is read points into its text
    std::span<const RuleSource> sources = all_sources;
    if (parts == Parts::declaration) {
        for (const RuleSource& source : all_sources)
            cut.push_back({source.file, std::string(declaration_of(source.text)), source.disabled});
        sources = cut;
    }
    std::vector<Loading> files = read_all(sources, parts, loaded.diagnostics);
    const ParameterIndex parameters = index_parameters(files, loaded.diagnostics);
    check_behaviours(files, loaded.diagnostics);
    const facts::FactSchema schema = schema_of(parameters);
    const auto unreadable = unreadable_keys(files, parameters);
    const KnownKeys keys{.schema = schema, .parameters = parameters, .unreadable = unreadable};
    for (Loading& loading : files) {
        // Without its parameter every line of a file would be reported for nothing.
        if (!loading.file.parameter) continue;
        auto rule = compile_rule(loading.file, keys, loaded.diagnostics);
        if (!rule || !loading.sound) continue;
        rule->disabled = loading.disabled;
        loaded.rules.add(*std::move(rule));
    }
    sort_by_place(loaded.diagnostics, 0);
    return loaded;
}

}  // namespace tcptune::rules

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/diagnostic.hpp>
#include <tcptune/facts/fact_schema.hpp>
#include <tcptune/rules/rule.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Symptoms: what can be wrong with a host, how it shows in facts, and what cures it. One file
/// each, rules/symptoms/ID.toml; written down in tcptune-rules(5).
namespace tcptune::rules {

/// What a symptom's condition is asked of: the host once, or every destination, listener or
/// process, whose facts (`destination.*`, `listener.*`, `process.*`) it may then read.
enum class Scope { host, destination, listener, process };
[[nodiscard]] std::string_view to_string(Scope scope);

/// Something that cures it. `commands`: only said when one of these programs is an owner, or when
/// no owner is known; empty: always.
struct Cure {
    Remedy remedy = Remedy::application;
    std::string title;
    std::string text;
    std::vector<std::string> commands;
};

/// What people try here and what does not cure it.
struct NoCure {
    std::string what;
    std::string text;
};

struct SymptomExample {
    std::string name;
    SourceLocation location;
    std::map<std::string, facts::FactValue> facts;
    std::map<std::string, double> deltas;  ///< increase per second of a counter, window 1 s
    std::string verdict;                   ///< "yes", "no" or "unknown"
};

struct Symptom {
    std::string file;
    std::string id;
    std::string title;  ///< one line; the subject (destination, port, process) is printed with it
    std::string text;   ///< what goes on and why, two or three sentences
    Scope scope = Scope::host;
    Severity severity = Severity::warning;
    Condition condition;
    int rank = 100;       ///< smaller is said first within one severity
    bool sysctl = false;  ///< a sysctl may help: the plan is asked
    /// Ids of messages (EADDRNOTAVAIL, syn-flooding) that this can be the cause of.
    std::vector<std::string> messages;
    std::vector<SourceLocation> message_locations;  ///< of each of them
    /// A message this condition needs: it reads `asked.*` facts and is looked at only for these.
    bool only_asked = false;
    std::vector<Cure> cures;  ///< in the order of the file: what to try first comes first
    std::vector<NoCure> no_cures;
    std::vector<Reference> references;
    std::vector<SymptomExample> examples;
};

/// What a program or the kernel says: an errno or a line of a log. rules/messages/ID.toml.
struct Message {
    std::string file;
    std::string id;                  ///< "EADDRNOTAVAIL", "syn-flooding"
    std::vector<std::string> texts;  ///< pieces of text that give it away, case does not matter
    std::int64_t number = 0;         ///< errno, 0 when it is none
    std::string title;
    std::string text;  ///< what it means on Linux, and what it does not mean
    std::vector<Reference> references;
};

struct SymptomSource {
    std::string file;  ///< base name must be ID.toml
    std::string text;
    bool disabled = false;
};

/// How much of each text is read: a host without a symptom needs no prose. With `condition` a
/// symptom may come without its `text`.
enum class SymptomParts { condition, cures, all };

struct LoadedSymptoms {
    std::vector<Symptom> symptoms;  ///< by rank, then id
    Diagnostics diagnostics;
};
struct LoadedMessages {
    std::vector<Message> messages;  ///< by id
    /// Ids, by their file names, of what is disabled or could not be read: naming one is no mistake
    /// of a symptom.
    std::set<std::string, std::less<>> left_out;
    Diagnostics diagnostics;
};

/// `schema` knows the parameters of the rules; names of the scope are added to it. Like
/// load_rules(): a file with an error is reported and left out.
[[nodiscard]] LoadedSymptoms load_symptoms(std::span<const SymptomSource> sources,
                                           const facts::FactSchema& schema, SymptomParts parts);
[[nodiscard]] LoadedMessages load_messages(std::span<const SymptomSource> sources);

/// Reports every id in a symptom's `messages` that no message has.
void check_messages(const std::vector<Symptom>& symptoms, const LoadedMessages& messages,
                    Diagnostics& diagnostics);

/// Beyond correctness (TT6xx): no reference, no cure of what is a warning or critical, a verdict
/// that no example shows. Needs symptoms loaded with SymptomParts::all.
[[nodiscard]] Diagnostics lint(const Symptom& symptom);

/// The facts that only a scope has, with type and meaning, ordered by name; also `asked.*`.
[[nodiscard]] std::span<const facts::FactInfo> scope_facts();

/// The keys whose `sysctl.KEY` or `config.KEY` a text of a symptom names, without parsing it: so
/// that only the rule files of these keys need to be read. May name too many. A name that is
/// spelt with TOML escapes is not seen; then the key is unknown, and load_symptoms() says so.
[[nodiscard]] std::set<std::string> keys_in(std::string_view symptom_text,
                                            SymptomParts parts = SymptomParts::all);

}  // namespace tcptune::rules

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/rules/rule_set.hpp>

#include <string>

/// Small rule files for tests that need one thing only.
namespace tcptune::rules::texts {

/// `key` with whole numbers from 0 to 65535; `rest` follows.
inline std::string integer_rule(const std::string& key, const std::string& rest) {
    return "schema = 1\n[parameter]\nkey = \"" + key +
           "\"\nsummary = \"x\"\ntype = \"int\"\nmin = 0\nmax = 65535\n"
           "scope = \"netns\"\naccess = \"apply\"\n" +
           rest;
}

inline std::string recommendation(const std::string& id, const std::string& condition,
                                  const std::string& set = "\"4096\"") {
    return "[[recommendation]]\nid = \"" + id + "\"\ntitle = \"x\"\nall = [" + condition +
           "]\nset = " + set + "\nrisk = \"low\"\nconfidence = \"high\"\ntext = \"x\"\n";
}

inline RuleSource source(const std::string& key, const std::string& rest) {
    return {"rules/" + key + ".toml", integer_rule(key, rest)};
}

inline LoadedRules load(const std::string& rest, Parts parts = Parts::all) {
    const std::vector<RuleSource> sources{source("net.core.somaxconn", rest)};
    return load_rules(sources, parts);
}

/// The first message of a file, or "".
inline std::string first_message(const Diagnostics& diagnostics) {
    return diagnostics.empty() ? std::string() : diagnostics.front().message;
}

inline std::string first_hint(const Diagnostics& diagnostics) {
    return diagnostics.empty() ? std::string() : diagnostics.front().hint;
}

}  // namespace tcptune::rules::texts

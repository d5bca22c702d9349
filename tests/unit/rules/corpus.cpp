// SPDX-License-Identifier: Apache-2.0
#include "unit/rules/corpus.hpp"

#include <tcptune/rules/policy_file.hpp>
#include <tcptune/rules/profile_file.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace tcptune::rules::corpus {

namespace {

const std::string root = std::string(TCPTUNE_SOURCE_DIR) + "/tests/rules/";

bool is_rule_name(const std::string& name) {
    return !name.starts_with("policy-") && !name.starts_with("profile-");
}

std::string name_of_rule(const File& file) {
    constexpr std::string_view marker = "# name = ";
    const std::string first = file.text.substr(0, file.text.find('\n'));
    return first.starts_with(marker) ? first.substr(marker.size()) : "net.core.somaxconn.toml";
}

}  // namespace

std::string read_text(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<File> files(const std::string& folder) {
    std::vector<File> result;
    for (const auto& entry : std::filesystem::directory_iterator(root + folder))
        if (entry.path().extension() == ".toml")
            result.push_back({entry.path().filename().string(), read_text(entry.path().string())});
    std::ranges::sort(result, {}, &File::name);
    return result;
}

std::vector<RuleSource> good_rules() {
    std::vector<RuleSource> rules;
    for (File& file : files("good"))
        if (is_rule_name(file.name)) rules.push_back({"common/" + file.name, std::move(file.text)});
    return rules;
}

std::string places(const Diagnostics& diagnostics) {
    std::string text;
    for (const Diagnostic& diagnostic : diagnostics)
        text += diagnostic.code + ' ' + std::to_string(diagnostic.location.line) + ':' +
                std::to_string(diagnostic.location.column) + '\n';
    return text;
}

Diagnostics diagnose(const File& file) {
    Diagnostics diagnostics;
    if (file.name.starts_with("policy-")) {
        (void)read_policy(file.name, file.text, diagnostics);
    } else if (file.name.starts_with("profile-")) {
        (void)read_profile(file.name, file.text, diagnostics);
    } else {
        std::vector<RuleSource> sources = good_rules();
        sources.push_back({"tested/" + name_of_rule(file), file.text});
        diagnostics = load_rules(sources, Parts::all).diagnostics;
    }
    return diagnostics;
}

}  // namespace tcptune::rules::corpus

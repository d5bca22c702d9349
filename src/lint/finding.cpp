// SPDX-License-Identifier: Apache-2.0
#include <tcptune/lint/finding.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace tcptune::lint {

namespace {

constexpr std::array<std::pair<Category, std::string_view>, 11> categories{{
    {Category::removed_key, "removed-key"},
    {Category::unknown_key, "unknown-key"},
    {Category::syntax, "syntax"},
    {Category::invalid_value, "invalid-value"},
    {Category::harmful_value, "harmful-value"},
    {Category::myth, "myth"},
    {Category::same_parity_port_range, "same-parity-port-range"},
    {Category::duplicate, "duplicate"},
    {Category::no_effect, "no-effect"},
    {Category::dependency_missing, "dependency-missing"},
    {Category::not_linux, "not-linux"},
}};

constexpr std::array<std::pair<Severity, std::string_view>, 3> severities{{
    {Severity::info, "info"},
    {Severity::warning, "warning"},
    {Severity::error, "error"},
}};

constexpr std::array<std::pair<TextKind, std::string_view>, 5> kinds{{
    {TextKind::sysctl, "sysctl"},
    {TextKind::shell, "shell"},
    {TextKind::template_text, "template"},
    {TextKind::not_linux, "not-linux"},
    {TextKind::other, "other"},
}};

template <typename Table, typename Value>
std::string_view word_for(const Table& table, Value value) {
    const auto found =
        std::ranges::find(table, value, [](const auto& entry) { return entry.first; });
    return found == table.end() ? std::string_view() : found->second;
}

template <typename Value, std::size_t size>
std::optional<Value> value_of_word(
    const std::array<std::pair<Value, std::string_view>, size>& table, std::string_view word) {
    const auto found =
        std::ranges::find(table, word, [](const auto& entry) { return entry.second; });
    if (found == table.end()) return std::nullopt;
    return found->first;
}

}  // namespace

std::string_view to_string(Category category) {
    return word_for(categories, category);
}

std::optional<Category> parse_category(std::string_view word) {
    return value_of_word(categories, word);
}

std::string_view to_string(Severity severity) {
    return word_for(severities, severity);
}

std::optional<Severity> parse_severity(std::string_view word) {
    return value_of_word(severities, word);
}

std::string_view to_string(TextKind kind) {
    return word_for(kinds, kind);
}

std::size_t Report::count(Severity severity) const {
    return static_cast<std::size_t>(std::ranges::count(findings, severity, &Finding::severity));
}

std::optional<Severity> Report::worst() const {
    const auto found = std::ranges::max_element(findings, {}, &Finding::severity);
    if (found == findings.end()) return std::nullopt;
    return found->severity;
}

}  // namespace tcptune::lint

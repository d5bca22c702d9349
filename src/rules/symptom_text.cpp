// SPDX-License-Identifier: Apache-2.0
#include "rules/symptom_file.hpp"

#include <tcptune/base/text.hpp>

#include <algorithm>
#include <array>

namespace tcptune::rules {

namespace {

/// The parts of a file in the order in which they stand.
enum class Part { condition, cures, examples, none };

/// The part that a table header belongs to; `none` for a line of a list that begins with '['.
Part part_of_header(std::string_view header) {
    const bool is_list = header.starts_with("[[");
    header.remove_prefix(is_list ? 2 : 1);
    const std::string_view name = header.substr(0, header.find_first_of(".] "));
    if (name == "symptom") return Part::condition;
    if (name == "example") return Part::examples;
    if (is_list || name == "cure" || name == "no_cure" || name == "reference") return Part::cures;
    return Part::none;
}

bool is_sysctl_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
}

void add_keys(std::string_view text, std::string_view prefix, std::set<std::string>& keys) {
    for (std::size_t at = text.find(prefix); at != std::string_view::npos;
         at = text.find(prefix, at)) {
        at += prefix.size();
        const std::string_view rest = text.substr(at);
        const auto end = std::ranges::find_if_not(rest, is_sysctl_character);
        std::string_view key = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
        while (key.ends_with('.') || key.ends_with('-'))  // of the sentence around it
            key.remove_suffix(1);
        if (!key.empty()) keys.emplace(key);
    }
}

/// `text = "..."`.
bool is_prose(std::string_view line) {
    constexpr std::string_view name = "text";
    if (!line.starts_with(name)) return false;
    return trim(line.substr(name.size())).starts_with('=');
}

bool is_capital_or_digit(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_word_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

}  // namespace

SymptomTextParts find_symptom_parts(std::string_view text) {
    SymptomTextParts parts{text.size(), text.size(), std::string_view::npos};
    Part reached = Part::condition;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::string_view line = trim(text.substr(begin, end - begin));
        const Part part = line.starts_with('[') ? part_of_header(line) : Part::none;
        if (part != Part::none) {
            if (part < reached) {
                parts.stray = begin;
                break;
            }
            if (part == Part::cures) parts.cures = std::min(parts.cures, begin);
            if (part == Part::examples) parts.examples = std::min(parts.examples, begin);
            reached = part;
        }
        begin = end + 1;
    }
    parts.cures = std::min(parts.cures, parts.examples);
    return parts;
}

std::string_view needed_text(std::string_view text, SymptomParts parts) {
    if (parts == SymptomParts::all) return text;
    if (parts == SymptomParts::cures) return text.substr(0, find_symptom_parts(text).examples);
    // The prose of the symptom, where it is one line and the last of its table, is not needed
    // either.
    std::size_t prose = std::string_view::npos;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string_view line = trim(text.substr(at, end - at));
        if (line.starts_with("[[")) return text.substr(0, std::min(at, prose));
        if (is_prose(line))
            prose = at;
        else if (!line.empty() && !line.starts_with('#'))
            prose = std::string_view::npos;
        at = end + 1;
    }
    return text.substr(0, std::min(text.size(), prose));
}

std::string folded(std::string_view text) {
    std::string line;
    for (const std::string_view word : split_words(text)) {
        if (!line.empty()) line += ' ';
        line += word;
    }
    return line;
}

bool is_message_id(std::string_view text) {
    constexpr std::size_t longest = 64;
    if (text.empty() || text.size() > longest || text.front() == '-') return false;
    return std::ranges::all_of(text, is_word_character) ||
           (text.front() == 'E' && std::ranges::all_of(text, is_capital_or_digit));
}

std::string_view id_by_name(std::string_view file) {
    const std::size_t slash = file.rfind('/');
    std::string_view name = file.substr(slash == std::string_view::npos ? 0 : slash + 1);
    constexpr std::string_view ending = ".toml";
    if (!name.ends_with(ending)) return {};
    name.remove_suffix(ending.size());
    return name;
}

std::set<std::string> keys_in(std::string_view symptom_text, SymptomParts parts) {
    const std::string_view text = needed_text(symptom_text, parts);
    std::set<std::string> keys;
    for (const std::string_view prefix : {"sysctl.", "config."})
        add_keys(text, prefix, keys);
    return keys;
}

}  // namespace tcptune::rules

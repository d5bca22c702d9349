// SPDX-License-Identifier: Apache-2.0
#include "probe/proc_text.hpp"

#include <tcptune/base/text.hpp>
#include <tcptune/facts/fact_schema.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace tcptune::probe {
namespace {

// The tables of /proc have some 150 columns; a line of a megabyte is not one of them.
constexpr std::size_t max_columns = 4096;

/// The next line of `text`, which is shortened by it.
std::string_view take_line(std::string_view& text) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return line;
}

std::optional<std::int64_t> parse_hex(std::string_view word) {
    std::int64_t value = 0;
    const char* const end = word.data() + word.size();
    const auto result = std::from_chars(word.data(), end, value, 16);
    if (result.ec != std::errc() || result.ptr != end || value < 0) return std::nullopt;
    return value;
}

/// The table of names that are of use, ordered.
bool is_known(std::string_view name) {
    const auto known = facts::known_counters();
    return std::binary_search(known.begin(), known.end(), name);
}

/// Sums that would not fit stay at the largest number: the two readings are then equal.
std::int64_t capped_sum(std::int64_t a, std::int64_t b) {
    std::int64_t sum = 0;
    return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

/// "name number" pairs of a sockstat line.
std::optional<std::int64_t> pair_value(const std::vector<std::string_view>& words,
                                       std::string_view name) {
    for (std::size_t i = 1; i + 1 < words.size(); i += 2) {
        if (words[i] != name) continue;
        const auto value = parse_integer(words[i + 1]);
        return value && *value >= 0 ? value : std::nullopt;
    }
    return std::nullopt;
}

std::vector<std::string_view> line_starting_with(std::string_view text, std::string_view first) {
    while (!text.empty()) {
        const std::string_view line = take_line(text);
        if (line.substr(0, first.size()) != first || line.size() > max_columns) continue;
        std::vector<std::string_view> words = split_words(line);
        if (!words.empty() && words.front() == first) return words;
    }
    return {};
}

void add_pair(std::string_view names_line, std::string_view values_line, CounterMap& counters) {
    const std::vector<std::string_view> names = split_words(names_line);
    const std::vector<std::string_view> values = split_words(values_line);
    std::string full;
    for (std::size_t i = 1; i < std::min(names.size(), values.size()); ++i) {
        full.assign(names.front().substr(0, names.front().size() - 1));
        full += '.';
        full += names[i];
        if (!is_known(full)) continue;
        const auto value = parse_integer(values[i]);
        if (value && *value >= 0) counters[full] = *value;
    }
}

}  // namespace

bool add_table_counters(std::string_view text, CounterMap& counters) {
    bool found = false;
    while (!text.empty()) {
        const std::string_view names = take_line(text);
        const std::size_t colon = names.find(": ");
        if (colon == std::string_view::npos || colon == 0) continue;
        const std::string_view group = names.substr(0, colon + 2);
        if (text.substr(0, group.size()) != group) continue;
        const std::string_view values = take_line(text);
        if (names.size() > max_columns * 16 || values.size() > max_columns * 32) continue;
        add_pair(names, values, counters);
        found = true;
    }
    return found;
}

bool add_softnet_counters(std::string_view text, CounterMap& counters) {
    std::int64_t dropped = 0;
    std::int64_t squeezed = 0;
    bool found = false;
    while (!text.empty()) {
        const std::string_view line = take_line(text);
        if (line.size() > max_columns) return false;
        const std::vector<std::string_view> words = split_words(line);
        if (words.empty()) continue;
        if (words.size() < 3) return false;
        const auto drop = parse_hex(words[1]);
        const auto squeeze = parse_hex(words[2]);
        if (!drop || !squeeze) return false;
        dropped = capped_sum(dropped, *drop);
        squeezed = capped_sum(squeezed, *squeeze);
        found = true;
    }
    if (!found) return false;
    counters["softnet.dropped"] = dropped;
    counters["softnet.time_squeeze"] = squeezed;
    return true;
}

bool add_conntrack_counters(std::string_view text, CounterMap& counters) {
    constexpr std::array<std::string_view, 3> wanted = {"insert_failed", "drop", "early_drop"};
    const std::string_view header = take_line(text);
    if (header.size() > max_columns) return false;
    const std::vector<std::string_view> names = split_words(header);
    CounterMap sums;
    while (!text.empty()) {
        const std::string_view line = take_line(text);
        if (line.size() > max_columns) return false;
        const std::vector<std::string_view> words = split_words(line);
        for (std::size_t i = 0; i < std::min(names.size(), words.size()); ++i) {
            if (std::find(wanted.begin(), wanted.end(), names[i]) == wanted.end()) continue;
            const auto value = parse_hex(words[i]);
            if (!value) return false;
            std::int64_t& sum = sums["conntrack." + std::string(names[i])];
            sum = capped_sum(sum, *value);
        }
    }
    if (sums.empty()) return false;
    for (const auto& [name, sum] : sums)
        counters[name] = sum;
    return true;
}

std::optional<SockStat> parse_sockstat(std::string_view text) {
    const auto words = line_starting_with(text, "TCP:");
    const auto inuse = pair_value(words, "inuse");
    const auto orphans = pair_value(words, "orphan");
    const auto time_wait = pair_value(words, "tw");
    const auto alloc = pair_value(words, "alloc");
    const auto mem = pair_value(words, "mem");
    if (!inuse || !orphans || !time_wait || !alloc || !mem) return std::nullopt;
    return SockStat{*inuse, *orphans, *time_wait, *alloc, *mem};
}

std::optional<std::int64_t> parse_sockstat6(std::string_view text) {
    return pair_value(line_starting_with(text, "TCP6:"), "inuse");
}

std::optional<std::int64_t> parse_memory_total(std::string_view text) {
    constexpr std::int64_t max_kib = INT64_MAX / 1024;
    const auto words = line_starting_with(text, "MemTotal:");
    if (words.size() != 3 || words[2] != "kB") return std::nullopt;
    const auto kib = parse_integer(words[1]);
    if (!kib || *kib <= 0 || *kib > max_kib) return std::nullopt;
    return *kib * 1024;
}

std::optional<std::int64_t> parse_cpu_list(std::string_view text) {
    constexpr std::int64_t max_cpus = 65536;
    std::int64_t count = 0;
    for (const std::string_view part : split(trim(text), ',')) {
        const std::size_t dash = part.find('-');
        const auto low = parse_integer(part.substr(0, dash));
        const auto high =
            dash == std::string_view::npos ? low : parse_integer(part.substr(dash + 1));
        if (!low || !high || *low < 0 || *high < *low || *high >= max_cpus) return std::nullopt;
        count += *high - *low + 1;
        if (count > max_cpus) return std::nullopt;
    }
    return count;
}

std::optional<std::int64_t> parse_current_established(std::string_view text) {
    while (!text.empty()) {
        const std::string_view line = take_line(text);
        if (!line.starts_with("Tcp: ") || !text.starts_with("Tcp: ")) continue;
        const auto names = split_words(line.substr(0, max_columns));
        const auto values = split_words(take_line(text).substr(0, max_columns));
        for (std::size_t i = 1; i < std::min(names.size(), values.size()); ++i)
            if (names[i] == "CurrEstab") return parse_integer(values[i]);
    }
    return std::nullopt;
}

std::optional<std::int64_t> parse_file_limit(std::string_view text) {
    const std::vector<std::string_view> words = split_words(text.substr(0, max_columns));
    return words.size() == 3 ? parse_integer(words[2]) : std::nullopt;
}

std::optional<std::int64_t> parse_open_files(std::string_view text) {
    const std::vector<std::string_view> words = split_words(text.substr(0, max_columns));
    if (words.size() != 3) return std::nullopt;
    const auto allocated = parse_integer(words[0]);
    const auto unused = parse_integer(words[1]);
    if (!allocated || !unused || *unused < 0 || *allocated < *unused) return std::nullopt;
    return *allocated - *unused;
}

}  // namespace tcptune::probe

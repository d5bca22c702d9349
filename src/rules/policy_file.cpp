// SPDX-License-Identifier: Apache-2.0
#include "rules/calendar.hpp"
#include "rules/toml_fields.hpp"

#include <tcptune/base/diagnostic_codes.hpp>
#include <tcptune/base/text.hpp>
#include <tcptune/rules/policy_file.hpp>
#include <tcptune/sysctl/key.hpp>

#include <algorithm>
#include <utility>

namespace tcptune::rules {

namespace {

/// What the helper's deadline can be, in seconds.
constexpr std::int64_t shortest_confirm_s = 10;
constexpr std::int64_t longest_confirm_s = 3600;

constexpr std::string_view key_spelling = "write the dotted name, \"net.ipv4.tcp_fin_timeout\"";
constexpr std::string_view quoted_key =
    "put the key in quotes, as in [bound.\"net.core.somaxconn\"]";

bool is_key_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

/// A key, or the beginning of keys with a '*' behind it.
bool is_key_pattern(std::string_view text) {
    if (!text.ends_with('*')) return sysctl::Key::parse(text).has_value();
    text.remove_suffix(1);
    return std::ranges::all_of(text, is_key_character);
}

const LocatedText& checked_key(TomlTable& table, const LocatedText& key) {
    if (key.location.line != 0 && !sysctl::Key::parse(key.text))
        table.error(codes::bad_value, key.location, quoted(key.text) + " is not a sysctl key",
                    std::string(key_spelling));
    return key;
}

std::optional<std::string> scalar_text(const TomlScalar& item) {
    switch (item.kind) {
        case TomlScalar::Kind::boolean:
            return item.boolean ? "1" : "0";
        case TomlScalar::Kind::integer:
            return std::to_string(item.integer);
        case TomlScalar::Kind::text:
            return item.text;
        case TomlScalar::Kind::real:
            break;
    }
    return std::nullopt;
}

/// A pinned value as a configuration file would have it: "1", "32768 60999".
std::string read_pin_value(TomlTable& table) {
    if (!table.has("value")) {
        report_missing(table, "value");
        return {};
    }
    const auto value = table.value("value");
    if (!value) return {};
    std::vector<std::string> words;
    for (const TomlScalar& item : value->items) {
        const auto word = scalar_text(item);
        if (!word || (value->is_list && item.kind != TomlScalar::Kind::integer)) {
            table.error(codes::wrong_type, item.location,
                        "a sysctl value is a whole number, a text or a list of whole numbers");
            return {};
        }
        words.push_back(*word);
    }
    std::string text = join(words, " ");
    if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < ' '; }))
        table.error(codes::bad_value, value->location, "a sysctl value stands on one line",
                    "separate numbers by spaces");
    return text;
}

std::vector<Pin> read_pins(TomlTable& root) {
    UniqueIds keys("[[pin]]");
    std::vector<Pin> pins;
    for (TomlTable& table : read_tables(root, "pin")) {
        LocatedText key = read_required(table, "key");
        checked_key(table, key);
        keys.add(table, key);
        Pin pin;
        pin.key = std::move(key.text);
        pin.value = read_pin_value(table);
        pin.reason = read_filled(table, "reason");
        pin.location = table.location();
        table.finish();
        pins.push_back(std::move(pin));
    }
    return pins;
}

std::vector<Waiver> read_waivers(TomlTable& root) {
    std::vector<Waiver> waivers;
    for (TomlTable& table : read_tables(root, "waiver")) {
        Waiver waiver;
        waiver.finding = read_filled(table, "finding");
        if (const auto key = table.text("key")) waiver.key = checked_key(table, *key).text;
        waiver.reason = read_filled(table, "reason");
        waiver.owner = read_filled(table, "owner");
        const LocatedText expires = read_required(table, "expires");
        if (expires.location.line != 0 && !is_calendar_date(expires.text))
            table.error(codes::bad_value, expires.location,
                        quoted(expires.text) + " is no day of the calendar",
                        "write year-month-day, \"2027-01-31\"");
        waiver.expires = expires.text;
        waiver.location = table.location();
        table.finish();
        waivers.push_back(std::move(waiver));
    }
    return waivers;
}

/// `[name."KEY"]`: calls `read(key, table)` for each table below.
template <class Read>
void read_by_key(TomlTable& root, std::string_view name, Read read) {
    auto all = root.table(name);
    if (!all) return;
    for (const std::string& key : read_names(*all)) {
        auto table = all->table(key);
        if (!table) continue;
        if (!sysctl::Key::parse(key)) {
            table->error(codes::bad_value, table->location(), quoted(key) + " is not a sysctl key",
                         std::string(quoted_key));
            continue;
        }
        read(key, *table);
    }
}

void read_bound(const std::string& key, TomlTable& table, Policy& policy) {
    Bound bound;
    bound.min = table.integer("min");
    bound.max = table.integer("max");
    bound.location = table.location();
    if (!table.has("min") && !table.has("max"))
        table.error(codes::missing_member, bound.location, "a bound has min, max or both");
    if (bound.min && bound.max && *bound.min > *bound.max)
        table.error(codes::bad_value, bound.location,
                    "min " + std::to_string(*bound.min) + " is above max " +
                        std::to_string(*bound.max) + ": no value is left");
    table.finish();
    policy.bounds.insert_or_assign(key, std::move(bound));
}

void read_thresholds(const std::string& key, TomlTable& table, Policy& policy) {
    for (const std::string& name : read_names(table)) {
        const auto value = table.value(name);
        if (!value) continue;
        if (const auto number = finite_number(*value))
            policy.thresholds[key][name] = *number;
        else
            table.error(codes::wrong_type, value->location,
                        "threshold " + quoted(name) + " must be a finite number");
    }
}

void read_denied(TomlTable& root, Policy& policy) {
    policy.deny = root.text_list("deny");
    for (const LocatedText& pattern : policy.deny)
        if (!is_key_pattern(pattern.text))
            root.error(codes::bad_value, pattern.location,
                       quoted(pattern.text) + " is not a sysctl key",
                       "write a key, or the beginning of keys with '*' at its end");
}

void read_confirmation(TomlTable& root, Policy& policy) {
    policy.confirm_within_s = root.integer("confirm_within_s");
    if (!policy.confirm_within_s || (*policy.confirm_within_s >= shortest_confirm_s &&
                                     *policy.confirm_within_s <= longest_confirm_s))
        return;
    const auto value = root.value("confirm_within_s");
    root.error(codes::bad_value, value ? value->location : root.location(),
               "confirm_within_s cannot be " + std::to_string(*policy.confirm_within_s),
               "10 to 3600 seconds");
}

}  // namespace

std::optional<Policy> read_policy(const std::string& file, std::string_view text,
                                  Diagnostics& diagnostics) {
    const std::size_t before = diagnostics.size();
    TomlDocument document(file, text, diagnostics);
    auto root = document.root();
    if (!root) return std::nullopt;

    Policy policy;
    policy.file = file;
    read_schema(*root);
    policy.name = read_filled(*root, "name");
    if (auto summary = root->text("summary")) policy.summary = std::move(summary->text);
    policy.max_risk = read_level(*root, "max_risk", Level::critical, policy.max_risk);
    policy.min_confidence = read_level(*root, "min_confidence", Level::high, policy.min_confidence);
    policy.persist = root->boolean("persist").value_or(policy.persist);
    read_confirmation(*root, policy);
    read_denied(*root, policy);
    read_by_key(*root, "bound",
                [&](const std::string& key, TomlTable& table) { read_bound(key, table, policy); });
    policy.pins = read_pins(*root);
    policy.waivers = read_waivers(*root);
    read_by_key(*root, "threshold", [&](const std::string& key, TomlTable& table) {
        read_thresholds(key, table, policy);
    });
    root->finish();
    sort_by_place(diagnostics, before);
    if (diagnostics.size() != before) return std::nullopt;
    return policy;
}

}  // namespace tcptune::rules

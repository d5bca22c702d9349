// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/toml_table.hpp>
#include <tcptune/rules/rule.hpp>

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// Members that rule, policy and profile files have in common.
namespace tcptune::rules {

/// Entries of one kind in one file. Far above what a person writes; it bounds the work and the
/// depth of evaluation that a hostile file can ask for.
inline constexpr std::size_t max_entries = 256;

/// Foreign text in quotes for a message: escaped, and cut when long.
[[nodiscard]] std::string quoted(std::string_view text);

/// Line `number` for a snippet, or "" when it is longer than any screen: a file of one line with
/// many mistakes would be copied as many times.
[[nodiscard]] std::string shown_line(std::string_view text, std::uint32_t number);

/// Puts the diagnostics from `first` on in the order of their places, each once.
void sort_by_place(Diagnostics& diagnostics, std::size_t first);

/// Reports a `schema` that is missing or not 1.
void read_schema(TomlTable& root);

/// `did you mean "X"?`, or "".
[[nodiscard]] std::string did_you_mean(std::string_view word,
                                       const std::vector<std::string>& candidates);

/// Members are read before they are looked for, also optional ones: TomlTable guesses what a
/// misspelt name was meant to be among those that were read.
void report_missing(TomlTable& table, std::string_view member);

/// A required text; line 0 when it was reported as missing or as no text.
[[nodiscard]] LocatedText read_required(TomlTable& table, std::string_view member);
/// A required text that says something.
[[nodiscard]] std::string read_filled(TomlTable& table, std::string_view member);

/// A required name that an expression can spell, "time_wait_share".
[[nodiscard]] LocatedText read_name(TomlTable& table);
[[nodiscard]] bool is_expression_word(std::string_view text);

/// `[[name]]`, or nothing and a report when there are more than `max_entries`.
[[nodiscard]] std::vector<TomlTable> read_tables(TomlTable& root, std::string_view name);
/// The number, when it is one and finite.
[[nodiscard]] std::optional<double> finite_number(const TomlValue& value);
/// Member names of a table of free names, with the same bound.
[[nodiscard]] std::vector<std::string> read_names(TomlTable& table);

/// The member as a level; `fallback` when it is absent or reported.
[[nodiscard]] Level read_level(TomlTable& table, std::string_view member, Level highest,
                               Level fallback);
/// The same, and it must be there.
[[nodiscard]] Level read_required_level(TomlTable& table, std::string_view member, Level highest);
[[nodiscard]] Severity read_severity(TomlTable& table, Severity fallback);

/// A required member that is one of `words`.
[[nodiscard]] std::optional<std::string> read_required_word(TomlTable& table,
                                                            std::string_view member,
                                                            const std::vector<std::string>& words);

/// Reports the second entry of one kind with the same id.
class UniqueIds {
public:
    explicit UniqueIds(std::string_view what) : what_(what) {}
    void add(TomlTable& table, const LocatedText& id);

private:
    std::string_view what_;
    std::set<std::string, std::less<>> seen_;
};

/// A required id, "needs-timestamps": it becomes part of finding ids.
[[nodiscard]] std::string read_id(TomlTable& table, UniqueIds& ids);
/// An id of a reference; "rfc6191" or "linux-4.18".
[[nodiscard]] std::string read_reference_id(TomlTable& table, UniqueIds& ids);

}  // namespace tcptune::rules

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tcptune::txn {

/// One line of a journal or of a history entry:
///     CRC32C-IN-HEX WORD NAME=VALUE NAME=VALUE...
/// Bytes of a value outside printable ASCII, spaces and backslashes are written as \xNN.
struct Record {
    std::string word;
    std::vector<std::pair<std::string, std::string>> fields;

    Record() = default;
    explicit Record(std::string w) : word(std::move(w)) {}
    Record& with(std::string name, std::string value);
    Record& with(std::string name, std::int64_t value);
    /// "" when there is no such field.
    [[nodiscard]] std::string_view text(std::string_view name) const;
    [[nodiscard]] std::optional<std::int64_t> number(std::string_view name) const;
    [[nodiscard]] bool operator==(const Record&) const = default;
};

[[nodiscard]] std::string encode(const Record& record);

/// What a file of records holds. A last line without its newline is left out: it was being written
/// when the power or the process went. A whole line that is wrong makes the file `corrupt`: then
/// nothing of it may be believed.
struct Records {
    std::vector<Record> records;
    bool corrupt = false;
};
[[nodiscard]] Records decode(std::string_view text);

}  // namespace tcptune::txn

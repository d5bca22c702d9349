// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/report/style.hpp>
#include <tcptune/report/transaction_report.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Two states of some keys side by side: what `tcptune diff` and `tcptune rollback --dry-run` show.
namespace tcptune::report {

struct DifferenceRow {
    std::string key;
    std::optional<std::string> left;  ///< nothing: the key has no value there
    std::optional<std::string> right;
    std::string note;  ///< for people; may be empty
    [[nodiscard]] bool differs() const { return left != right; }
    bool operator==(const DifferenceRow&) const = default;
};

struct Difference {
    std::string title;  ///< one sentence without a full stop
    std::string left;   ///< what the columns are: "before", "@now", "0123abcd"
    std::string right;
    std::vector<DifferenceRow> rows;
    /// Rows whose values differ.
    [[nodiscard]] std::size_t differing() const;
    bool operator==(const Difference&) const = default;
};

/// One line per key whose values differ or that has a note, and how many are the same.
[[nodiscard]] std::string text_difference(const Difference& difference, const TextStyle& style);
/// kind "difference", with all rows. `operation`: "diff", "rollback".
[[nodiscard]] std::string difference_json(std::string_view operation, const Difference& difference,
                                          const Ending& ending);

/// kind "rollbacks": what `tcptune rollback --to` did, one result per transaction.
[[nodiscard]] std::string rollbacks_json(std::span<const txn::Result> results,
                                         const Ending& ending);

}  // namespace tcptune::report

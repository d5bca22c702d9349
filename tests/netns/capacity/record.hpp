// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace tcptune::netns_test {

/// Prints the table "case, predicted, counted" of one case and keeps whether all rows agree.
class Record {
public:
    explicit Record(std::string name) : name_(std::move(name)) {}

    void count(const std::string& what, std::int64_t predicted, std::int64_t counted);
    /// Equal within `tolerance`, a share of the prediction.
    void rate(const std::string& what, double predicted, double counted, double tolerance = 0.02);
    /// No prediction and nothing that could fail: a time, for the reader.
    void note(const std::string& what);

    [[nodiscard]] bool good() const { return good_; }

private:
    void row(const std::string& what, const std::string& predicted, const std::string& counted,
             bool agrees);

    std::string name_;
    bool good_ = true;
};

}  // namespace tcptune::netns_test

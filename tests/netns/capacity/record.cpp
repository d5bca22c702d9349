// SPDX-License-Identifier: Apache-2.0
#include "record.hpp"

#include <array>
#include <cmath>
#include <cstdio>

namespace tcptune::netns_test {

namespace {

std::string two_digits(double number) {
    std::array<char, 64> text{};
    (void)std::snprintf(text.data(), text.size(), "%.2f", number);
    return text.data();
}

}  // namespace

void Record::count(const std::string& what, std::int64_t predicted, std::int64_t counted) {
    row(what, std::to_string(predicted), std::to_string(counted), predicted == counted);
}

void Record::rate(const std::string& what, double predicted, double counted, double tolerance) {
    row(what, two_digits(predicted), two_digits(counted),
        std::abs(counted - predicted) <= tolerance * predicted);
}

void Record::note(const std::string& what) {
    std::printf("  %-18s %s\n", name_.c_str(), what.c_str());
    (void)std::fflush(stdout);
}

void Record::row(const std::string& what, const std::string& predicted, const std::string& counted,
                 bool agrees) {
    good_ = good_ && agrees;
    std::printf("  %-18s %-58s %10s %10s%s\n", name_.c_str(), what.c_str(), predicted.c_str(),
                counted.c_str(), agrees ? "" : "  DIFFERENT");
    (void)std::fflush(stdout);
}

}  // namespace tcptune::netns_test

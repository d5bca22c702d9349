// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/sysctl/parameter.hpp>

#include <string>
#include <string_view>

/// Values of the kernel as texts: compared, checked, and said in our own words.
namespace tcptune::txn {

/// The same setting, however it is written.
[[nodiscard]] bool same_value(sysctl::ValueType type, std::string_view a, std::string_view b);

/// `current` can be what a write of `wanted` over `old` left: all of it, or some elements of a
/// list, because a refused write stores those that come before the bad one.
[[nodiscard]] bool may_be_ours(sysctl::ValueType type, std::string_view current,
                               std::string_view old, std::string_view wanted);

/// The text to write for a value: canonical, with the newline that the kernel needs to take an
/// empty one.
[[nodiscard]] std::string text_to_write(sysctl::ValueType type, std::string_view value);

/// Throws Refused (invalid_value) unless `desired` is a value of the parameter, within its bounds
/// and written exactly as tcptune writes it.
void check_desired(const sysctl::Parameter& parameter, std::string_view desired);

}  // namespace tcptune::txn

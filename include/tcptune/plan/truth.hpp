// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

namespace tcptune::plan {

/// Kleene's three values.
enum class Truth { no, yes, unknown };

[[nodiscard]] Truth all_of(std::span<const Truth> values);
[[nodiscard]] Truth any_of(std::span<const Truth> values);
[[nodiscard]] Truth none_of(std::span<const Truth> values);
[[nodiscard]] Truth both(Truth a, Truth b);
[[nodiscard]] const char* to_string(Truth truth);

}  // namespace tcptune::plan

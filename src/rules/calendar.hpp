// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace tcptune::rules {

/// A day that there is, as "2027-01-31"; such texts order as the days do.
[[nodiscard]] bool is_calendar_date(std::string_view text);

}  // namespace tcptune::rules

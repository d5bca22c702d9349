// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace tcptune::cli {

/// Seconds of a span as systemd.time(7) writes them: "5", "500ms", "2s", "1min 30s", "1h30min",
/// "1.5s". Nothing when the text is no span, negative or longer than a day.
[[nodiscard]] std::optional<double> parse_time_span(std::string_view text);

}  // namespace tcptune::cli

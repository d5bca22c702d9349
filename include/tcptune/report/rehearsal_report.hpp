// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/plan/rehearsal.hpp>
#include <tcptune/report/style.hpp>

#include <string>
#include <string_view>

namespace tcptune::report {

/// The screen of `tcptune rehearse`: every step with what the kernel did, and one sentence.
/// `next`: the command to run next, or "".
[[nodiscard]] std::string text_rehearsal(const plan::Rehearsal& rehearsal, const std::string& next,
                                         const TextStyle& style);

/// kind "rehearsal". `status`: the word for the exit status.
[[nodiscard]] std::string rehearsal_json(const plan::Rehearsal& rehearsal, int exit_code,
                                         std::string_view status);

}  // namespace tcptune::report

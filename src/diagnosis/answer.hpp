// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/diagnosis/diagnosis.hpp>

#include <string>
#include <vector>

namespace tcptune::diagnosis {

/// What the message means, without causes yet.
[[nodiscard]] Answer answer_to(const Question& question,
                               const std::vector<rules::Message>& messages);

/// Puts a cause where its verdict belongs.
void add_cause(const std::string& title, plan::Truth verdict, Answer& answer);

}  // namespace tcptune::diagnosis

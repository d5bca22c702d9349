// SPDX-License-Identifier: Apache-2.0
#include "plan/fold_spaces.hpp"

#include <tcptune/base/text.hpp>

namespace tcptune::plan {

std::string fold_spaces(std::string_view text) {
    std::string folded;
    folded.reserve(text.size());
    for (const std::string_view word : split_words(text)) {
        if (!folded.empty()) folded += ' ';
        folded += word;
    }
    return folded;
}

}  // namespace tcptune::plan

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace tcptune::lint {

/// What is odd about a value, whatever its key.
struct ValueShape {
    enum class Oddity {
        none,
        empty,
        double_equals,      ///< "= 1" after the first '='
        quoted,             ///< "'1'"
        glued,              ///< "1;", "1#on"
        unit,               ///< "16M"
        text_after_number,  ///< "1 # on"
        comment_after_text  ///< "fq # fair"
    };
    Oddity oddity = Oddity::none;
    std::string_view core = {};  ///< the value as it was meant; points into the text
    bool numeric = false;        ///< core is one or more numbers
    /// What follows is an assignment: "1 net.core.somaxconn = 4096"
    bool second_assignment = false;
};
[[nodiscard]] ValueShape shape_of(std::string_view value);

}  // namespace tcptune::lint

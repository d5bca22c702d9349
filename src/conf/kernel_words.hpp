// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tcptune::conf {

/// A `sysctl.KEY=VALUE` word of the kernel's command line.
struct KernelWord {
    std::string name;  ///< a path: the kernel makes a '/' of every dot
    std::string value;
};

[[nodiscard]] std::vector<KernelWord> kernel_words(std::string_view command_line);

}  // namespace tcptune::conf

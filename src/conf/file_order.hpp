// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/conf/boot_oracle.hpp>

#include <string>
#include <vector>

namespace tcptune::conf {

/// A file that the loader does not open.
struct LeftOut {
    const TreeEntry* entry = nullptr;
    Fate fate = Fate::not_read;
    std::string why;
};

struct FileOrder {
    std::vector<const TreeEntry*> opened;  ///< texts, and what cannot be read
    std::vector<LeftOut> left_out;         ///< texts only
};

[[nodiscard]] FileOrder file_order(const BootTree& tree, Loader loader);

}  // namespace tcptune::conf

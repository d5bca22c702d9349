// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <dirent.h>

namespace tcptune::host {

struct CloseDirectory {
    void operator()(DIR* directory) const { (void)::closedir(directory); }
};
using DirectoryStream = std::unique_ptr<DIR, CloseDirectory>;

}  // namespace tcptune::host

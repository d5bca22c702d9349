// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/helper_client.hpp"

namespace tcptune::cli {

/// --direct: the helper's own code in this process. Needs root; the rules that say what may be
/// written are only taken from files that nobody but root can change. First sees to what an earlier
/// process left. Throws txn::Refused and Error.
[[nodiscard]] std::unique_ptr<HelperClient> make_local_helper_client();

}  // namespace tcptune::cli

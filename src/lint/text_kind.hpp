// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lint/document.hpp"

namespace tcptune::lint {

/// Sets the document's kind, from its lines.
void decide_kind(Document& document, const Knowledge& knowledge);

}  // namespace tcptune::lint

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/diagnostic.hpp>
#include <tcptune/report/style.hpp>

#include <string>

namespace tcptune::report {

/// "file:line:column: error TT301: message", the source line with a caret below the column, and
/// "hint: ...". Columns count bytes from 1. A long source line is cut around the caret.
[[nodiscard]] std::string snippet(const Diagnostic& diagnostic, const TextStyle& style);

/// One snippet after the other.
[[nodiscard]] std::string snippets(const Diagnostics& diagnostics, const TextStyle& style);

}  // namespace tcptune::report

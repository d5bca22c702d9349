// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/facts/fact_set.hpp>

#include <string>
#include <string_view>
#include <vector>

/// Foreign text in Markdown.
namespace tcptune::report::markdown {

/// One line of prose: folded, control characters escaped, and everything that Markdown or HTML
/// would read as markup made literal.
[[nodiscard]] std::string prose(std::string_view text);

/// A key or value as code. Inside code spans only a backtick, and in a table a bar, are special.
[[nodiscard]] std::string code(std::string_view text);

/// `body` behind a line that opens it; nothing when there is no body.
[[nodiscard]] std::string folded(std::string_view title, const std::string& body);

/// That other network namespaces were not looked at; nothing where there are none or `listed` has
/// them.
[[nodiscard]] std::string namespaces_note(const facts::HostIdentity& host,
                                          const std::vector<facts::NamespaceSummary>& listed);

}  // namespace tcptune::report::markdown

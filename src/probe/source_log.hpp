// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/facts/fact_set.hpp>
#include <tcptune/host/file_tree.hpp>

#include <string>
#include <string_view>

namespace tcptune::probe {

[[nodiscard]] facts::SourceStatus to_source_status(host::FileStatus status);

/// Notes in `facts` that a source was looked at, and how that went.
void log_source(facts::FactSet& facts, std::string name, facts::SourceStatus status,
                std::string detail = {});

/// Reads and notes a file. Nothing when there is no text.
[[nodiscard]] host::FileText read_source(const host::FileTree& tree, std::string_view path,
                                         facts::FactSet& facts);

/// Changes the last noted source to malformed: it was read, but is not what it should be.
void log_malformed(facts::FactSet& facts, std::string detail);

/// "permission denied: /proc/net/netstat": why a fact of this file is unknown.
[[nodiscard]] facts::Unknown unknown_of(const host::FileText& file);

}  // namespace tcptune::probe

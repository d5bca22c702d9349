// SPDX-License-Identifier: Apache-2.0
#include "probe/source_log.hpp"

#include <utility>

namespace tcptune::probe {

facts::SourceStatus to_source_status(host::FileStatus status) {
    switch (status) {
        case host::FileStatus::ok:
            return facts::SourceStatus::ok;
        case host::FileStatus::absent:
        case host::FileStatus::masked:
            return facts::SourceStatus::absent;
        case host::FileStatus::denied:
            return facts::SourceStatus::denied;
        case host::FileStatus::malformed:
            break;
    }
    return facts::SourceStatus::malformed;
}

void log_source(facts::FactSet& facts, std::string name, facts::SourceStatus status,
                std::string detail) {
    facts.sources.push_back({std::move(name), status, std::move(detail)});
}

host::FileText read_source(const host::FileTree& tree, std::string_view path,
                           facts::FactSet& facts) {
    host::FileText file = tree.read(path);
    log_source(facts, std::string(path), to_source_status(file.status), file.reason);
    return file;
}

void log_malformed(facts::FactSet& facts, std::string detail) {
    if (facts.sources.empty()) return;
    facts.sources.back().status = facts::SourceStatus::malformed;
    facts.sources.back().detail = std::move(detail);
}

facts::Unknown unknown_of(const host::FileText& file) {
    return {file.reason + ": " + file.path};
}

}  // namespace tcptune::probe

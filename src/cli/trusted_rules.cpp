// SPDX-License-Identifier: Apache-2.0
#include "cli/trusted_rules.hpp"

#include "cli/context.hpp"
#include "cli/files.hpp"

#include <tcptune/base/error.hpp>
#include <tcptune/base/escape.hpp>
#include <tcptune/base/text.hpp>
#include <tcptune/base/unique_fd.hpp>

#include <cerrno>
#include <cstring>
#include <set>
#include <string>
#include <sys/stat.h>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace tcptune::cli {
namespace {

void warn(const std::string& path, const std::string& reason) {
    write_stderr("tcptune: " + escape_line(path) + ": not used: " + reason + "\n");
}

/// Whoever owns this program could change what it does as well as what it reads: a program that
/// was built in a home directory and is run by root may use its own tree.
uid_t program_owner() {
    struct stat info{};
    return ::stat("/proc/self/exe", &info) == 0 ? info.st_uid : 0;
}

/// Why it cannot be relied upon; "" when it can.
std::string distrust(const struct stat& info, uid_t owner) {
    if (info.st_uid != 0 && info.st_uid != owner) return "it does not belong to root";
    if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) return "others than root may write it";
    return {};
}

bool may_be_used(const std::string& directory, uid_t owner) {
    struct stat info{};
    if (::stat(directory.c_str(), &info) != 0) {
        if (errno != ENOENT) warn(directory, std::strerror(errno));
        return false;
    }
    const std::string reason =
        S_ISDIR(info.st_mode) ? distrust(info, owner) : std::string("it is not a directory");
    if (!reason.empty()) warn(directory, reason);
    return reason.empty();
}

/// Checks and reads one and the same open file.
bool read_trusted(const std::string& path, uid_t owner, std::string& text) {
    const UniqueFd fd(
        ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW));
    struct stat info{};
    std::string reason;
    if (!fd || ::fstat(fd.get(), &info) != 0) {
        reason = errno == ELOOP ? "it is a link" : std::strerror(errno);
    } else if (!S_ISREG(info.st_mode)) {
        reason = "it is not a regular file";
    } else {
        reason = distrust(info, owner);
    }
    if (!reason.empty()) {
        warn(path, reason);
        return false;
    }
    text = read_regular_file("/proc/self/fd/" + std::to_string(fd.get()), text_limit);
    return true;
}

}  // namespace

sysctl::ParameterCatalog trusted_catalog() {
    const uid_t owner = program_owner();
    std::vector<std::string> directories;
    for (std::string& directory : rule_directories({}))
        if (may_be_used(directory, owner)) directories.push_back(std::move(directory));
    std::vector<rules::RuleSource> sources;
    for (FoundFile& found : found_below(directories, "")) {
        // What the site has switched off may not be written either.
        if (found.disabled) continue;
        std::string text;
        if (read_trusted(found.path, owner, text))
            sources.push_back({.file = std::move(found.path), .text = std::move(text)});
    }
    const rules::LoadedRules loaded = rules::load_rules(sources, rules::Parts::declaration);
    std::set<std::string> broken;
    for (const Diagnostic& diagnostic : loaded.diagnostics)
        if (diagnostic.severity == DiagnosticSeverity::error)
            broken.insert(diagnostic.location.file);
    for (const std::string& file : broken)
        warn(file, "it has an error; 'tcptune rules lint' shows it");
    sysctl::ParameterCatalog catalog = loaded.rules.catalog();
    if (catalog.all().empty()) {
        throw Error(ErrorCode::configuration, join(rule_directories({}), ", "),
                    "no rule files that root can rely on");
    }
    return catalog;
}

}  // namespace tcptune::cli

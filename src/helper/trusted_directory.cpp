// SPDX-License-Identifier: Apache-2.0
#include "helper/trusted_directory.hpp"

#include "helper/log.hpp"

#include <tcptune/base/error.hpp>
#include <tcptune/base/unique_fd.hpp>
#include <tcptune/host/owned_directory.hpp>
#include <tcptune/sysctl/parameter_file.hpp>

#include <array>
#include <cerrno>
#include <map>
#include <optional>
#include <string_view>
#include <sys/stat.h>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace tcptune::helper {
namespace {

constexpr std::size_t largest_file = 1024UL * 1024UL;

using host::OwnedDirectory;

/// The whole text; "" for a file that only masks. Throws Error.
std::string read_rule_file(const OwnedDirectory& directory, const std::string& name) {
    const std::string path = directory.path() + "/" + name;
    std::array<char, 16384> chunk{};
    if (::readlinkat(directory.fd(), name.c_str(), chunk.data(), chunk.size()) > 0) {
        if (std::string_view(chunk.data()) == "/dev/null") return {};
        throw Error(ErrorCode::configuration, path, "is a link to something else than /dev/null");
    }
    // O_NONBLOCK: a named pipe must not hold us before it can be refused. Hard links are fine:
    // some distributions keep all of /usr as links.
    const UniqueFd fd(::openat(directory.fd(), name.c_str(),
                               O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK));
    struct stat info{};
    if (!fd || ::fstat(fd.get(), &info) != 0)
        throw SystemError(ErrorCode::configuration, path, errno);
    // The helper runs as root, so that both are the same there.
    const bool is_ours = info.st_uid == 0 || info.st_uid == ::geteuid();
    if (!S_ISREG(info.st_mode) || !is_ours || (info.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        throw Error(ErrorCode::configuration, path,
                    "is not a regular file of root that only root may write");
    std::string text;
    while (true) {
        const ssize_t got = ::read(fd.get(), chunk.data(), chunk.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw SystemError(ErrorCode::configuration, path, errno);
        if (got == 0) return text;
        text.append(chunk.data(), static_cast<std::size_t>(got));
        if (text.size() > largest_file)
            throw Error(ErrorCode::configuration, path, "is larger than 1 MiB");
    }
}

std::optional<sysctl::Parameter> read_declaration(const OwnedDirectory& directory,
                                                  const std::string& name) {
    const std::string text = read_rule_file(directory, name);
    if (text.empty()) return std::nullopt;
    const std::string path = directory.path() + "/" + name;
    Diagnostics diagnostics;
    auto parameter = sysctl::read_parameter(path, text, diagnostics);
    if (!parameter) {
        throw Error(ErrorCode::configuration, path,
                    diagnostics.empty() ? "declares no parameter"
                                        : "line " + std::to_string(diagnostics[0].location.line) +
                                              ": " + diagnostics[0].message);
    }
    // So that no two files can declare one key, and that a mask says which key it takes away.
    if (parameter->key.text() + ".toml" != name) {
        throw Error(ErrorCode::configuration, path,
                    "must be called " + parameter->key.text() + ".toml");
    }
    return parameter;
}

/// The directory in which each name counts; the last one wins.
std::map<std::string, const OwnedDirectory*> names_in(std::span<const OwnedDirectory> directories) {
    std::map<std::string, const OwnedDirectory*> names;
    for (const OwnedDirectory& directory : directories)
        for (const std::string& name : directory.list())
            if (!name.starts_with('.') && name.ends_with(".toml")) names[name] = &directory;
    return names;
}

void log_skipped(const Error& error) {
    log(Level::warning, "not used: " + error.object() + ": " + error.reason());
}

}  // namespace

sysctl::ParameterCatalog load_catalog(std::span<const std::string> directories) {
    std::vector<OwnedDirectory> open;
    for (const std::string& path : directories) {
        try {
            open.push_back(OwnedDirectory::open(path, false));
        } catch (const Error& error) {
            const auto* system = dynamic_cast<const SystemError*>(&error);
            if (system != nullptr && system->error_number() == ENOENT) continue;
            // What it may mask is not known: better nothing than a key that was taken away.
            log_skipped(error);
            return {};
        }
    }
    sysctl::ParameterCatalog catalog;
    for (const auto& [name, directory] : names_in(open)) {
        try {
            if (auto parameter = read_declaration(*directory, name))
                (void)catalog.add(std::move(*parameter));
        } catch (const Error& error) {
            log_skipped(error);
        }
    }
    return catalog;
}

}  // namespace tcptune::helper

// SPDX-License-Identifier: Apache-2.0
#include "cli/package_owner.hpp"

#include "cli/apply_child.hpp"

#include <tcptune/base/error.hpp>
#include <tcptune/base/text.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <vector>

#include <poll.h>
#include <unistd.h>

namespace tcptune::cli {
namespace {

constexpr const char* dpkg_lists = "/var/lib/dpkg/info";
constexpr const char* rpm_program = "/usr/bin/rpm";
constexpr std::size_t most_answer = std::size_t{1} << 20U;
constexpr std::chrono::seconds package_patience{5};

/// Where it may have been installed to: /lib and /usr/lib are one directory on a merged system, and
/// a package may name either.
std::vector<std::string> names_of(const std::string& file) {
    if (file.starts_with("/usr/lib/")) return {file, file.substr(4)};
    if (file.starts_with("/lib/")) return {file, "/usr" + file};
    return {file};
}

bool contains(std::string_view text, std::string_view part) {
    // A path's first letters are in every line: std::string_view::find() would stop at each.
    return ::memmem(text.data(), text.size(), part.data(), part.size()) != nullptr;
}

bool has_line(std::string_view text, const std::string& line) {
    return text.starts_with(line + "\n") || contains(text, "\n" + line + "\n");
}

/// "libc6" of "libc6:amd64.list"; "" of other names.
std::string package_of(std::string_view list) {
    if (!list.ends_with(".list")) return {};
    list.remove_suffix(5);
    return std::string(list.substr(0, list.find(':')));
}

Packages dpkg_owners(const std::set<std::string>& files, const host::FileTree& tree,
                     const host::Listing& lists) {
    const bool all_sysctl = std::ranges::all_of(
        files, [](const std::string& file) { return file.find("sysctl") != std::string::npos; });
    Packages found;
    for (const std::string& file : files)
        found.owners[file];
    for (const std::string& name : lists.names) {
        const std::string package = package_of(name);
        if (package.empty()) continue;
        const host::FileText list = tree.read(std::string(dpkg_lists) + "/" + name);
        if (!list.ok() || (all_sysctl && !contains(list.text, "sysctl"))) continue;
        for (const std::string& file : files) {
            const std::vector<std::string> candidates = names_of(file);
            if (std::ranges::none_of(candidates, [&](const std::string& candidate) {
                    return has_line(list.text, candidate);
                }))
                continue;
            std::string& owner = found.owners[file];
            owner += (owner.empty() ? "" : ", ") + package;
        }
    }
    return found;
}

/// What the program writes; nothing when it takes too long.
std::optional<std::string> answer_of(const std::vector<std::string>& words) {
    Child child(words, ChildStreams::captured, {{"LC_ALL", "C"}});
    const auto end = std::chrono::steady_clock::now() + package_patience;
    std::string answer;
    std::array<char, 4096> chunk{};
    while (answer.size() < most_answer) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            end - std::chrono::steady_clock::now());
        if (left.count() <= 0) return std::nullopt;
        pollfd output{.fd = child.output(), .events = POLLIN, .revents = 0};
        (void)::poll(&output, 1, static_cast<int>(left.count()));
        const ssize_t got = ::read(child.output(), chunk.data(), chunk.size());
        if (got == 0) return answer;
        if (got > 0) answer.append(chunk.data(), static_cast<std::size_t>(got));
        if (got < 0 && errno != EAGAIN && errno != EINTR) return std::nullopt;
    }
    return std::nullopt;
}

Packages ask_rpm(const std::set<std::string>& files) {
    std::vector<std::string> words{rpm_program, "-qf", "--qf", "%{NAME}\\n", "--"};
    words.insert(words.end(), files.begin(), files.end());
    try {
        if (const std::optional<std::string> answer = answer_of(words))
            return {.owners = rpm_owners(files, *answer), .problem = {}};
    } catch (const Error& error) {
        return {.owners = {}, .problem = std::string("rpm cannot be run: ") + error.reason()};
    }
    return {.owners = {}, .problem = "rpm did not answer in time"};
}

}  // namespace

std::map<std::string, std::string> rpm_owners(const std::set<std::string>& files,
                                              std::string_view answer) {
    std::vector<std::string_view> lines = split(answer, '\n');
    if (!lines.empty() && lines.back().empty()) lines.pop_back();
    if (lines.size() != files.size()) return {};
    std::map<std::string, std::string> owners;
    auto line = lines.begin();
    for (const std::string& file : files) {
        const bool one_word = split_words(*line).size() == 1;
        // Else "file /etc/x is not owned by any package".
        owners[file] = one_word ? std::string(*line) : std::string();
        ++line;
    }
    return owners;
}

Packages owners_of(const std::set<std::string>& files, const host::FileTree& tree, bool live) {
    if (files.empty()) return {};
    const host::Listing lists = tree.list(dpkg_lists);
    if (lists.ok() && !lists.names.empty()) return dpkg_owners(files, tree, lists);
    if (live && ::access(rpm_program, X_OK) == 0) return ask_rpm(files);
    return {.owners = {}, .problem = live ? "neither dpkg nor rpm is here" : "no lists of dpkg"};
}

}  // namespace tcptune::cli

// SPDX-License-Identifier: Apache-2.0
#include "host/path_walk.hpp"

#include <tcptune/base/text.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

#include <fcntl.h>

namespace tcptune::host {
namespace {

// The kernel's own limit (MAXSYMLINKS).
constexpr int max_links = 40;
// No path of ours is deeper; each level is one open descriptor.
constexpr std::size_t max_depth = 64;
const std::vector<std::string> null_device = {"dev", "null"};

}  // namespace

std::optional<std::string> link_text(int directory, const std::string& name) {
    std::array<char, PATH_MAX> buffer{};
    const ssize_t size = ::readlinkat(directory, name.c_str(), buffer.data(), buffer.size());
    if (size < 0) return std::nullopt;
    return std::string(buffer.data(), static_cast<std::size_t>(size));
}

PathWalk::PathWalk(int root, std::string_view path) : root_(root) {
    push_components(path);
}

void PathWalk::push_components(std::string_view path) {
    std::vector<std::string_view> parts = split(path, '/');
    std::reverse(parts.begin(), parts.end());
    for (const std::string_view part : parts) {
        if (!part.empty() && part != ".") pending_.emplace_back(part);
    }
}

int PathWalk::run() {
    name_.assign(1, '.');
    while (!pending_.empty()) {
        std::string component = std::move(pending_.back());
        pending_.pop_back();
        if (component == "..") {
            // Above the root is the root, as for chroot(2).
            if (!names_.empty()) names_.pop_back();
            if (!open_.empty()) open_.pop_back();
            continue;
        }
        if (pending_.empty()) {
            name_ = std::move(component);
            return 0;
        }
        if (const int error = enter(component); error != 0) return error;
    }
    return 0;
}

int PathWalk::enter(const std::string& component) {
    if (names_.size() >= max_depth || component.size() > NAME_MAX) return ENAMETOOLONG;
    const int flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    UniqueFd next(::openat(directory(), component.c_str(), flags));
    if (next) {
        open_.push_back(std::move(next));
        names_.push_back(component);
        return 0;
    }
    // A link gives ENOTDIR here, and so does a plain file.
    if (errno != ENOTDIR && errno != ELOOP) return errno;
    const int error = take_link(component);
    return error == EINVAL ? ENOTDIR : error;
}

int PathWalk::take_link(const std::string& component) {
    if (++links_ > max_links) return ELOOP;
    const std::optional<std::string> target = link_text(directory(), component);
    if (!target) return errno;
    if (pending_.size() > max_depth) return ENAMETOOLONG;
    if (!target->empty() && target->front() == '/') {
        open_.clear();
        names_.clear();
    }
    push_components(*target);
    return 0;
}

int PathWalk::follow() {
    const std::string link = name_;
    if (const int error = take_link(link); error != 0) return error;
    // Known by its name, before it is looked for: the tree of a test or an image has no devices.
    at_null_device_ = ahead() == null_device;
    return at_null_device_ ? ENXIO : run();
}

std::vector<std::string> PathWalk::ahead() const {
    std::vector<std::string> names = names_;
    for (auto part = pending_.rbegin(); part != pending_.rend(); ++part) {
        if (*part != "..")
            names.push_back(*part);
        else if (!names.empty())
            names.pop_back();
    }
    return names;
}

UniqueFd PathWalk::take_directory() {
    if (open_.empty()) return {};
    UniqueFd directory = std::move(open_.back());
    open_.pop_back();
    return directory;
}

std::string PathWalk::path() const {
    std::string path;
    for (const std::string& name : names_)
        path += '/' + name;
    if (name_ != ".") path += '/' + name_;
    return path.empty() ? "/" : path;
}

}  // namespace tcptune::host

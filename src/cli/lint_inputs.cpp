// SPDX-License-Identifier: Apache-2.0
#include "cli/lint_inputs.hpp"

#include "cli/files.hpp"

#include <tcptune/base/error.hpp>
#include <tcptune/base/text.hpp>
#include <tcptune/base/unique_fd.hpp>
#include <tcptune/host/directory_stream.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <memory>
#include <set>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace tcptune::cli {
namespace {

constexpr const char* not_a_file = "not a regular file or a pipe";
/// Each level is one open descriptor.
constexpr std::size_t deepest_walk = 64;

std::string reason_of(int error) {
    return SystemError(ErrorCode::no_input, "", error).reason();
}

/// Without links; "" when it cannot be told.
std::string real_path(const std::string& path) {
    const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr),
                                                           std::free);
    return real ? std::string(real.get()) : std::string();
}

bool speaks_of_sysctl(std::string_view name) {
    return name.find("sysctl") != std::string_view::npos;
}

bool has_lint_suffix(std::string_view name) {
    return name.ends_with(".conf") || name.ends_with(".j2") || name.ends_with(".erb");
}

/// "net.ipv4.tcp_syncookies = 1": a line that no other kind of file has.
bool is_sysctl_line(std::string_view line) {
    line = trim(line);
    if (line.starts_with('-')) line.remove_prefix(1);
    const std::string_view name = trim(line.substr(0, line.find('=')));
    if (name.size() == line.size()) return false;
    constexpr std::array<std::string_view, 5> roots{"net", "kernel", "vm", "fs", "user"};
    return std::ranges::any_of(roots, [&](std::string_view root) {
        if (!name.starts_with(root) || name.size() < root.size() + 3) return false;
        const char separator = name[root.size()];
        return (separator == '.' || separator == '/') &&
               name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-./*") ==
                   std::string_view::npos;
    });
}

/// Templates of roles are often called after what they are for: their first lines tell.
bool sets_sysctls(int directory, const std::string& name) {
    constexpr std::size_t looked_at = 4096;
    const UniqueFd fd(
        ::openat(directory, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    std::string head;
    if (!fd || read_all(fd.get(), looked_at, head) != 0) return false;
    return std::ranges::any_of(split(head, '\n'), is_sysctl_line);
}

/// The files below one operand.
class LintWalk {
public:
    LintWalk(std::string root, LintSources& found) : root_(std::move(root)), found_(found) {}

    void run() {
        const UniqueFd fd(::open(root_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!fd) return refuse(root_, reason_of(errno));
        real_root_ = real_path(root_);
        const std::size_t unread_before = found_.unread.size();
        // "." is called by its own name.
        visit(fd.get(), root_, speaks_of_sysctl(base_name(real_root_)), 0);
        add_links();
        std::ranges::sort(files_, {}, &LintSource::shown);
        // To check nothing and call it clean would hide a slip in the path.
        if (files_.empty() && links_.empty() && found_.unread.size() == unread_before)
            refuse(root_, passed_over_ == 0
                              ? "no sysctl files here"
                              : "no sysctl files here; " + std::to_string(passed_over_) +
                                    " other *.conf, *.j2 and *.erb files set no sysctl in their "
                                    "first 4 KiB (name a file to check it all the same)");
        std::ranges::move(files_, std::back_inserter(found_.sources));
    }

private:
    void refuse(const std::string& file, std::string reason) {
        found_.unread.push_back({.file = file, .reason = std::move(reason)});
    }

    void visit(int directory, const std::string& path, bool in_sysctl, std::size_t depth) {
        UniqueFd own(::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        const host::DirectoryStream stream(own ? ::fdopendir(own.get()) : nullptr);
        if (!stream) return refuse(path, reason_of(errno));
        (void)own.release();
        errno = 0;
        while (const dirent* entry = ::readdir(stream.get())) {
            const std::string name = entry->d_name;
            if (!name.starts_with('.')) visit_entry(directory, path, name, in_sysctl, depth);
            errno = 0;
        }
        if (errno != 0) refuse(path, reason_of(errno));
    }

    void visit_entry(int directory, const std::string& path, const std::string& name,
                     bool in_sysctl, std::size_t depth) {
        const std::string below = path + (path.ends_with('/') ? "" : "/") + name;
        const bool named = in_sysctl || speaks_of_sysctl(name);
        struct stat info{};
        if (::fstatat(directory, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
            // Gone since it was listed: no longer there to be judged.
            if (errno != ENOENT) refuse(below, reason_of(errno));
            return;
        }
        if (S_ISDIR(info.st_mode)) {
            if (depth >= deepest_walk) return refuse(below, "too deep below the directory given");
            const UniqueFd fd(
                ::openat(directory, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
            if (!fd) return refuse(below, reason_of(errno));
            return visit(fd.get(), below, named, depth + 1);
        }
        if (!has_lint_suffix(name)) return;
        if (!named && !(S_ISREG(info.st_mode) && sets_sysctls(directory, name))) {
            ++passed_over_;
            return;
        }
        if (S_ISLNK(info.st_mode)) {
            links_.push_back(below);
        } else if (S_ISREG(info.st_mode)) {
            inodes_.emplace(info.st_dev, info.st_ino);
            files_.push_back({.shown = below, .path = below});
        } else {
            refuse(below, "not a regular file");
        }
    }

    /// A link to a file of the tree that is not there by its own name; one that leads out of it, as
    /// a mask of sysctl.d(5) does, is not followed.
    void add_links() {
        std::ranges::sort(links_);
        for (const std::string& link : links_) {
            const std::string real = real_path(link);
            if (!real.starts_with(real_root_ + (real_root_.ends_with('/') ? "" : "/"))) continue;
            struct stat info{};
            if (::stat(real.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) continue;
            if (inodes_.emplace(info.st_dev, info.st_ino).second)
                files_.push_back({.shown = link, .path = real});
        }
    }

    std::string root_;
    std::string real_root_;
    LintSources& found_;
    std::size_t passed_over_ = 0;
    std::vector<LintSource> files_;
    std::vector<std::string> links_;
    std::set<std::pair<dev_t, ino_t>> inodes_;
};

void add_operand_source(const std::string& operand, LintSources& found) {
    if (operand == "-") {
        found.sources.push_back({.shown = "<stdin>", .path = "", .may_wait = true});
    } else if (is_directory(operand)) {
        LintWalk(operand, found).run();
    } else {
        found.sources.push_back({.shown = operand, .path = operand, .may_wait = true});
    }
}

/// The same file under a second name, or named a second time, is left out.
void leave_out_repeated(std::vector<LintSource>& sources) {
    std::set<std::pair<dev_t, ino_t>> seen;
    std::set<std::string> names;
    std::erase_if(sources, [&](const LintSource& source) {
        struct stat info{};
        const bool is_file = !source.path.empty() && ::stat(source.path.c_str(), &info) == 0 &&
                             S_ISREG(info.st_mode);
        if (is_file) return !seen.emplace(info.st_dev, info.st_ino).second;
        return !names.insert(source.path).second;
    });
}

bool same_time(const timespec& a, const timespec& b) {
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

}  // namespace

LintSources find_lint_sources(std::span<const std::string> operands) {
    LintSources found;
    for (const std::string& operand : operands)
        add_operand_source(operand, found);
    leave_out_repeated(found.sources);
    return found;
}

bool FileStamp::operator==(const FileStamp& other) const {
    return device == other.device && inode == other.inode && size == other.size &&
           same_time(modified, other.modified) && same_time(changed, other.changed);
}

FileStamp stamp_of(const struct stat& info) {
    return {.device = info.st_dev,
            .inode = info.st_ino,
            .size = info.st_size,
            .modified = info.st_mtim,
            .changed = info.st_ctim};
}

LintText read_lint_source(const LintSource& source) {
    UniqueFd opened;
    if (!source.path.empty()) {
        // Looked at before it is opened: to open a device or a pipe may already do something.
        struct stat info{};
        if (::stat(source.path.c_str(), &info) != 0)
            throw SystemError(ErrorCode::no_input, source.shown, errno);
        const bool waits = source.may_wait && S_ISFIFO(info.st_mode);
        if (!S_ISREG(info.st_mode) && !waits)
            throw Error(ErrorCode::no_input, source.shown, not_a_file);
        const int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | (waits ? 0 : O_NONBLOCK) |
                          (source.may_wait ? 0 : O_NOFOLLOW);
        opened.reset(::open(source.path.c_str(), flags));
        if (!opened) throw SystemError(ErrorCode::no_input, source.shown, errno);
    }
    const int fd = opened ? opened.get() : STDIN_FILENO;
    struct stat info{};
    if (::fstat(fd, &info) != 0) throw SystemError(ErrorCode::no_input, source.shown, errno);
    if (opened && !S_ISREG(info.st_mode) && !(source.may_wait && S_ISFIFO(info.st_mode)))
        throw Error(ErrorCode::no_input, source.shown, not_a_file);
    LintText read;
    if (S_ISREG(info.st_mode) && opened) read.stamp = stamp_of(info);
    if (const int failure = read_all(fd, lint_file_limit + 1, read.text); failure != 0)
        throw SystemError(ErrorCode::no_input, source.shown, failure);
    if (read.text.size() > lint_file_limit)
        throw Error(ErrorCode::no_input, source.shown, "larger than 16 MiB");
    return read;
}

}  // namespace tcptune::cli

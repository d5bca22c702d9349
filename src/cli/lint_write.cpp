// SPDX-License-Identifier: Apache-2.0
#include "cli/lint_write.hpp"

#include <tcptune/base/error.hpp>
#include <tcptune/base/unique_fd.hpp>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <sys/xattr.h>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace tcptune::cli {
namespace {

[[noreturn]] void refuse_rewrite(const Rewrite& rewrite, const std::string& reason) {
    throw Error(ErrorCode::operational, rewrite.shown, reason + "; it was not changed");
}

[[noreturn]] void fail_rewrite(const Rewrite& rewrite, int error) {
    refuse_rewrite(rewrite, SystemError(ErrorCode::operational, "", error).reason());
}

constexpr const char* is_changed = "was changed by somebody else meanwhile";

/// The file itself, where `path` is a link.
std::string target_of(const Rewrite& rewrite) {
    const std::unique_ptr<char, decltype(&std::free)> real(
        ::realpath(rewrite.path.c_str(), nullptr), std::free);
    if (!real) fail_rewrite(rewrite, errno);
    return real.get();
}

std::string folder_of(const std::string& target) {
    const std::size_t slash = target.rfind('/');
    return slash == 0 ? "/" : target.substr(0, slash);
}

/// The file as it was read, opened once more.
struct OldFile {
    std::string target;
    UniqueFd fd;
    struct stat info{};
};

OldFile open_old(const Rewrite& rewrite) {
    if (!rewrite.stamp) refuse_rewrite(rewrite, "is not a regular file");
    OldFile old{.target = target_of(rewrite), .fd = {}};
    old.fd.reset(
        ::open(old.target.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (!old.fd || ::fstat(old.fd.get(), &old.info) != 0) fail_rewrite(rewrite, errno);
    if (stamp_of(old.info) != rewrite.stamp) refuse_rewrite(rewrite, is_changed);
    if (old.info.st_nlink != 1)
        refuse_rewrite(rewrite, "has more than one name (hard links): they would part");
    if ((old.info.st_mode & 0222U) == 0) refuse_rewrite(rewrite, "is read-only");
    if (::faccessat(AT_FDCWD, old.target.c_str(), W_OK, AT_EACCESS) != 0 ||
        ::faccessat(AT_FDCWD, folder_of(old.target).c_str(), W_OK | X_OK, AT_EACCESS) != 0)
        fail_rewrite(rewrite, errno);
    return old;
}

/// Access lists must come along: without one, others could do less or more than before. Of other
/// attributes (labels, that the kernel gives by itself) what this user may set.
void copy_attributes(const Rewrite& rewrite, int from, int to) {
    std::vector<char> names(65536);  // the kernel's own limit of a list
    const ssize_t size = ::flistxattr(from, names.data(), names.size());
    if (size < 0 && errno == ENOTSUP) return;
    if (size < 0) fail_rewrite(rewrite, errno);
    std::vector<char> value(65536);
    for (const char* name = names.data(); name < names.data() + size;
         name += std::string_view(name).size() + 1) {
        const ssize_t length = ::fgetxattr(from, name, value.data(), value.size());
        const bool copied = length >= 0 && ::fsetxattr(to, name, value.data(),
                                                       static_cast<std::size_t>(length), 0) == 0;
        if (!copied && std::string_view(name).starts_with("system.posix_acl"))
            fail_rewrite(rewrite, errno);
    }
}

void copy_owner(const Rewrite& rewrite, const struct stat& old, FileAside& aside) {
    struct stat made{};
    if (::fstat(aside.fd(), &made) != 0) fail_rewrite(rewrite, errno);
    if (made.st_uid == old.st_uid && made.st_gid == old.st_gid) return;
    if (::fchown(aside.fd(), old.st_uid, old.st_gid) != 0)
        refuse_rewrite(rewrite, "belongs to somebody else, and this user cannot keep it so");
}

}  // namespace

NewFile write_beside(const Rewrite& rewrite) {
    const OldFile old = open_old(rewrite);
    std::string bytes;
    if (const int error = read_all(old.fd.get(), lint_file_limit + 1, bytes); error != 0)
        fail_rewrite(rewrite, error);
    if (bytes != rewrite.before) refuse_rewrite(rewrite, is_changed);
    try {
        NewFile made{old.target, std::make_unique<FileAside>(old.target)};
        made.aside->write(rewrite.after);
        // What the directory gives to new files by itself.
        (void)::fremovexattr(made.aside->fd(), "system.posix_acl_access");
        copy_owner(rewrite, old.info, *made.aside);
        // After the owner: to change it takes away set-user-id bits.
        made.aside->set_mode(old.info.st_mode & 07777U);
        copy_attributes(rewrite, old.fd.get(), made.aside->fd());
        made.aside->flush();
        made.aside->close();
        return made;
    } catch (const SystemError& error) {
        refuse_rewrite(rewrite, error.reason());
    }
}

bool put_in_place(const Rewrite& rewrite, NewFile& made) {
    struct stat now{};
    if (::lstat(made.target.c_str(), &now) != 0 || stamp_of(now) != rewrite.stamp)
        refuse_rewrite(rewrite, is_changed);
    try {
        made.aside->take_place();
    } catch (const SystemError& error) {
        refuse_rewrite(rewrite, error.reason());
    }
    const UniqueFd folder(
        ::open(folder_of(made.target).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return folder && ::fsync(folder.get()) == 0;
}

}  // namespace tcptune::cli

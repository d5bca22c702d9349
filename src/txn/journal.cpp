// SPDX-License-Identifier: Apache-2.0
#include "txn/journal.hpp"

#include <tcptune/base/error.hpp>

#include <algorithm>
#include <cerrno>

#include <unistd.h>

namespace tcptune::txn {
namespace {

constexpr const char* lock_name = "lock";
constexpr std::size_t largest_journal = std::size_t{4} << 20U;

}  // namespace

Journal::Journal(const std::string& volatile_state, const std::string& netns)
    : directory_(host::OwnedDirectory::open(volatile_state, true)), name_("journal." + netns) {
    std::ranges::replace(name_, ':', '-');
}

bool Journal::lock() {
    if (lock_) return true;
    std::optional<UniqueFd> fd = directory_.lock(lock_name);
    if (fd) lock_ = *std::move(fd);
    return static_cast<bool>(lock_);
}

std::optional<std::string> Journal::read() const {
    std::optional<host::OwnedFile> file = directory_.read(name_, largest_journal);
    if (!file) return std::nullopt;
    return std::move(file->bytes);
}

void Journal::reopen() {
    const std::string text = read().value_or("");
    file_ = directory_.open_append(name_);
    const std::size_t whole = text.rfind('\n') + 1;
    if (whole < text.size() && ::ftruncate(file_.get(), static_cast<off_t>(whole)) != 0)
        throw SystemError(ErrorCode::operational, directory_.path() + '/' + name_, errno);
}

void Journal::append(const std::string& records) {
    if (!file_) reopen();
    const off_t before = ::lseek(file_.get(), 0, SEEK_END);
    ssize_t put = 0;
    do {
        put = ::write(file_.get(), records.data(), records.size());
    } while (put < 0 && errno == EINTR);
    if (put >= 0 && static_cast<std::size_t>(put) == records.size()) return;
    const int error = put < 0 ? errno : ENOSPC;
    // Half a record would hide whatever follows it.
    if (before >= 0) (void)!::ftruncate(file_.get(), before);
    throw SystemError(ErrorCode::operational, directory_.path() + '/' + name_, error);
}

void Journal::remove() {
    file_.reset();
    (void)directory_.remove(name_);
}

}  // namespace tcptune::txn

// SPDX-License-Identifier: Apache-2.0
#include "txn/history.hpp"

#include <tcptune/base/error.hpp>
#include <tcptune/base/text.hpp>

#include <algorithm>
#include <cerrno>

namespace tcptune::txn {
namespace {

constexpr std::size_t kept = 50;
/// The longest value, of ip_local_reserved_ports, has 200 KiB and may stand there three times.
constexpr std::size_t largest_entry = std::size_t{4} << 20U;
constexpr std::size_t number_digits = 8;

/// Of an ended transaction the end, of one that is being committed that it is.
host::OwnedFile entry_of(const Transaction& transaction) {
    std::string text = header_records(transaction);
    if (transaction.file) text += file_records(*transaction.file);
    return {text + end_records(transaction), 0600};
}

}  // namespace

History::History(const std::string& durable_state)
    : directory_([&] {
          (void)host::OwnedDirectory::open(durable_state, true);
          return host::OwnedDirectory::open(durable_state + "/history", true);
      }()) {}

std::vector<History::Name> History::names() const {
    std::vector<Name> names;
    for (std::string& file : directory_.list()) {
        const auto number = parse_integer(std::string_view(file).substr(0, number_digits));
        if (file.size() != number_digits + 1 + 32 || !number || *number < 0) continue;
        names.push_back({*number, file.substr(number_digits + 1), std::move(file)});
    }
    return names;
}

std::string History::name_for(const Transaction& transaction) const {
    std::int64_t next = 1;
    for (const Name& name : names()) {
        if (name.id == transaction.id) return name.file;
        next = std::max(next, name.number + 1);
    }
    std::string digits = std::to_string(next);
    digits.insert(0, number_digits - std::min(digits.size(), number_digits), '0');
    return digits + '-' + transaction.id;
}

void History::put(const Transaction& transaction) const {
    if (!directory_.replace(name_for(transaction), entry_of(transaction)))
        throw SystemError(ErrorCode::operational, directory_.path(), EIO);
    std::vector<Name> all = names();
    for (std::size_t i = 0; i + kept < all.size(); ++i)
        (void)directory_.remove(all[i].file);
}

void History::try_put(const Transaction& transaction) const {
    directory_.try_replace(name_for(transaction), entry_of(transaction));
}

void History::clean_up() const {
    for (const std::string& file : directory_.list()) {
        if (file.starts_with('.') && file.ends_with(".new")) (void)directory_.remove(file);
    }
}

std::vector<Transaction> History::all(std::size_t* unreadable) const {
    std::vector<Transaction> result;
    std::vector<Name> files = names();
    std::ranges::reverse(files);
    for (const Name& name : files) {
        try {
            const std::string where = directory_.path() + '/' + name.file;
            const auto file = directory_.read(name.file, largest_entry);
            std::optional<Transaction> entry;
            if (file) entry = read_transaction(file->bytes, where);
            if (!entry || entry->id != name.id)
                throw Error(ErrorCode::operational, where, "is not the entry it should be");
            result.push_back(*std::move(entry));
        } catch (const Error&) {
            if (unreadable != nullptr) ++*unreadable;
        }
    }
    return result;
}

std::optional<Transaction> History::find(const std::string& id) const {
    const std::vector<Name> files = names();
    const auto found = std::ranges::find(files, id, &Name::id);
    if (found == files.end()) return std::nullopt;
    const auto file = directory_.read(found->file, largest_entry);
    return file ? read_transaction(file->bytes, directory_.path() + '/' + found->file)
                : std::nullopt;
}

}  // namespace tcptune::txn

// SPDX-License-Identifier: Apache-2.0
#include "txn/running.hpp"

#include "txn/values.hpp"

#include <tcptune/base/text.hpp>
#include <tcptune/txn/fault.hpp>

#include <cerrno>
#include <optional>
#include <system_error>

namespace tcptune::txn {
namespace {

std::string words_of(int error) {
    return std::generic_category().message(error);
}

Reading read_open(host::SysctlFile& file) {
    Reading reading;
    std::string text;
    reading.error = file.read(text);
    if (reading.error == 0) reading.text = fold_spaces(text);
    return reading;
}

Outcome outcome(const Item& item, OutcomeStatus status, std::string after, std::string detail) {
    return {item.key.text(), status, item.old_value, std::move(after), std::move(detail)};
}

/// One attempt to give an item its old value back. Nothing: it failed, and may be tried again when
/// other keys have been restored (a range below the first unprivileged port is refused).
std::optional<Outcome> restore(host::SysctlTree& sysctls, const Item& item, const Transaction& of,
                               bool checkpoint, Outcome& failure) {
    int error = 0;
    const std::unique_ptr<host::SysctlFile> file = sysctls.open(item.key, true, error);
    if (!file && error == ENOENT)
        return outcome(item, OutcomeStatus::gone, {}, "the kernel no longer has the key");
    failure = outcome(item, OutcomeStatus::failed, {}, words_of(error));
    if (!file) return std::nullopt;
    Reading now = read_open(*file);
    failure = outcome(item, OutcomeStatus::failed, now.text, words_of(now.error));
    if (now.error != 0) return std::nullopt;
    if (same_value(item.type, now.text, item.old_value))
        return outcome(item, OutcomeStatus::already_old, now.text, {});
    // A write that was read back left all of the value; one that was refused or cut off, part of
    // it.
    const bool cut_off = of.reason == Reason::write_failed || of.reason == Reason::recovered;
    const bool ours = cut_off ? may_be_ours(item.type, now.text, item.old_value, item.wanted)
                              : same_value(item.type, now.text, item.wanted);
    if (!checkpoint && !of.force && !ours) {
        return Outcome{item.key.text(), OutcomeStatus::conflict, now.text, now.text,
                       "somebody else set this value meanwhile (ours was " + item.wanted +
                           ", before it " + item.old_value + "); it was left alone"};
    }
    error = file->write(text_to_write(item.type, item.old_value));
    const Reading after = read_open(*file);
    if (after.error == 0 && same_value(item.type, after.text, item.old_value))
        return Outcome{item.key.text(), OutcomeStatus::restored, now.text, after.text, {}};
    failure = outcome(item, OutcomeStatus::failed, after.text,
                      error != 0 ? words_of(error) : "reads back differently");
    return std::nullopt;
}

}  // namespace

Reading read_now(host::SysctlTree& sysctls, const sysctl::Key& key) {
    Reading reading;
    const std::unique_ptr<host::SysctlFile> file = sysctls.open(key, false, reading.error);
    return file ? read_open(*file) : reading;
}

std::vector<std::unique_ptr<host::SysctlFile>> open_items(host::SysctlTree& sysctls,
                                                          std::vector<Item>& items) {
    std::vector<std::unique_ptr<host::SysctlFile>> files;
    std::string missing, refused;
    for (Item& item : items) {
        int error = 0;
        std::unique_ptr<host::SysctlFile> file = sysctls.open(item.key, true, error);
        if (file) {
            const Reading now = read_open(*file);
            error = now.error;
            item.old_value = now.text;
        }
        if (error != 0) {
            std::string& list = error == ENOENT ? missing : refused;
            list += (list.empty() ? "" : ", ") + item.key.text();
            if (error != ENOENT) list += " (" + words_of(error) + ")";
        }
        files.push_back(std::move(file));
    }
    if (!missing.empty())
        throw Refused(Fault::key_missing, missing, "this kernel does not have it here");
    if (!refused.empty())
        throw Refused(Fault::read_only, refused, "the kernel does not let it be written here");
    return files;
}

bool write_items(std::vector<std::unique_ptr<host::SysctlFile>>& files, std::vector<Item>& items,
                 const std::function<void(std::size_t)>& intend) {
    for (std::size_t i = 0; i < items.size(); ++i) {
        Item& item = items[i];
        if (same_value(item.type, item.old_value, item.wanted)) continue;
        intend(i);
        item.write_begun = true;
        const int error = files[i]->write(text_to_write(item.type, item.wanted));
        // Also after a refusal: a list is stored element by element up to the bad one.
        const Reading now = read_open(*files[i]);
        if (error == 0 && now.error == 0 && same_value(item.type, now.text, item.wanted)) continue;
        const std::string why =
            error != 0 ? words_of(error)
                       : (now.error != 0 ? words_of(now.error) : "reads back as " + now.text);
        item.end = outcome(item, OutcomeStatus::failed, now.text, why);
        return false;
    }
    return true;
}

const Item* find_drift(host::SysctlTree& sysctls, std::vector<Item>& items) {
    for (Item& item : items) {
        const Reading now = read_now(sysctls, item.key);
        if (now.error == 0 && same_value(item.type, now.text, item.wanted)) continue;
        item.end = outcome(
            item, OutcomeStatus::conflict, now.text,
            now.error != 0 ? words_of(now.error) : "somebody else set this value meanwhile");
        return &item;
    }
    return nullptr;
}

Undone undo_items(host::SysctlTree& sysctls, Transaction& transaction) {
    // Of a checkpoint that was kept it is known what was kept.
    const bool checkpoint = transaction.kind == Kind::checkpoint && !transaction.was_committed;
    std::vector<std::size_t> open;
    for (std::size_t i = transaction.items.size(); i-- > 0;) {
        if (checkpoint || transaction.items[i].write_begun) open.push_back(i);
    }
    Undone result;
    for (bool progress = true; progress && !open.empty();) {
        progress = false;
        std::vector<std::size_t> left;
        for (const std::size_t i : open) {
            Item& item = transaction.items[i];
            const bool was_refused = item.end && item.end->status == OutcomeStatus::failed &&
                                     transaction.reason == Reason::write_failed;
            Outcome failure;
            std::optional<Outcome> done = restore(sysctls, item, transaction, checkpoint, failure);
            if (!done) {
                failure.detail = "cannot be restored: " + failure.detail;
                item.end = failure;
                left.push_back(i);
                continue;
            }
            progress = true;
            result.conflicts = result.conflicts || done->status == OutcomeStatus::conflict;
            // That the write was refused is what a person must read; the old value is back.
            if (was_refused && done->status != OutcomeStatus::conflict)
                item.end->after = done->after;
            else
                item.end = std::move(done);
        }
        open = std::move(left);
    }
    result.failed = !open.empty();
    // What was left as it was tells nothing; of a checkpoint that is nearly every key.
    if (checkpoint) {
        for (Item& item : transaction.items) {
            if (item.end && item.end->status == OutcomeStatus::already_old) item.end.reset();
        }
    }
    return result;
}

}  // namespace tcptune::txn

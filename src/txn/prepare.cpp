// SPDX-License-Identifier: Apache-2.0
#include "txn/service_state.hpp"
#include "txn/values.hpp"

#include <array>
#include <cerrno>
#include <sys/random.h>

namespace tcptune::txn {
namespace {

std::string random_id() {
    std::array<unsigned char, 16> bytes{};
    std::size_t have = 0;
    while (have < bytes.size()) {
        const ssize_t got = ::getrandom(bytes.data() + have, bytes.size() - have, 0);
        if (got < 0 && errno != EINTR)
            throw Refused(Fault::write_failed, "", "the kernel gives no random numbers");
        have += got > 0 ? static_cast<std::size_t>(got) : 0;
    }
    constexpr std::string_view digits = "0123456789abcdef";
    std::string id;
    for (const unsigned char byte : bytes) {
        id += digits[byte >> 4U];
        id += digits[byte & 15U];
    }
    return id;
}

Transaction begin(const Ground& ground, Kind kind, const Caller& caller) {
    if (ground.boot_id.empty() || ground.netns.empty()) {
        throw Refused(Fault::recovery_required, "",
                      "the boot or the network namespace cannot be told from others");
    }
    Transaction transaction;
    transaction.id = random_id();
    transaction.kind = kind;
    transaction.boot_id = ground.boot_id;
    transaction.netns = ground.netns;
    transaction.caller = caller;
    transaction.started_unix_s = ground.clock.unix_s();
    return transaction;
}

void check_namespace(const Ground& ground, const std::string& netns) {
    if (netns == ground.netns) return;
    throw Refused(Fault::wrong_namespace, "",
                  "the request means another network namespace than the one that is served");
}

const sysctl::Parameter& allowed(const Ground& ground, const std::string& key) {
    const sysctl::Parameter* parameter = ground.catalog.find(key);
    if (parameter == nullptr)
        throw Refused(Fault::key_not_allowed, key, "no rule file declares it");
    if (parameter->access != sysctl::Access::apply)
        throw Refused(Fault::key_not_allowed, key, "tcptune advises about it and never writes it");
    return *parameter;
}

}  // namespace

void check_expected(const std::vector<Item>& items, const std::vector<Change>& changes) {
    std::string drifted, key;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (same_value(items[i].type, items[i].old_value, changes[i].expected)) continue;
        if (key.empty()) key = changes[i].key;
        drifted += (drifted.empty() ? "" : "; ") + changes[i].key + " is " + items[i].old_value +
                   ", not " + changes[i].expected;
    }
    if (!drifted.empty()) throw Refused(Fault::drift, key, drifted);
}

Transaction prepare(const Ground& ground, const ApplyRequest& request, const Caller& caller) {
    check_form(request);
    check_namespace(ground, request.netns);
    Transaction transaction = begin(ground, Kind::apply, caller);
    transaction.persist = request.persist;
    transaction.bound = request.bound;
    transaction.label = request.label;
    transaction.plan_digest = request.plan_digest;
    for (const Change& change : request.changes) {
        const sysctl::Parameter& parameter = allowed(ground, change.key);
        check_desired(parameter, change.desired);
        Item item(parameter.key);
        item.type = parameter.type;
        item.wanted = change.desired;
        transaction.items.push_back(std::move(item));
    }
    // Opened for writing and closed again: what cannot be written is known before any other check
    // of values; the files are opened anew for the writes.
    (void)open_items(ground.sysctls, transaction.items);
    check_expected(transaction.items, request.changes);
    return transaction;
}

Transaction prepare(const Ground& ground, const CheckpointRequest& request, const Caller& caller) {
    check_form(request);
    check_namespace(ground, request.netns);
    Transaction transaction = begin(ground, Kind::checkpoint, caller);
    transaction.bound = request.bound;
    transaction.label = request.label;
    for (const auto& [key, parameter] : ground.catalog.all()) {
        if (parameter.access != sysctl::Access::apply) continue;
        int error = 0;
        // What cannot be written here cannot be changed by CMD either, nor restored.
        if (!ground.sysctls.open(parameter.key, true, error)) continue;
        const Reading now = read_now(ground.sysctls, parameter.key);
        if (now.error != 0) continue;
        Item item(parameter.key);
        item.type = parameter.type;
        item.old_value = now.text;
        transaction.items.push_back(std::move(item));
    }
    if (transaction.items.empty())
        throw Refused(Fault::read_only, "", "no key can be written here");
    return transaction;
}

void preflight(const TransactionService::State_& state, const Transaction& transaction) {
    refusing([&] {
        if (transaction.persist) {
            const auto present = state.read_present();
            host::OwnedFile file = present.file.value_or(host::OwnedFile{});
            file.bytes =
                drop_in_text(with_values(present.values, transaction.items), transaction.id);
            present.directory.try_replace(drop_in_name, file);
        }
        History(state.ground.places.durable_state).try_put(transaction);
    });
}

}  // namespace tcptune::txn

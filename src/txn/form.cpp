// SPDX-License-Identifier: Apache-2.0
#include <tcptune/sysctl/key.hpp>
#include <tcptune/txn/fault.hpp>
#include <tcptune/txn/request.hpp>

#include <algorithm>
#include <set>

namespace tcptune::txn {
namespace {

[[noreturn]] void refuse(Fault fault, std::string object, std::string reason) {
    throw Refused(fault, std::move(object), std::move(reason));
}

bool is_printable(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

bool is_hexadecimal(std::string_view text, std::size_t digits) {
    return text.size() == digits && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

void check_value_form(const std::string& key, const std::string& value, const char* which) {
    if (value.size() > max_value_bytes)
        refuse(Fault::invalid_value, key, std::string("the ") + which + " value is too long");
    if (!is_printable(value)) {
        refuse(Fault::invalid_value, key,
               std::string("the ") + which + " value has characters outside printable ASCII");
    }
}

void check_common(std::uint32_t timeout_s, const std::string& netns, const std::string& label) {
    if (timeout_s < min_timeout_s || timeout_s > max_timeout_s)
        refuse(Fault::invalid_args, "", "the timeout must be 10 to 3600 seconds");
    if (netns.empty() || netns.size() > 64 || !is_printable(netns))
        refuse(Fault::invalid_args, "", "the network namespace is not a name of one");
    if (label.size() > max_label_bytes || !is_printable(label))
        refuse(Fault::invalid_args, "", "the label must be at most 64 printable ASCII characters");
}

}  // namespace

void check_form(const ApplyRequest& request) {
    if (request.changes.empty() || request.changes.size() > max_changes)
        refuse(Fault::invalid_args, "", "a request has 1 to 64 changes");
    std::set<std::string> keys;
    for (const Change& change : request.changes) {
        // The text of a key that is none is not repeated: it may be anything.
        if (change.key.size() > max_key_bytes || change.key.starts_with('-') ||
            !sysctl::Key::parse(change.key))
            refuse(Fault::invalid_key, "", "a key is not the dotted name of a sysctl");
        if (!keys.insert(change.key).second)
            refuse(Fault::invalid_args, change.key, "the key is there twice");
        check_value_form(change.key, change.expected, "expected");
        check_value_form(change.key, change.desired, "desired");
    }
    if (!request.plan_digest.empty() && !is_hexadecimal(request.plan_digest, 64))
        refuse(Fault::invalid_args, "", "the plan's digest must be 64 hexadecimal digits");
    check_common(request.timeout_s, request.netns, request.label);
}

void check_form(const CheckpointRequest& request) {
    check_common(request.timeout_s, request.netns, request.label);
}

bool is_transaction_id(std::string_view text) {
    return is_hexadecimal(text, 32);
}

}  // namespace tcptune::txn

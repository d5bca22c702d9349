// SPDX-License-Identifier: Apache-2.0
#include "dbus/error_prefixes.hpp"

#include <tcptune/dbus/wire.hpp>

#include <array>
#include <utility>

namespace tcptune::dbus {
namespace {

using txn::Fault;
using txn::Refused;

/// The faults for which every service uses the same name.
constexpr std::array<std::pair<Fault, std::string_view>, 4> standard_names{{
    {Fault::invalid_args, "InvalidArgs"},
    {Fault::not_authorized, "AccessDenied"},
    {Fault::interaction_needed, "InteractiveAuthorizationRequired"},
    {Fault::limits_exceeded, "LimitsExceeded"},
}};

[[noreturn]] void refuse(Fault fault, std::string reason) {
    throw Refused(fault, "", std::move(reason));
}

void check_flags(std::uint32_t flags, std::uint32_t known) {
    if ((flags & ~known) != 0) refuse(Fault::unsupported, "a flag is not known");
}

void check_bytes(std::size_t bytes) {
    if (bytes > max_call_bytes) refuse(Fault::invalid_args, "the call is too large");
}

}  // namespace

txn::ApplyRequest apply_request(std::vector<WireChange> changes, std::uint32_t timeout,
                                std::string netns, std::uint32_t flags, std::string label,
                                std::string plan) {
    if (changes.empty() || changes.size() > txn::max_changes)
        refuse(Fault::invalid_args, "there must be 1 to 64 changes");
    std::size_t bytes = netns.size() + label.size() + plan.size();
    for (const WireChange& change : changes)
        bytes += change.get<0>().size() + change.get<1>().size() + change.get<2>().size();
    check_bytes(bytes);
    check_flags(flags, txn::flag_persist | txn::flag_bound);
    txn::ApplyRequest request{.changes = {},
                              .timeout_s = timeout,
                              .netns = std::move(netns),
                              .persist = (flags & txn::flag_persist) != 0,
                              .bound = (flags & txn::flag_bound) != 0,
                              .label = std::move(label),
                              .plan_digest = std::move(plan)};
    for (WireChange& change : changes)
        request.changes.push_back(
            {std::move(change.get<0>()), std::move(change.get<1>()), std::move(change.get<2>())});
    return request;
}

txn::CheckpointRequest checkpoint_request(std::uint32_t timeout, std::string netns,
                                          std::uint32_t flags, std::string label) {
    check_bytes(netns.size() + label.size());
    check_flags(flags, txn::flag_bound);
    return {.timeout_s = timeout,
            .netns = std::move(netns),
            .bound = (flags & txn::flag_bound) != 0,
            .label = std::move(label)};
}

bool rollback_force(std::uint32_t flags) {
    check_flags(flags, txn::flag_force);
    return (flags & txn::flag_force) != 0;
}

void check_id(const std::string& id) {
    if (!txn::is_transaction_id(id))
        refuse(Fault::invalid_args, "a transaction id is 32 hexadecimal digits");
}

WireItems to_wire(const std::vector<txn::Outcome>& outcomes) {
    WireItems items;
    for (const txn::Outcome& outcome : outcomes)
        items.emplace_back(outcome.key, std::string(to_string(outcome.status)), outcome.before,
                           outcome.after, outcome.detail);
    return items;
}

WireTransaction to_wire(const txn::TransactionInfo& info) {
    return {std::string(to_string(info.kind)),
            std::string(to_string(info.state)),
            std::string(to_string(info.reason)),
            info.uid,
            static_cast<std::uint64_t>(info.started_unix_s),
            info.seconds_left,
            flags_of(info.persist, info.bound),
            info.label,
            info.plan_digest,
            to_wire(info.outcomes)};
}

std::vector<WireSummary> to_wire(const std::vector<txn::TransactionInfo>& list) {
    std::vector<WireSummary> wire;
    for (const txn::TransactionInfo& info : list)
        wire.emplace_back(info.id, static_cast<std::uint64_t>(info.started_unix_s),
                          std::string(to_string(info.kind)), std::string(to_string(info.state)),
                          static_cast<std::uint32_t>(info.outcomes.size()), info.label);
    return wire;
}

std::vector<WireVerify> to_wire(const std::vector<txn::VerifyRow>& rows) {
    std::vector<WireVerify> wire;
    for (const txn::VerifyRow& row : rows)
        wire.emplace_back(row.key, row.recorded, row.current, row.verdict);
    return wire;
}

std::uint32_t flags_of(bool persist, bool bound) {
    return (persist ? txn::flag_persist : 0U) | (bound ? txn::flag_bound : 0U);
}

std::string error_name(Fault fault) {
    for (const auto& [standard, name] : standard_names)
        if (standard == fault) return std::string(bus_prefix) + std::string(name);
    return std::string(own_prefix) + std::string(to_string(fault));
}

std::string error_message(const Refused& refused) {
    return refused.object().empty() ? refused.reason() : refused.object() + ": " + refused.reason();
}

}  // namespace tcptune::dbus

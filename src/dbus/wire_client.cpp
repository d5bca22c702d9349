// SPDX-License-Identifier: Apache-2.0
#include "dbus/error_prefixes.hpp"

// The client's half; nothing of it is in tcptuned.
#include <tcptune/dbus/wire.hpp>

#include <utility>

namespace tcptune::dbus {
namespace {

using txn::Fault;
using txn::Refused;

/// The bus says these when there is nobody who could have got the call, or nobody who has such a
/// method.
constexpr std::string_view nobody_there[] = {
    "ServiceUnknown", "NameHasNoOwner",   "NoServer",      "FileNotFound",
    "UnknownMethod",  "UnknownInterface", "UnknownObject", "UnknownProperty",
};

/// The enumerator whose word it is; the enumerations have no gaps and end with `last`.
template <typename Enum>
Enum enumerator(std::string_view word, Enum last) {
    for (int i = 0; i <= static_cast<int>(last); ++i)
        if (to_string(static_cast<Enum>(i)) == word) return static_cast<Enum>(i);
    throw Refused(Fault::helper_unavailable, "",
                  "it answers with a word that this version does not know");
}

txn::State state_from(std::string_view word) {
    return enumerator(word, txn::State::ended_by_reboot);
}

std::vector<txn::Outcome> outcomes_from(const WireItems& items) {
    std::vector<txn::Outcome> outcomes;
    for (const WireItem& item : items) {
        outcomes.push_back({.key = item.get<0>(),
                            .status = enumerator(item.get<1>(), txn::OutcomeStatus::not_tried),
                            .before = item.get<2>(),
                            .after = item.get<3>(),
                            .detail = item.get<4>()});
    }
    return outcomes;
}

}  // namespace

std::vector<WireChange> to_wire(const std::vector<txn::Change>& changes) {
    std::vector<WireChange> wire;
    for (const txn::Change& change : changes)
        wire.emplace_back(change.key, change.expected, change.desired);
    return wire;
}

txn::Result result_from(std::string id, std::string_view state, std::string_view reason,
                        const WireItems& items) {
    return {.id = std::move(id),
            .state = state_from(state),
            .reason = enumerator(reason, txn::Reason::reboot),
            .outcomes = outcomes_from(items)};
}

txn::TransactionInfo info_from(std::string id, const WireTransaction& wire) {
    const auto& [kind, state, reason, uid, started, left, flags, label, plan, items] = wire;
    return {.id = std::move(id),
            .kind = enumerator(kind, txn::Kind::checkpoint),
            .state = state_from(state),
            .reason = enumerator(reason, txn::Reason::reboot),
            .uid = uid,
            .started_unix_s = static_cast<std::int64_t>(started),
            .seconds_left = left,
            .persist = (flags & txn::flag_persist) != 0,
            .bound = (flags & txn::flag_bound) != 0,
            .label = label,
            .plan_digest = plan,
            .outcomes = outcomes_from(items)};
}

std::vector<txn::TransactionInfo> list_from(const std::vector<WireSummary>& wire) {
    std::vector<txn::TransactionInfo> list;
    for (const WireSummary& summary : wire) {
        txn::TransactionInfo info;
        info.id = summary.get<0>();
        info.started_unix_s = static_cast<std::int64_t>(summary.get<1>());
        info.kind = enumerator(summary.get<2>(), txn::Kind::checkpoint);
        info.state = state_from(summary.get<3>());
        info.label = summary.get<5>();
        list.push_back(std::move(info));
    }
    return list;
}

std::vector<txn::VerifyRow> verify_from(const std::vector<WireVerify>& wire) {
    std::vector<txn::VerifyRow> rows;
    for (const WireVerify& row : wire)
        rows.push_back({row.get<0>(), row.get<1>(), row.get<2>(), row.get<3>()});
    return rows;
}

Refused refused_from(std::string_view name, std::string_view message) {
    const std::size_t colon = message.find(": ");
    const auto made = [&](Fault fault) {
        // An object is a key or a path, without blanks; otherwise there is only the reason.
        if (colon == std::string_view::npos || message.substr(0, colon).find(' ') != message.npos)
            return Refused(fault, "", std::string(message));
        return Refused(fault, std::string(message.substr(0, colon)),
                       std::string(message.substr(colon + 2)));
    };
    for (int i = 0; i <= static_cast<int>(Fault::connection_lost); ++i)
        if (error_name(static_cast<Fault>(i)) == name) return made(static_cast<Fault>(i));
    // A helper that is newer than we are: it did refuse, and it says why in words.
    if (name.starts_with(own_prefix)) return made(Fault::unsupported);
    std::string text(message.empty() ? name : message);
    if (name.starts_with(bus_prefix)) {
        const std::string_view word = name.substr(bus_prefix.size());
        bool nobody = word.starts_with("Spawn.");
        for (const std::string_view each : nobody_there)
            nobody = nobody || each == word;
        if (nobody) return {Fault::helper_unavailable, "", std::move(text)};
    }
    return {Fault::connection_lost, "", std::move(text)};
}

}  // namespace tcptune::dbus

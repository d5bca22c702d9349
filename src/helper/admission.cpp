// SPDX-License-Identifier: Apache-2.0
#include "helper/admission.hpp"

#include "helper/log.hpp"

#include <algorithm>
#include <utility>

namespace tcptune::helper {
namespace {

using txn::Fault;
using txn::Refused;

constexpr const char* driver_interface = "org.freedesktop.DBus";
constexpr std::chrono::seconds driver_patience{5};

// A call that waits holds its request, at most dbus::max_call_bytes. The bus itself limits the
// connections of one user.
constexpr std::ptrdiff_t most_of_a_connection = 8;
constexpr std::size_t most_in_all = 256;
constexpr std::ptrdiff_t most_at_polkit_of_a_user = 8;
constexpr std::ptrdiff_t most_at_polkit = 32;
constexpr std::size_t most_remembered_denials = 64;

}  // namespace

Admission::Admission(sdbus::IConnection& connection, const txn::TransactionService& transactions)
    : transactions_(transactions),
      driver_(sdbus::createProxy(connection, dbus::ServiceName{"org.freedesktop.DBus"},
                                 sdbus::ObjectPath{"/org/freedesktop/DBus"})),
      polkit_(connection) {}

void Admission::admit(Call call) {
    const auto of_sender = [&](const auto& entry) {
        return entry.second.call.sender == call.sender;
    };
    const auto begun = [&](const auto& entry) {
        return of_sender(entry) && entry.second.call.access.begins;
    };
    // Otherwise the values of a second call could ride on the yes for the first.
    if (call.access.begins && std::ranges::any_of(waiting_, begun))
        throw Refused(Fault::busy, "", "an earlier call of this connection still waits");
    if (waiting_.size() >= most_in_all ||
        std::ranges::count_if(waiting_, of_sender) >= most_of_a_connection)
        throw Refused(Fault::limits_exceeded, "", "too many calls wait");
    waiting_.emplace(++last_, Waiting{std::move(call), {}, false, {}});
    ask_uid(last_, &Admission::identified);
}

void Admission::ask_uid(Number number,
                        void (Admission::*next)(Number, std::optional<std::uint32_t>)) {
    try {
        driver_->callMethodAsync("GetConnectionUnixUser")
            .onInterface(driver_interface)
            .withTimeout(driver_patience)
            .withArguments(waiting_.at(number).call.sender)
            .uponReplyInvoke([this, number, next](dbus::AsyncError error, std::uint32_t uid) {
                (this->*next)(number, error ? std::nullopt : std::optional(uid));
            });
    } catch (const sdbus::Error&) {
        (this->*next)(number, std::nullopt);
    }
}

bool Admission::owns(const Waiting& waiting) const {
    const std::optional<txn::Pending> pending = transactions_.pending();
    return waiting.call.access.owner_is_enough && pending &&
           pending->id == waiting.call.transaction && pending->uid == waiting.uid;
}

bool Admission::too_many_at_polkit(std::uint32_t uid) const {
    // Others must not be able to shut out the one who can put things right.
    if (uid == 0) return false;
    const auto here = [](const auto& entry) { return entry.second.at_polkit; };
    const auto of_user = [&](const auto& entry) { return here(entry) && entry.second.uid == uid; };
    return std::ranges::count_if(waiting_, here) >= most_at_polkit ||
           std::ranges::count_if(waiting_, of_user) >= most_at_polkit_of_a_user;
}

void Admission::identified(Number number, std::optional<std::uint32_t> uid) {
    const auto found = waiting_.find(number);
    if (found == waiting_.end()) return;
    Waiting& waiting = found->second;
    waiting.uid = uid;
    if (!uid) {
        refuse(number, Fault::not_authorized, "the bus does not say who calls");
    } else if (owns(waiting)) {
        run(number, false);
    } else if (too_many_at_polkit(*uid)) {
        refuse(number, Fault::limits_exceeded, "too many calls wait for authorization");
    } else {
        waiting.at_polkit = true;
        ask_polkit(number, waiting.call.access.action);
    }
}

void Admission::ask_polkit(Number number, std::string_view action) {
    const Call& call = waiting_.at(number).call;
    std::string cancellation;
    try {
        cancellation = polkit_.ask({.sender = call.sender,
                                    .action = std::string(action),
                                    .interactive = call.interactive,
                                    .details = call.details},
                                   [this, number](Verdict verdict) { answered(number, verdict); });
    } catch (const sdbus::Error&) {
        // The question could not even be asked: out of descriptors, or the bus is going.
        if (waiting_.contains(number))
            refuse(number, Fault::no_authority, "polkit could not be asked");
        return;
    }
    if (const auto found = waiting_.find(number); found != waiting_.end())
        found->second.cancellation = std::move(cancellation);
}

void Admission::answered(Number number, Verdict verdict) {
    const auto found = waiting_.find(number);
    if (found == waiting_.end()) return;
    Waiting& waiting = found->second;
    // Without polkit the bus driver's word is all there is: root may, nobody else.
    if (verdict == Verdict::absent && waiting.uid == 0U) verdict = Verdict::yes;
    switch (verdict) {
        case Verdict::yes:
            return ask_uid(number, &Admission::still_there);
        case Verdict::no:
            return refuse(number, Fault::not_authorized, "polkit says no");
        case Verdict::challenge:
            return refuse(number, Fault::interaction_needed,
                          "polkit wants a password, and the caller cannot be asked for one");
        case Verdict::absent:
            return refuse(number, Fault::no_authority,
                          "polkit is not there, so that only root may do this");
        case Verdict::unavailable:
            return refuse(number, Fault::no_authority, "polkit does not answer as it should");
    }
}

void Admission::still_there(Number number, std::optional<std::uint32_t> uid) {
    const auto found = waiting_.find(number);
    if (found == waiting_.end()) return;
    if (!uid || uid != found->second.uid)
        return refuse(number, Fault::not_authorized, "the caller has left the bus");
    run(number, true);
}

void Admission::run(Number number, bool authorized) {
    const Waiting waiting = std::move(waiting_.extract(number).mapped());
    waiting.call.run({.uid = *waiting.uid, .bus_name = waiting.call.sender}, authorized);
}

void Admission::refuse(Number number, Fault fault, const char* reason) {
    const Waiting waiting = std::move(waiting_.extract(number).mapped());
    log_denial(waiting, reason);
    waiting.call.refuse(Refused(fault, "", reason));
}

void Admission::log_denial(const Waiting& waiting, const char* reason) {
    const auto now = std::chrono::steady_clock::now();
    const std::uint32_t uid = waiting.uid.value_or(~0U);
    if (denied_.size() >= most_remembered_denials && !denied_.contains(uid)) denied_.clear();
    const auto [entry, first] = denied_.try_emplace(uid, now);
    if (!first && now - entry->second < std::chrono::seconds(1)) return;
    entry->second = now;
    log(Level::notice,
        std::string(waiting.call.access.method) + " of uid " + std::to_string(uid) +
            " refused: " + reason,
        {.message_id = denied_id,
         .transaction = waiting.call.transaction,
         .key = {},
         .state = {},
         .uid = uid});
}

void Admission::client_left(const std::string& bus_name) {
    std::erase_if(waiting_, [&](const auto& entry) {
        const Waiting& waiting = entry.second;
        if (waiting.call.sender != bus_name) return false;
        if (!waiting.cancellation.empty()) polkit_.cancel(waiting.cancellation);
        return true;
    });
}

bool Admission::is_on_the_bus(const std::string& bus_name) {
    bool owned = false;
    driver_->callMethod("NameHasOwner")
        .onInterface(driver_interface)
        .withTimeout(driver_patience)
        .withArguments(bus_name)
        .storeResultsTo(owned);
    return owned;
}

}  // namespace tcptune::helper

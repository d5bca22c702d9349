// SPDX-License-Identifier: Apache-2.0
#include "helper/service.hpp"

#include "helper/log.hpp"

#include <tcptune/base/text.hpp>

#include <exception>
#include <tuple>
#include <utility>

namespace tcptune::helper {
namespace {

using txn::Fault;
using txn::Refused;

constexpr const char* leaving_rule =
    "type='signal',sender='org.freedesktop.DBus',path='/org/freedesktop/DBus',"
    "interface='org.freedesktop.DBus',member='NameOwnerChanged',arg2=''";

/// Any failure as an error of the bus. The texts of Refused are made for the caller's eyes; those
/// of other failures name files of ours, which is no secret either.
sdbus::Error bus_error(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const Refused& refused) {
        return dbus::make_error(dbus::error_name(refused.fault()), dbus::error_message(refused));
    } catch (const Error& error) {
        log(Level::error, error.object() + ": " + error.reason());
        return dbus::make_error(dbus::error_name(Fault::write_failed),
                                error.object() + ": " + error.reason());
    } catch (const std::exception& error) {
        log(Level::error, std::string("internal error: ") + error.what());
        return dbus::make_error("org.freedesktop.DBus.Error.Failed", "internal error");
    }
}

/// Answers, unless the connection is gone: nobody is left to be told then.
template <typename... Out>
void answer(const sdbus::Result<Out...>& result, const std::tuple<Out...>& values) {
    std::apply([&](const Out&... value) { result.returnResults(value...); }, values);
}

auto begun(const txn::Result& result) {
    return std::tuple(result.id, std::string(to_string(result.state)),
                      std::string(to_string(result.reason)), dbus::to_wire(result.outcomes));
}

auto ended(const txn::Result& result) {
    return std::tuple(std::string(to_string(result.state)), std::string(to_string(result.reason)),
                      dbus::to_wire(result.outcomes));
}

void describe(Call& call, const txn::ApplyRequest& request) {
    std::vector<std::string> keys;
    for (const txn::Change& change : request.changes)
        keys.push_back(change.key);
    const std::string count = std::to_string(keys.size());
    if (request.persist) call.access.action = persist_action;
    call.details = {{"tcptune.keys", join(keys, " ")},
                    {"tcptune.count", count},
                    {"tcptune.persist", request.persist ? "yes" : "no"},
                    {"tcptune.label", request.label},
                    {"polkit.message", "Authentication is required to change " + count +
                                           " kernel network setting" + (count == "1" ? "" : "s") +
                                           (request.persist ? ", also for the next boots" : "")}};
}

}  // namespace

Service::Service(sdbus::IConnection& connection, txn::TransactionService& transactions)
    : AdaptorInterfaces(connection, sdbus::ObjectPath{dbus::object_path}),
      transactions_(transactions),
      admission_(connection, transactions),
      leaving_(dbus::add_match(connection, leaving_rule, [this](auto&& message) {
          std::string name;
          message >> name;
          client_left(name);
      })) {
    const auto proxy = sdbus::createProxy(connection, dbus::ServiceName{"org.freedesktop.DBus"},
                                          sdbus::ObjectPath{"/org/freedesktop/DBus"});
    size_guard_ = refuse_large_calls(dbus::raw_bus(*proxy));
    registerAdaptor();
}

Service::~Service() {
    unregisterAdaptor();
}

/// `prepare` looks at the arguments, completes the Call and returns what to do once it is allowed.
template <typename... Out, typename Prepare>
void Service::serve(const char* method, sdbus::Result<Out...>&& result, Prepare prepare) {
    ++calls_;
    const auto reply = std::make_shared<sdbus::Result<Out...>>(std::move(result));
    const auto fail = [reply] {
        const sdbus::Error error = bus_error(std::current_exception());
        try {
            reply->returnError(error);
        } catch (const sdbus::Error&) {
            return;  // the connection is gone: nobody is left to be told
        }
    };
    try {
        const sdbus::Message& message = dbus::current_message(getObject());
        Call call;
        call.access = access_of(method);
        call.sender = message.getSender();
        call.interactive = dbus::allows_interaction(message);
        call.refuse = [fail](const Refused& refused) {
            try {
                throw refused;
            } catch (...) {
                fail();
            }
        };
        // The deadline may have passed while the call was on its way.
        transactions_.check_deadline();
        const auto work = prepare(call);
        call.run = [reply, fail, work](const txn::Caller& caller, bool authorized) {
            try {
                answer(*reply, work(caller, authorized));
            } catch (const sdbus::Error&) {
                return;
            } catch (...) {
                fail();
            }
        };
        admission_.admit(std::move(call));
    } catch (...) {
        fail();
    }
}

template <typename Read>
auto Service::read(Read what) {
    ++calls_;
    try {
        return what();
    } catch (...) {
        throw bus_error(std::current_exception());
    }
}

void Service::require_none_armed() const {
    if (transactions_.pending())
        throw Refused(Fault::busy, "", "another transaction waits to be confirmed");
}

void Service::require_armed(const std::string& id) const {
    dbus::check_id(id);
    const auto pending = transactions_.pending();
    if (pending && pending->id == id) return;
    (void)transactions_.get(id);  // not_found
    throw Refused(Fault::expired, "", "the transaction does not wait any more");
}

void Service::Apply(BeginResult&& result, std::vector<dbus::WireChange> changes,
                    std::uint32_t timeout, std::string netns, std::uint32_t flags,
                    std::string label, std::string plan) {
    serve("Apply", std::move(result), [&](Call& call) {
        const auto request = dbus::apply_request(std::move(changes), timeout, std::move(netns),
                                                 flags, std::move(label), std::move(plan));
        txn::check_form(request);
        require_none_armed();
        describe(call, request);
        return [this, request](const txn::Caller& caller, bool) {
            return begun(transactions_.apply(request, caller));
        };
    });
}

void Service::Checkpoint(BeginResult&& result, std::uint32_t timeout, std::string netns,
                         std::uint32_t flags, std::string label) {
    serve("Checkpoint", std::move(result), [&](Call& call) {
        const auto request =
            dbus::checkpoint_request(timeout, std::move(netns), flags, std::move(label));
        txn::check_form(request);
        require_none_armed();
        call.details = {{"tcptune.label", request.label}};
        return [this, request](const txn::Caller& caller, bool) {
            return begun(transactions_.checkpoint(request, caller));
        };
    });
}

std::optional<txn::TransactionInfo> Service::kept(const std::string& id) const {
    try {
        dbus::check_id(id);
        txn::TransactionInfo info = transactions_.get(id);
        return txn::is_committed(info.state) ? std::optional(std::move(info)) : std::nullopt;
    } catch (const Refused&) {
        return std::nullopt;
    }
}

void Service::Confirm(EndResult&& result, std::string id) {
    // Asked again because the first answer got lost: nothing is changed, so nobody is asked.
    if (const auto info = kept(id)) {
        const txn::Result again{info->id, info->state, info->reason, info->outcomes};
        return answer(result, ended(again));
    }
    serve("Confirm", std::move(result), [&](Call& call) {
        require_armed(id);
        call.transaction = id;
        return [this, id](const txn::Caller& caller, bool authorized) {
            return ended(transactions_.confirm(id, caller, authorized));
        };
    });
}

void Service::Rollback(EndResult&& result, std::string id, std::uint32_t flags) {
    serve("Rollback", std::move(result), [&](Call& call) {
        dbus::check_id(id);
        const bool force = dbus::rollback_force(flags);
        (void)transactions_.get(id);  // not_found, before anybody is asked for a password
        call.transaction = id;
        // What others set since then is not the owner's.
        if (force) call.access.owner_is_enough = false;
        return [this, id, force](const txn::Caller& caller, bool authorized) {
            return ended(transactions_.rollback(id, force, caller, authorized));
        };
    });
}

void Service::ExtendDeadline(sdbus::Result<std::uint32_t>&& result, std::string id,
                             std::uint32_t seconds) {
    serve("ExtendDeadline", std::move(result), [&](Call& call) {
        require_armed(id);
        call.transaction = id;
        return [this, id, seconds](const txn::Caller& caller, bool authorized) {
            return std::tuple(transactions_.extend(id, seconds, caller, authorized));
        };
    });
}

dbus::WireTransaction Service::GetTransaction(const std::string& id) {
    return read([&] {
        dbus::check_id(id);
        return dbus::to_wire(transactions_.get(id));
    });
}

std::vector<dbus::WireSummary> Service::ListTransactions() {
    return read([&] { return dbus::to_wire(transactions_.list()); });
}

std::vector<dbus::WireVerify> Service::Verify() {
    return read([&] { return dbus::to_wire(transactions_.verify()); });
}

std::string Service::Version() {
    return TCPTUNE_VERSION;
}

std::uint32_t Service::ApiVersion() {
    return dbus::api_version;
}

std::string Service::State() {
    if (transactions_.needs_recovery()) return "recovery_required";
    return transactions_.pending() ? "armed" : "idle";
}

void Service::announce(const std::string& id, txn::State state, txn::Reason reason) {
    emitTransactionChanged(id, std::string(to_string(state)), std::string(to_string(reason)));
}

void Service::client_left(const std::string& bus_name) {
    admission_.client_left(bus_name);
    try {
        transactions_.client_gone(bus_name);
    } catch (const std::exception& error) {
        log(Level::error, error.what());
    }
}

void Service::look_for_owner() {
    const auto pending = transactions_.pending();
    if (pending && pending->bound && !admission_.is_on_the_bus(pending->bus_name))
        client_left(pending->bus_name);
}

}  // namespace tcptune::helper

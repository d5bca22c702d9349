// SPDX-License-Identifier: Apache-2.0
// The bus end of HelperClient, as a module of its own: who does not change anything does not pay
// for libsdbus-c++.
#include "cli/helper_client.hpp"

#include <tcptune/base/escape.hpp>
#include <tcptune/dbus/sdbus_compat.hpp>
#include <tcptune/dbus/wire.hpp>

#include <chrono>
#include <csignal>
#include <future>
#include <memory>
#include <utility>

#include <tcptune1_proxy.hpp>

namespace tcptune::cli {
namespace {

using txn::Fault;
using txn::Refused;

// Somebody may type a password, for which the helper waits 120 s, and then the work is done.
constexpr std::chrono::seconds patience{150};
/// Nothing but an idle helper that the bus starts first.
constexpr std::chrono::seconds patience_at_start{30};

class Proxy final : public sdbus::ProxyInterfaces<org::tcptune1_proxy> {
public:
    explicit Proxy(sdbus::IConnection& connection)
        : ProxyInterfaces(connection, dbus::ServiceName{dbus::service_name},
                          sdbus::ObjectPath{dbus::object_path}) {}

    void allow_interaction() { sd_bus_set_allow_interactive_authorization(bus(), 1); }

private:
    sd_bus* bus() { return dbus::raw_bus(getProxy()); }
    // Nobody listens: the answer to our own call says it all. Not registered, so never called.
    void onTransactionChanged(const std::string&, const std::string&, const std::string&) override {
    }
};

Refused refusal(const sdbus::Error& error) {
    const Refused refused = dbus::refused_from(error.getName(), error.getMessage());
    // Ours are safe to print; what the bus or another service says need not be.
    return {refused.fault(), escape_line(refused.object()), escape_line(refused.reason())};
}

/// Asks in a thread that takes no signal: sd-bus gives a call up when one arrives, and the answer
/// of a helper that has written by then would be lost. Signals reach the main thread as ever.
template <typename Ask>
auto asked(Ask ask) {
    sigset_t all, before;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    auto answer = std::async(std::launch::async, ask);
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    try {
        return answer.get();
    } catch (const sdbus::Error& error) {
        throw refusal(error);
    }
}

template <typename Reply>
txn::Result begun(const Reply& reply) {
    const auto& [id, state, reason, items] = reply;
    return dbus::result_from(id, state, reason, items);
}
template <typename Reply>
txn::Result ended(const std::string& id, const Reply& reply) {
    const auto& [state, reason, items] = reply;
    return dbus::result_from(id, state, reason, items);
}

/// The connection is kept for the life of the object: a bound transaction is undone when it goes.
class BusHelperClient final : public HelperClient {
public:
    explicit BusHelperClient(bool interactive) : connection_(connected()), proxy_(*connection_) {
        if (interactive) proxy_.allow_interaction();
        try {
            connection_->setMethodCallTimeout(patience_at_start);
            const std::uint32_t version = proxy_.ApiVersion();
            if (version != dbus::api_version) {
                throw Refused(Fault::helper_unavailable, dbus::service_name,
                              "speaks version " + std::to_string(version) +
                                  " of its interface, this tcptune version " +
                                  std::to_string(dbus::api_version));
            }
            version_ = escape_line(proxy_.Version());
            connection_->setMethodCallTimeout(patience);
        } catch (const sdbus::Error& error) {
            // Nothing was asked for yet, so that nothing can be in doubt.
            throw Refused(Fault::helper_unavailable, dbus::service_name,
                          escape_line(error.getMessage()));
        }
    }

    txn::Result apply(const txn::ApplyRequest& request) override {
        return asked([&] {
            return begun(proxy_.Apply(dbus::to_wire(request.changes), request.timeout_s,
                                      request.netns, dbus::flags_of(request.persist, request.bound),
                                      request.label, request.plan_digest));
        });
    }
    txn::Result checkpoint(const txn::CheckpointRequest& request) override {
        return asked([&] {
            return begun(proxy_.Checkpoint(request.timeout_s, request.netns,
                                           dbus::flags_of(false, request.bound), request.label));
        });
    }
    txn::Result confirm(const std::string& id) override {
        return asked([&] { return ended(id, proxy_.Confirm(id)); });
    }
    txn::Result rollback(const std::string& id, bool force) override {
        return asked([&] { return ended(id, proxy_.Rollback(id, force ? txn::flag_force : 0)); });
    }
    std::uint32_t extend(const std::string& id, std::uint32_t seconds) override {
        return asked([&] { return proxy_.ExtendDeadline(id, seconds); });
    }
    txn::TransactionInfo get(const std::string& id) override {
        return asked([&] { return dbus::info_from(id, proxy_.GetTransaction(id)); });
    }
    std::vector<txn::TransactionInfo> list() override {
        return asked([&] { return dbus::list_from(proxy_.ListTransactions()); });
    }
    std::vector<txn::VerifyRow> verify() override {
        return asked([&] { return dbus::verify_from(proxy_.Verify()); });
    }

    bool needs_recovery() override {
        return asked([&] { return proxy_.State() == "recovery_required"; });
    }
    bool outlives_us() const override { return true; }
    std::string name() const override { return "the helper tcptuned " + version_; }

private:
    static std::unique_ptr<sdbus::IConnection> connected() {
        try {
            return sdbus::createSystemBusConnection();
        } catch (const sdbus::Error& error) {
            throw Refused(Fault::helper_unavailable, "system bus", escape_line(error.getMessage()));
        }
    }

    std::unique_ptr<sdbus::IConnection> connection_;
    Proxy proxy_;
    std::string version_;
};

}  // namespace
}  // namespace tcptune::cli

/// Found by this name after dlopen. The caller owns the object; throws txn::Refused.
extern "C" tcptune::cli::HelperClient* tcptune_connect_bus(bool interactive) {
    return std::make_unique<tcptune::cli::BusHelperClient>(interactive).release();
}

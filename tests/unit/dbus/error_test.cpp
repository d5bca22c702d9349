// SPDX-License-Identifier: Apache-2.0
#include <tcptune/dbus/wire.hpp>

#include <set>
#include <string>

#include <doctest/doctest.h>

using namespace tcptune;
using txn::Fault;

TEST_CASE("each refusal has a name of its own and comes back as the same refusal") {
    std::set<std::string> names;
    for (int i = 0; i <= static_cast<int>(Fault::connection_lost); ++i) {
        const auto fault = static_cast<Fault>(i);
        const std::string name = dbus::error_name(fault);
        CAPTURE(name);
        CHECK(names.insert(name).second);
        CHECK(dbus::refused_from(name, "x").fault() == fault);
    }
}

TEST_CASE("what every service may refuse has the standard name") {
    const std::string standard = "org.freedesktop.DBus.Error.";
    CHECK(dbus::error_name(Fault::invalid_args) == standard + "InvalidArgs");
    CHECK(dbus::error_name(Fault::not_authorized) == standard + "AccessDenied");
    CHECK(dbus::error_name(Fault::interaction_needed) ==
          standard + "InteractiveAuthorizationRequired");
    CHECK(dbus::error_name(Fault::limits_exceeded) == standard + "LimitsExceeded");
    CHECK(dbus::error_name(Fault::drift) == "org.tcptune1.Error.Drift");
    CHECK(dbus::error_name(Fault::no_authority) == "org.tcptune1.Error.AuthorizationUnavailable");
}

TEST_CASE("object and reason survive the way over the bus") {
    const txn::Refused told(Fault::drift, "net.core.somaxconn", "is 4096, not 128: look again");
    const std::string message = dbus::error_message(told);
    CHECK(message == "net.core.somaxconn: is 4096, not 128: look again");
    const txn::Refused heard = dbus::refused_from("org.tcptune1.Error.Drift", message);
    CHECK(heard.object() == "net.core.somaxconn");
    CHECK(heard.reason() == "is 4096, not 128: look again");
}

TEST_CASE("a refusal without an object is its reason alone") {
    CHECK(dbus::error_message({Fault::busy, "", "another one waits"}) == "another one waits");
    const txn::Refused heard = dbus::refused_from("org.tcptune1.Error.Busy", "another one waits");
    CHECK(heard.object().empty());
    CHECK(heard.reason() == "another one waits");
}

TEST_CASE("an error of the bus is 'nobody there' only when no helper can have heard the call") {
    const auto fault = [](const char* name) { return dbus::refused_from(name, "text").fault(); };
    CHECK(fault("org.freedesktop.DBus.Error.ServiceUnknown") == Fault::helper_unavailable);
    CHECK(fault("org.freedesktop.DBus.Error.Spawn.ChildExited") == Fault::helper_unavailable);
    CHECK(fault("org.freedesktop.DBus.Error.UnknownMethod") == Fault::helper_unavailable);
    CHECK(fault("org.freedesktop.DBus.Error.NoReply") == Fault::connection_lost);
    CHECK(fault("org.freedesktop.DBus.Error.Timeout") == Fault::connection_lost);
    CHECK(fault("org.freedesktop.DBus.Error.Disconnected") == Fault::connection_lost);
    CHECK(fault("org.freedesktop.DBus.Error.Failed") == Fault::connection_lost);
    CHECK(fault("System.Error.ECONNRESET") == Fault::connection_lost);
    CHECK(fault("") == Fault::connection_lost);
    CHECK(dbus::refused_from("System.Error.EPIPE", "").reason() == "System.Error.EPIPE");
}

TEST_CASE("a refusal that only a newer helper knows is still a refusal") {
    const auto heard = dbus::refused_from("org.tcptune1.Error.TooTired", "key: not now");
    CHECK(heard.fault() == Fault::unsupported);
    CHECK(heard.object() == "key");
    CHECK(heard.reason() == "not now");
}

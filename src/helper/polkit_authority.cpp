// SPDX-License-Identifier: Apache-2.0
#include "helper/polkit_authority.hpp"

#include <chrono>

namespace tcptune::helper {
namespace {

constexpr const char* interface_name = "org.freedesktop.PolicyKit1.Authority";

using namespace std::chrono_literals;
constexpr std::chrono::seconds patience = 5s;
constexpr std::chrono::seconds patience_for_a_person = 120s;

using Reply = sdbus::Struct<bool, bool, std::map<std::string, std::string>>;

Verdict verdict_of(const sdbus::Error& error) {
    // The bus knows no service of that name, running or to be started. Any other error, also of
    // one that is installed and does not start, must not open the door.
    const std::string& name = error.getName();
    const bool absent = name == "org.freedesktop.DBus.Error.ServiceUnknown" ||
                        name == "org.freedesktop.DBus.Error.NameHasNoOwner";
    return absent ? Verdict::absent : Verdict::unavailable;
}

Verdict verdict_of(const Reply& reply) {
    if (reply.get<0>()) return Verdict::yes;
    return reply.get<1>() ? Verdict::challenge : Verdict::no;
}

}  // namespace

PolkitAuthority::PolkitAuthority(sdbus::IConnection& connection)
    : polkit_(sdbus::createProxy(connection, dbus::ServiceName{"org.freedesktop.PolicyKit1"},
                                 sdbus::ObjectPath{"/org/freedesktop/PolicyKit1/Authority"})) {}

std::string PolkitAuthority::ask(const Question& question, std::function<void(Verdict)> answer) {
    using Subject = sdbus::Struct<std::string, std::map<std::string, sdbus::Variant>>;
    const Subject subject{"system-bus-name", {{"name", sdbus::Variant{question.sender}}}};
    const std::uint32_t flags = question.interactive ? 1 : 0;
    std::string cancellation = "tcptuned-" + std::to_string(++asked_);
    const auto on_reply = [this, answer, cancellation](dbus::AsyncError error, const Reply& reply) {
        if (!error) return answer(verdict_of(reply));
        const Verdict verdict = verdict_of(*error);
        if (verdict != Verdict::absent) cancel(cancellation);
        answer(verdict);
    };
    try {
        polkit_->callMethodAsync("CheckAuthorization")
            .onInterface(interface_name)
            .withTimeout(question.interactive ? patience_for_a_person : patience)
            .withArguments(subject, question.action, question.details, flags, cancellation)
            .uponReplyInvoke(on_reply);
    } catch (const sdbus::Error&) {
        answer(Verdict::unavailable);
    }
    return cancellation;
}

void PolkitAuthority::cancel(const std::string& cancellation) noexcept {
    try {
        polkit_->callMethodAsync("CancelCheckAuthorization")
            .onInterface(interface_name)
            .withTimeout(patience)
            .withArguments(cancellation)
            .uponReplyInvoke([](dbus::AsyncError) {});
    } catch (const sdbus::Error&) {
        return;  // the bus is gone, and with it the question
    }
}

}  // namespace tcptune::helper

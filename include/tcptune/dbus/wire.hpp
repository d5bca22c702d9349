// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/txn/fault.hpp>
#include <tcptune/txn/request.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <sdbus-c++/Types.h>

/// What org.tcptune1.xml says, as types, and its translation to and from the values of txn.
namespace tcptune::dbus {

inline constexpr const char* service_name = "org.tcptune1";
inline constexpr const char* object_path = "/org/tcptune1";
inline constexpr std::uint32_t api_version = 1;

/// All arguments of a call together; what is allowed singly (txn/request.hpp) is less.
inline constexpr std::size_t max_call_bytes = 128UL * 1024UL;

using WireChange = sdbus::Struct<std::string, std::string, std::string>;
using WireItem = sdbus::Struct<std::string, std::string, std::string, std::string, std::string>;
using WireItems = std::vector<WireItem>;
using WireSummary =
    sdbus::Struct<std::string, std::uint64_t, std::string, std::string, std::uint32_t, std::string>;
using WireVerify = sdbus::Struct<std::string, std::string, std::string, std::string>;
using WireTransaction =
    std::tuple<std::string, std::string, std::string, std::uint32_t, std::uint64_t, std::uint32_t,
               std::uint32_t, std::string, std::string, WireItems>;

/// The service's side. Counts and sizes are looked at before anything is copied; unknown flags
/// are refused. Throws txn::Refused (invalid_args, unsupported).
[[nodiscard]] txn::ApplyRequest apply_request(std::vector<WireChange> changes,
                                              std::uint32_t timeout, std::string netns,
                                              std::uint32_t flags, std::string label,
                                              std::string plan);
[[nodiscard]] txn::CheckpointRequest checkpoint_request(std::uint32_t timeout, std::string netns,
                                                        std::uint32_t flags, std::string label);
[[nodiscard]] bool rollback_force(std::uint32_t flags);
/// An id that is none is refused with invalid_args.
void check_id(const std::string& id);

[[nodiscard]] WireItems to_wire(const std::vector<txn::Outcome>& outcomes);
[[nodiscard]] WireTransaction to_wire(const txn::TransactionInfo& info);
[[nodiscard]] std::vector<WireSummary> to_wire(const std::vector<txn::TransactionInfo>& list);
[[nodiscard]] std::vector<WireVerify> to_wire(const std::vector<txn::VerifyRow>& rows);

/// The client's side, in wire_client.cpp. A word that it does not know is refused with
/// helper_unavailable: that is another version of the interface.
[[nodiscard]] std::vector<WireChange> to_wire(const std::vector<txn::Change>& changes);
[[nodiscard]] std::uint32_t flags_of(bool persist, bool bound);
[[nodiscard]] txn::Result result_from(std::string id, std::string_view state,
                                      std::string_view reason, const WireItems& items);
[[nodiscard]] txn::TransactionInfo info_from(std::string id, const WireTransaction& wire);
[[nodiscard]] std::vector<txn::TransactionInfo> list_from(const std::vector<WireSummary>& wire);
[[nodiscard]] std::vector<txn::VerifyRow> verify_from(const std::vector<WireVerify>& wire);

/// A refusal as name and message of an error, and back. The message is "OBJECT: REASON", or the
/// reason alone. Errors of the bus itself become helper_unavailable when the call cannot have
/// reached the helper, and connection_lost when nobody can tell.
[[nodiscard]] std::string error_name(txn::Fault fault);
[[nodiscard]] std::string error_message(const txn::Refused& refused);
[[nodiscard]] txn::Refused refused_from(std::string_view name, std::string_view message);

}  // namespace tcptune::dbus

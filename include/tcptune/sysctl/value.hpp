// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tcptune::sysctl {

/// How a parameter's text is read.
///  boolean   0 or 1 (tcp_abort_on_overflow)
///  integer   one decimal number
///  enumerated one number out of a declared set (tcp_tw_reuse)
///  integer_list a fixed count of numbers (ip_local_port_range)
///  port_set  ports and ranges, "22,8080-8090" (ip_local_reserved_ports); held as a sorted list
///  name      one word (tcp_congestion_control)
enum class ValueType { boolean, integer, enumerated, integer_list, port_set, name };

using List = std::vector<std::int64_t>;

/// One value in normal form; two values are the same setting exactly when they compare equal.
using Value = std::variant<bool, std::int64_t, List, std::string>;

/// Reads what /proc/sys or a configuration file holds: white space folded, list members separated
/// by tabs or spaces, ports merged and sorted. Nothing where the kernel's lax parser would do
/// something else than the text says (octal, hexadecimal, trailing words, missing numbers).
[[nodiscard]] std::optional<Value> parse_value(ValueType type, std::string_view text);

/// Canonical kernel text: "1", "32768\t60999" (the kernel's own tab), "22,8080-8090", "" for an
/// empty port set. What the kernel reads back is this text.
[[nodiscard]] std::string kernel_text(ValueType type, const Value& value);

/// The same for people and files: "32768 60999" with a space; otherwise like kernel_text.
[[nodiscard]] std::string display_text(ValueType type, const Value& value);

[[nodiscard]] std::optional<ValueType> parse_value_type(std::string_view word);
[[nodiscard]] std::string_view to_string(ValueType type);

}  // namespace tcptune::sysctl

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/kernel_version.hpp>
#include <tcptune/sysctl/key.hpp>
#include <tcptune/sysctl/value.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tcptune::sysctl {

/// Which part of the machine a value belongs to.
enum class Scope { netns, global };
/// `advise`: explained and linted, never written by tcptune (keys that fan out to others, keys
/// outside net.*, keys that no longer exist).
enum class Access { apply, advise };

struct EnumMember {
    std::int64_t value = 0;
    std::string meaning;
    KernelRange kernels;
};

/// A kernel default: a constant, or an expression over facts (`expr`), with the kernels it is for.
struct Default {
    std::optional<Value> value;
    std::string expr;
    KernelRange kernels;
};

/// How the kernel's handler of a key reads what is written to it; see kernel_write.hpp.
///  integer       a C int (proc_dointvec and its bounded kind)
///  byte          0 to 255 (proc_dou8vec_minmax)
///  unsigned_integer  a C unsigned int
///  seconds       an int kept in clock ticks: its ceiling depends on the kernel's HZ
///  milliseconds  the same, given in milliseconds
///  unsigned_long fs.file-max
///  port_range    two numbers, with the rules of ip_local_port_range
///  port_set      ip_local_reserved_ports
///  port_start    ip_unprivileged_port_start: not above the first port of ip_local_port_range
///  word          text
///  read_only     no write is possible
enum class KernelParser {
    integer,
    byte,
    unsigned_integer,
    seconds,
    milliseconds,
    unsigned_long,
    port_range,
    port_set,
    port_start,
    word,
    read_only,
};

/// What the handler takes on some kernels: wider or narrower than what tcptune would write.
struct KernelForm {
    KernelParser parser = KernelParser::integer;
    std::optional<std::int64_t> min = {};
    std::optional<std::int64_t> max = {};
    /// A size the kernel rounds up to whole memory pages: every machine keeps multiples of this.
    std::optional<std::int64_t> step = {};
    KernelRange kernels = {};
};

/// The `[parameter]` table of a rule file: all that may ever be said to the kernel about one key.
struct Parameter {
    explicit Parameter(Key k) : key(std::move(k)) {}

    Key key;
    std::string summary;
    ValueType type = ValueType::integer;
    std::optional<std::int64_t> min;  ///< of each number
    std::optional<std::int64_t> max;
    std::size_t length = 1;  ///< count of numbers of an integer_list
    std::string unit;        ///< "s", "ms", "ports", ...; for people
    Scope scope = Scope::netns;
    std::optional<KernelVersion> namespaced_since;  ///< global on older kernels
    Access access = Access::apply;
    std::string takes_effect = "immediately";  ///< "new connections", "next listen()", ...
    KernelRange kernels;                       ///< kernels that have the key
    std::vector<EnumMember> members;           ///< of an enumerated parameter
    std::vector<Default> defaults;
    std::vector<KernelForm>
        kernel_forms;  ///< `[[parameter.kernel]]`; the first for a kernel counts

    /// The constant default on that kernel, if one is declared.
    [[nodiscard]] std::optional<Value> default_on(const KernelVersion& kernel) const;
    /// The member's meaning on that kernel, or "".
    [[nodiscard]] std::string meaning_of(const Value& value, const KernelVersion& kernel) const;
};

/// Nothing when the kernel would take `value` and do what it says; else one sentence saying why
/// not ("tcp_tw_reuse takes 0, 1 or 2, not 7").
[[nodiscard]] std::optional<std::string> check_value(const Parameter& parameter,
                                                     const Value& value);

}  // namespace tcptune::sysctl

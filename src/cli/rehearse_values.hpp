// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/host/sysctl_tree.hpp>
#include <tcptune/sysctl/key.hpp>
#include <tcptune/sysctl/value.hpp>

#include <string>
#include <vector>

namespace tcptune::cli {

/// One value to write.
struct TrialValue {
    sysctl::Key key;
    sysctl::ValueType type = sysctl::ValueType::integer;
    sysctl::Value value;
};

///  ok         it holds the value
///  closed     it cannot be opened for writing
///  refused    the kernel did not take the text
///  different  it reads back otherwise, or cannot be read back
enum class TrialEnd { ok, closed, refused, different };

struct Trial {
    TrialEnd end = TrialEnd::ok;
    int error = 0;       ///< an errno value; 0: none
    std::string before;  ///< as read before the write, white space folded; "" when closed
    std::string found;   ///< as read last
    bool operator==(const Trial&) const = default;
};

/// Writes the canonical text and reads it back.
[[nodiscard]] Trial try_value(host::SysctlTree& sysctls, const TrialValue& wanted);

/// Gives a namespace the values that another one has: those that hold already are not written, and
/// what is refused is tried once more after the others, because some values need others first.
/// One trial for each, in order.
[[nodiscard]] std::vector<Trial> give_values(host::SysctlTree& sysctls,
                                             const std::vector<TrialValue>& values);

}  // namespace tcptune::cli

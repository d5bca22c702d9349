// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/kernel_version.hpp>
#include <tcptune/sysctl/parameter.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tcptune::sysctl {

/// What becomes of a text that a loader or a shell writes to a key.
///  taken    the key then means what a reader of the text expects
///  altered  accepted, and something else than the text says: octal, a comment that is ignored,
///           one number of two, a third number
///  refused  an error; the old value stays
///  unknown  it depends on what is not known here (HZ, another key, an undeclared handler)
enum class WriteVerdict { taken, altered, refused, unknown };

struct WriteOutcome {
    WriteVerdict verdict = WriteVerdict::unknown;
    /// The key's text afterwards, white space folded. Of altered, "" also when it is not known:
    /// the write does something else than the text says or is refused, in either case no good.
    std::string reads_back = {};
    std::string reason = {};  ///< one sentence without a full stop; of taken: empty
    /// Of altered: nothing is odd but words after the value that no reader takes for a value, such
    /// as a comment; the value itself means what it says.
    bool only_ignored_words = false;
};

/// The running text of another key or of this one, or nothing when it is not known.
using KernelState = std::function<std::optional<std::string>(std::string_view key)>;

/// What that kernel would do with `text` and a line end, written in one piece, as the loaders do.
/// Pure: from the `[[parameter.kernel]]` form of the parameter and the state before. Asked of
/// `before` are this key, net.ipv4.ip_local_port_range and net.ipv4.ip_unprivileged_port_start: a
/// caller who does not know them, and wants an answer for a host that nobody touched, gives their
/// defaults. Texts of a page and more are unknown: how they are cut depends on kernel and loader.
[[nodiscard]] WriteOutcome kernel_write(const Parameter& parameter, const KernelVersion& kernel,
                                        std::string_view text, const KernelState& before);

}  // namespace tcptune::sysctl

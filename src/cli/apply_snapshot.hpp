// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/report/apply_report.hpp>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace tcptune::cli {

/// What can be read of this namespace's sysctls and of the files that the boot sets them from.
struct HostSnapshot {
    std::map<std::string, std::string, std::less<>> sysctls;  ///< dotted key: value
    std::map<std::string, std::string, std::less<>> files;    ///< path: SHA-256 of the text
};

/// Everything writable below /proc/sys/net: what nobody can write changes by itself. Of values that
/// only root may read there is a digest.
[[nodiscard]] std::map<std::string, std::string, std::less<>> sysctls_now();
[[nodiscard]] HostSnapshot snapshot_now();

/// Keys that both have with another value. A key that came or went with an interface is nobody's
/// setting.
[[nodiscard]] std::vector<report::KeyChange> changed_keys(
    const HostSnapshot& before, const HostSnapshot& after,
    const std::function<bool(const std::string&)>& covered);
[[nodiscard]] std::vector<report::FileChange> changed_files(const HostSnapshot& before,
                                                            const HostSnapshot& after);

}  // namespace tcptune::cli

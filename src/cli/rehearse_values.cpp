// SPDX-License-Identifier: Apache-2.0
#include "cli/rehearse_values.hpp"

#include <tcptune/base/text.hpp>

#include <cerrno>
#include <cstddef>
#include <memory>
#include <utility>

namespace tcptune::cli {
namespace {

std::string read_folded(host::SysctlFile& file, int& error) {
    std::string text;
    error = file.read(text);
    return error == 0 ? fold_spaces(text) : std::string();
}

bool holds(const TrialValue& wanted, const std::string& text) {
    return sysctl::parse_value(wanted.type, text) == wanted.value;
}

Trial written(host::SysctlFile& file, const TrialValue& wanted, std::string before) {
    // An empty text is no write at all; the newline makes it one.
    const int refused = file.write(sysctl::kernel_text(wanted.type, wanted.value) + "\n");
    Trial trial;
    trial.before = std::move(before);
    int unreadable = 0;
    trial.found = read_folded(file, unreadable);
    if (refused != 0) {
        trial.end = TrialEnd::refused;
        trial.error = refused;
    } else if (unreadable != 0 || !holds(wanted, trial.found)) {
        trial.end = TrialEnd::different;
        trial.error = unreadable;
    }
    return trial;
}

Trial given(host::SysctlTree& sysctls, const TrialValue& wanted) {
    int error = 0;
    const std::unique_ptr<host::SysctlFile> file = sysctls.open(wanted.key, true, error);
    if (!file) return {TrialEnd::closed, error, {}, {}};
    std::string before = read_folded(*file, error);
    if (error == 0 && holds(wanted, before)) return {TrialEnd::ok, 0, before, before};
    return written(*file, wanted, std::move(before));
}

}  // namespace

Trial try_value(host::SysctlTree& sysctls, const TrialValue& wanted) {
    int error = 0;
    const std::unique_ptr<host::SysctlFile> file = sysctls.open(wanted.key, true, error);
    if (!file) return {TrialEnd::closed, error, {}, {}};
    std::string before = read_folded(*file, error);
    return written(*file, wanted, std::move(before));
}

std::vector<Trial> give_values(host::SysctlTree& sysctls, const std::vector<TrialValue>& values) {
    std::vector<Trial> trials;
    trials.reserve(values.size());
    for (const TrialValue& value : values)
        trials.push_back(given(sysctls, value));
    for (std::size_t at = 0; at < values.size(); ++at) {
        const bool again =
            trials[at].end == TrialEnd::refused || trials[at].end == TrialEnd::different;
        if (again) trials[at] = given(sysctls, values[at]);
    }
    return trials;
}

}  // namespace tcptune::cli

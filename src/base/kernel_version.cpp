// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/kernel_version.hpp>

#include <charconv>

namespace tcptune {

std::optional<KernelVersion> KernelVersion::parse(std::string_view text) {
    KernelVersion version;
    std::uint32_t* const parts[] = {&version.major, &version.minor, &version.patch};
    const char* at = text.data();
    const char* const end = at + text.size();
    std::size_t read = 0;
    for (std::uint32_t* part : parts) {
        const auto [next, error] = std::from_chars(at, end, *part);
        if (error != std::errc{}) break;
        ++read;
        at = next;
        if (at == end || *at != '.') break;
        ++at;
    }
    if (read < 2) return std::nullopt;
    return version;
}

std::string KernelVersion::to_string() const {
    std::string text = std::to_string(major) + "." + std::to_string(minor);
    if (patch != 0) text += "." + std::to_string(patch);
    return text;
}

bool KernelRange::contains(const KernelVersion& version) const {
    return (!since || version >= *since) && (!until || version < *until);
}

std::string KernelRange::describe() const {
    if (since && until) return since->to_string() + " to " + until->to_string();
    if (since) return "since " + since->to_string();
    if (until) return "until " + until->to_string();
    return {};
}

}  // namespace tcptune

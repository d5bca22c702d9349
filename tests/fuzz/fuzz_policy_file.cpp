// SPDX-License-Identifier: Apache-2.0
// A site policy and a workload profile of any bytes.
#include <tcptune/rules/policy_file.hpp>
#include <tcptune/rules/profile_file.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

void must(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tcptune;
    const std::string text(data, data + size);
    Diagnostics of_policy;
    const auto policy = rules::read_policy("policy.toml", text, of_policy);
    must(policy.has_value() == of_policy.empty());
    if (policy) {
        for (const rules::Waiver& waiver : policy->waivers)
            must(waiver.expires.size() == 10);
        for (const auto& [key, bound] : policy->bounds)
            must(!bound.min || !bound.max || *bound.min <= *bound.max);
    }
    Diagnostics of_profile;
    const auto profile = rules::read_profile("profile.toml", text, of_profile);
    must(profile.has_value() == of_profile.empty());
    if (profile) {
        for (const rules::ExpectedDestination& destination : profile->destinations)
            must(destination.rate > 0 && destination.port > 0 && destination.port < 65536 &&
                 destination.source_addresses > 0);
        must(profile->node_ports.has_value() == profile->has_role(rules::Role::kubernetes_node));
    }
    return 0;
}

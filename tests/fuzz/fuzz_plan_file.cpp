// SPDX-License-Identifier: Apache-2.0
// Any bytes as a saved plan. What reads has the digest that it says, no more steps than one apply
// takes, and is compared, asked about boot and written into a report without harm. Because hardly
// any mutation keeps a digest, the text is also tried with the right one put in.
#include "plan/unsealed_plan.hpp"

#include <tcptune/base/diagnostic_codes.hpp>
#include <tcptune/plan/boot_conflicts.hpp>
#include <tcptune/plan/plan_file.hpp>
#include <tcptune/plan/staleness.hpp>
#include <tcptune/sysctl/key.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

namespace {

using namespace tcptune;

void must(bool condition) {
    if (!condition) std::abort();
}

const sysctl::ParameterCatalog& catalog() {
    static const sysctl::ParameterCatalog made = [] {
        sysctl::ParameterCatalog result;
        for (const auto& [name, type] :
             {std::pair("net.ipv4.tcp_tw_reuse", sysctl::ValueType::enumerated),
              std::pair("net.ipv4.ip_local_port_range", sysctl::ValueType::integer_list),
              std::pair("net.ipv4.ip_local_reserved_ports", sysctl::ValueType::port_set)}) {
            sysctl::Parameter parameter(*sysctl::Key::parse(name));
            parameter.type = type;
            must(result.add(std::move(parameter)));
        }
        return result;
    }();
    return made;
}

/// The facts of the host that a plan is for, as it expects them.
facts::FactSet facts_of(const plan::SavedPlan& plan) {
    facts::FactSet facts;
    facts.host = plan.host;
    for (const plan::SavedChange& change : plan.changes) {
        const sysctl::Parameter* parameter = catalog().find(change.key);
        if (!parameter) continue;
        if (const auto value = sysctl::parse_value(parameter->type, change.before_runtime))
            facts.values["sysctl." + change.key] = plan::to_fact(*value);
        if (change.before_configured)
            facts.configured.push_back(
                {change.key, *change.before_configured, "/etc/sysctl.d/95-x.conf", 1, true});
    }
    return facts;
}

void use(const plan::SavedPlan& plan) {
    must(plan.digest == plan::digest_of(plan));
    must(plan.changes.size() <= plan::max_saved_changes);
    std::set<std::string> keys;
    bool comparable =
        !plan.host.boot_id.empty() && !plan.host.netns.empty() && !plan.host.kernel_release.empty();
    for (const plan::SavedChange& change : plan.changes) {
        must(sysctl::Key::parse(change.key).has_value());
        must(keys.insert(change.key).second);
        for (const char c : change.before_runtime + change.after_runtime)
            must(c >= ' ' && c <= '~');
        const sysctl::Parameter* parameter = catalog().find(change.key);
        comparable = comparable && parameter &&
                     sysctl::parse_value(parameter->type, change.before_runtime).has_value();
    }
    const facts::FactSet facts = facts_of(plan);
    const plan::Staleness staleness = plan::compare_with_host(plan, facts, catalog());
    if (comparable) must(!staleness.is_stale());
    for (const plan::Difference& difference : staleness.differences)
        must(!difference.sentence.empty());
    must(plan::compare_with_host(plan, {}, catalog()).is_stale());
    for (const auto loader : {conf::Loader::systemd, conf::Loader::procps})
        for (const plan::BootConflict& found :
             plan::boot_outlook(plan, facts, catalog(), loader).conflicts)
            must(keys.contains(found.conflict.key) && !found.mend.empty());
}

bool read_and_use(const std::string& text, Diagnostics& diagnostics) {
    const auto plan = plan::read_plan("fuzz.json", text, diagnostics);
    must(plan.has_value() == !has_errors(diagnostics));
    must(diagnostics.size() <= 40);
    if (plan) use(*plan);
    return plan.has_value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string text;
    text.reserve(size);
    for (std::size_t i = 0; i < size; ++i)
        text += static_cast<char>(data[i]);

    Diagnostics diagnostics;
    if (read_and_use(text, diagnostics)) return 0;
    Diagnostics none;
    auto unsealed = plan::read_unsealed("fuzz.json", text, none);
    if (!unsealed) return 0;
    must(!diagnostics.empty() && diagnostics.back().code == codes::edited_plan);
    unsealed->digest = plan::digest_of(*unsealed);
    auto document = nlohmann::json::parse(text);
    document["digest"] = unsealed->digest;
    must(read_and_use(document.dump(), none));
    return 0;
}

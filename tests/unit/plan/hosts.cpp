// SPDX-License-Identifier: Apache-2.0
#include "hosts.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include <doctest/doctest.h>

namespace hosts {

namespace {

using tcptune::facts::FactSet;
using tcptune::rules::RuleSource;

std::vector<RuleSource> shipped_texts() {
    std::vector<RuleSource> sources;
    for (const auto& entry : std::filesystem::directory_iterator(TCPTUNE_SOURCE_DIR "/rules")) {
        if (entry.path().extension() != ".toml") continue;
        sources.push_back({entry.path().string(), text_of(entry.path().string())});
    }
    return sources;
}

tcptune::rules::RuleSet compiled(const std::vector<RuleSource>& sources) {
    auto loaded = tcptune::rules::load_rules(sources, tcptune::rules::Parts::knowledge);
    for (const auto& diagnostic : loaded.diagnostics)
        MESSAGE(diagnostic.location.file << ":" << diagnostic.location.line << ":"
                                         << diagnostic.location.column << " " << diagnostic.code
                                         << " " << diagnostic.message);
    REQUIRE(loaded.diagnostics.empty());
    return std::move(loaded.rules);
}

/// Defaults of a host with 24 GiB, as read in its first network namespace.
void set_defaults(FactSet& facts, const tcptune::KernelVersion& kernel) {
    using tcptune::KernelVersion;
    using tcptune::facts::List;
    const auto at_least = [&](unsigned major, unsigned minor) {
        return kernel >= KernelVersion{major, minor, 0};
    };
    const auto number = [&](const char* key, std::int64_t value) {
        facts.values["sysctl." + std::string(key)] = value;
    };
    number("net.ipv4.tcp_tw_reuse", at_least(4, 18) ? 2 : 0);
    if (at_least(6, 14)) number("net.ipv4.tcp_tw_reuse_delay", 1000);
    if (!at_least(4, 12)) facts.values["sysctl.net.ipv4.tcp_tw_recycle"] = false;
    if (at_least(6, 1)) {
        number("net.ipv4.tcp_ehash_entries", 262144);
        number("net.ipv4.tcp_child_ehash_entries", 0);
    }
    if (at_least(5, 7)) facts.values["sysctl.net.ipv4.ip_autobind_reuse"] = false;
    number("net.ipv4.tcp_timestamps", 1);
    number("net.ipv4.tcp_fin_timeout", 60);
    number("net.ipv4.tcp_max_tw_buckets", 131072);
    if (at_least(4, 11)) number("net.ipv4.ip_unprivileged_port_start", 1024);
    number("net.ipv4.tcp_syncookies", 1);
    number("net.ipv4.tcp_max_syn_backlog", 2048);
    number("net.core.somaxconn", at_least(5, 4) ? 4096 : 128);
    number("net.core.netdev_max_backlog", 1000);
    number("net.ipv4.tcp_max_orphans", 131072);
    number("net.ipv4.tcp_orphan_retries", 0);
    number("net.ipv4.tcp_keepalive_time", 7200);
    number("net.ipv4.tcp_keepalive_intvl", 75);
    number("net.ipv4.tcp_keepalive_probes", 9);
    number("net.ipv4.tcp_syn_retries", 6);
    number("net.ipv4.tcp_retries2", 15);
    number("fs.file-max", 9223372036854775807);
    number("fs.nr_open", 1048576);
    for (const char* key :
         {"net.ipv4.tcp_rfc1337", "net.ipv4.tcp_abort_on_overflow", "net.ipv4.ip_forward"})
        facts.values["sysctl." + std::string(key)] = false;
    facts.values["sysctl.net.ipv4.tcp_slow_start_after_idle"] = true;
    facts.values["sysctl.net.ipv4.ip_local_port_range"] = List{32768, 60999};
    facts.values["sysctl.net.ipv4.ip_local_reserved_ports"] = List{};
}

}  // namespace

std::string text_of(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

const tcptune::rules::RuleSet& shipped_rules() {
    static const tcptune::rules::RuleSet rules = compiled(shipped_texts());
    return rules;
}

tcptune::rules::RuleSet edited_rules(std::string_view key, std::string_view anchor,
                                     std::string_view member, std::string_view value) {
    std::vector<RuleSource> sources = shipped_texts();
    const std::string name = std::string(key) + ".toml";
    bool edited = false;
    for (RuleSource& source : sources) {
        if (!source.file.ends_with("/" + name)) continue;
        std::string& text = source.text;
        std::size_t at = text.find(anchor);
        while (at != std::string::npos && !edited) {
            at = text.find("\n" + std::string(member), at);
            if (at == std::string::npos) break;
            const std::size_t end = text.find('\n', at + 1);
            const std::size_t equals = text.find('=', at);
            const std::size_t word_end = text.find_first_of(" =", at + 1);
            if (equals < end && word_end == at + 1 + member.size()) {
                text.replace(equals + 1, end - equals - 1, " " + std::string(value));
                edited = true;
            }
            ++at;
        }
    }
    REQUIRE_MESSAGE(edited, name << " has no line that sets " << std::string(member));
    return compiled(sources);
}

tcptune::rules::RuleSet rules_from(
    std::initializer_list<std::pair<std::string_view, std::string_view>> texts) {
    std::vector<RuleSource> sources;
    for (const auto& [name, text] : texts)
        sources.push_back({std::string(name), std::string(text)});
    return compiled(sources);
}

FactSet idle(std::string_view kernel) {
    FactSet facts;
    const auto version = tcptune::KernelVersion::parse(kernel);
    REQUIRE(version.has_value());
    facts.host = {
        "web1", std::string(kernel), "11111111-2222-3333-4444-555555555555", "cookie:1", true, 0};
    facts.values["kernel.version"] = *version;
    facts.values["kernel.release"] = std::string(kernel);
    facts.values["host.memory_bytes"] = std::int64_t{24} << 30;
    facts.values["host.cpus"] = std::int64_t{2};
    facts.values["netns.initial"] = true;
    facts.values["netns.others"] = std::int64_t{0};
    set_defaults(facts, *version);
    facts.values["socket.method"] = std::string("dump");
    for (const char* name : {"time_wait_total", "time_wait_outbound", "fin_wait2", "inuse", "alloc",
                             "orphans", "mem_pages", "bound_only"})
        facts.values["socket.tcp." + std::string(name)] = std::int64_t{0};
    facts.values["socket.tcp.listen_ports"] = tcptune::facts::List{22, 443};
    facts.values["socket.udp.ports"] = tcptune::facts::List{};
    facts.values["file.open"] = std::int64_t{2000};
    for (const std::string_view counter : tcptune::facts::known_counters())
        if (counter.find("conntrack") == std::string_view::npos)
            facts.counters[std::string(counter)] = {0, std::nullopt};
    facts.sockets.method = tcptune::facts::SocketMethod::dump;
    facts.sockets.listen_ports = {22, 443};
    facts.sources = {{"sock_diag", tcptune::facts::SourceStatus::ok, ""}};
    return facts;
}

FactSet churning(std::uint32_t count, std::string_view kernel) {
    FactSet facts = idle(kernel);
    tcptune::facts::Destination destination;
    destination.local_address = "10.0.0.1";
    destination.remote_address = "10.0.3.7";
    destination.remote_port = 5432;
    destination.states[static_cast<std::size_t>(tcptune::facts::TcpState::time_wait)] = count;
    // connect() hands out the even half first.
    destination.even_ports = std::min<std::uint32_t>(count, 14116);
    destination.closed_last_1s = count / 60;
    destination.closed_last_10s = count / 6;
    facts.sockets.destinations = {destination};
    facts.values["socket.tcp.time_wait_total"] = std::int64_t{count};
    facts.values["socket.tcp.time_wait_outbound"] = std::int64_t{count};
    return facts;
}

FactSet busy(std::uint32_t count) {
    FactSet facts = churning(0);
    facts.sockets.destinations.front()
        .states[static_cast<std::size_t>(tcptune::facts::TcpState::established)] = count;
    facts.sockets.destinations.front().even_ports = std::min<std::uint32_t>(count, 14116);
    facts.values["socket.tcp.inuse"] = std::int64_t{count};
    facts.values["socket.tcp.alloc"] = std::int64_t{count};
    return facts;
}

tcptune::plan::Plan plan_for(const tcptune::rules::RuleSet& rules, const FactSet& facts,
                             const tcptune::rules::Profile& profile,
                             const tcptune::rules::Policy& policy) {
    return tcptune::plan::make_plan(rules, facts, {policy, profile, "2026-06-01"});
}

const tcptune::plan::PlanChange* change_of(const tcptune::plan::Plan& plan, std::string_view key) {
    for (const auto& change : plan.changes)
        if (change.key == key) return &change;
    return nullptr;
}

bool advises(const tcptune::plan::Plan& plan, std::string_view id) {
    return std::ranges::any_of(plan.advice, [&](const auto& advice) { return advice.id == id; });
}

bool advises_against(const tcptune::plan::Plan& plan, std::string_view key) {
    return std::ranges::any_of(plan.not_advised,
                               [&](const auto& advice) { return advice.key == key; });
}

}  // namespace hosts

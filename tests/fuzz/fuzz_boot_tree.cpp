// SPDX-License-Identifier: Apache-2.0
// Trees of strangers: no crash, one winner for a key and loader at most, every line of a key told
// once, and the same answer for one key as for all. A line of the input that begins with '@'
// begins a file: "@e10.conf" in /etc, 'r' in /run, 'l' in /usr/lib, 'm' is /etc/sysctl.conf, 'u'
// one that cannot be read, 'd' a link to nothing, 'k' the kernel's command line, 't' a late writer.
#include <tcptune/conf/boot_oracle.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace tcptune::conf;

namespace {

constexpr std::size_t most_files = 40;

void demand(bool holds) {
    if (!holds) std::abort();
}

void add_file(BootTree& tree, std::string_view head, std::string_view text) {
    const char kind = head.empty() ? 'e' : head[0];
    if (kind == 'k') {
        tree.command_line = text;
        return;
    }
    if (kind == 't') {
        tree.late.push_back({"t", "/t", "late", std::string(text), head.size() > 1});
        return;
    }
    TreeEntry entry;
    entry.directory = kind == 'r'   ? "/run/sysctl.d"
                      : kind == 'l' ? "/usr/lib/sysctl.d"
                                    : "/etc/sysctl.d";
    entry.name = head.empty() ? "x.conf" : head.substr(1);
    entry.text = text;
    if (kind == 'u') entry.status = EntryStatus::unreadable;
    if (kind == 'd') entry.status = EntryStatus::dangling;
    if (kind == 'm') {
        entry.directory = "/etc";
        entry.name = "sysctl.conf";
        tree.main = entry;
        return;
    }
    tree.entries.push_back(entry);
}

BootTree tree_of(std::string_view input) {
    BootTree tree;
    std::string_view head;
    while (tree.entries.size() < most_files) {
        const std::size_t next = input.find("\n@");
        add_file(tree, head, input.substr(0, next == std::string_view::npos ? next : next + 1));
        if (next == std::string_view::npos) break;
        input.remove_prefix(next + 2);
        const std::size_t end = std::min(input.find('\n'), input.size());
        head = input.substr(0, end);
        input.remove_prefix(std::min(end + 1, input.size()));
    }
    return tree;
}

void check(const Outcome& outcome) {
    const auto winners = std::ranges::count(outcome.claims, Fate::wins, &Claim::fate);
    demand(winners <= 1 && outcome.set == (winners == 1));
    demand(outcome.value.has_value() || !outcome.unknown.empty());
    for (const Claim& claim : outcome.claims)
        demand(!claim.why.empty() && !claim.statement.file.empty() && claim.statement.line > 0);
}

bool same(const Outcome& left, const Outcome& right) {
    return left.value == right.value && left.claims.size() == right.claims.size();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const BootTree tree = tree_of({reinterpret_cast<const char*>(data), size});
    const tcptune::sysctl::ParameterCatalog catalog;
    const std::vector<std::string> keys{"net.ipv4.conf.all.forwarding", "net.ipv4.conf.eth0/1.x",
                                        "net.ipv4.ip_forward", "net.ipv4.tcp_fin_timeout",
                                        "net.ipv4.tcp_tw_reuse"};
    const bool listed = size % 2 == 0;
    const Ground ground{
        catalog,
        {6, 1, 0},
        [](std::string_view) { return "1"; },
        listed ? std::span<const std::string>(keys) : std::span<const std::string>()};
    const auto all = forecast(tree, ground);
    std::size_t asked = 0;
    for (const auto& [key, found] : all) {
        check(found.systemd);
        check(found.procps);
        if (found.late) check(*found.late);
        // A key asked for is known: without a list of keys, patterns reach it only then.
        if (!listed || ++asked > 4) continue;
        const KeyForecast alone = forecast_key(tree, ground, key);
        demand(same(alone.systemd, found.systemd) && same(alone.procps, found.procps));
    }
    return 0;
}

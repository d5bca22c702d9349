// SPDX-License-Identifier: Apache-2.0
#include "load_options.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace port_load {
namespace {

constexpr const char* help_text =
    R"(port_load MODE [options]: makes and holds sockets in the network namespace it runs in.
Prints one line that begins with "ready" when the sockets are there, then holds them.

Modes
  hold-time-wait    connections that this side closed first (TIME_WAIT here)
  hold-established  open connections
  hold-fin-wait2    closed here, not yet by the other side (orphans unless --shutdown-only)
  hold-close-wait   closed by the other side, not here (needs --server-in-process)
  hold-syn-sent     connects that nobody answers (give a --to that drops packets)
  hold-bound        bound sockets that neither listen nor connect
  serve ADDR:PORT   a server that closes when its client has closed
  load              open-loop connects at --rate for --seconds; ends with one JSON line

Where
  --to ADDR:PORT        destination, [V6]:PORT for IPv6 (default 127.0.1.1:9000)
  --destinations N      spread over N successive addresses from --to on (default 1)
  --from ADDR           local address (its port is still chosen by connect)
  --server-in-process   listen on --to's port on every address in this process
  --never-accept        hold-established with --server-in-process: leave the server's half in the
                        accept queue, where it takes no descriptor (net.core.somaxconn must allow)
  --mapped              IPv6 sockets to the IPv4-mapped address

How many and how
  --count N             sockets to make, at most 2000000
  --rate R              at most R per second (default: as fast as possible)
  --workers N           N processes share the count, each with its own port and addresses: worker
                        w uses port + w (default 1, at most 16)
  --bind-first          bind(ADDR, 0) before connect: bind chooses the port
  --ports LOW-HIGH      choose local ports from this part of the range only
  --kernel-order        plain connect(), which takes even ports first and is 50 times dearer past
                        half of the range; without it each socket sets IP_LOCAL_PORT_RANGE
  --shutdown-only       hold-fin-wait2: keep the descriptor
  --server-closes       serve: close first; load: wait until the server has closed
  --keep-open           serve: never close first and ignore the client's end

How long
  --hold SECONDS        stay after "ready" (default 0 for hold-time-wait, else 60)
  --until-eof           stay until standard input ends (at most the limit)
  --seconds S           duration of serve and load (default 60)
  --measure-after S     load: count and time only what starts later than this
  --limit S             hard end of the process (default 120, at most 900)

TIME_WAITs on a loopback address are taken over after one second unless the namespace has
net.ipv4.tcp_tw_reuse = 0; more than net.ipv4.tcp_max_tw_buckets do not exist. Exit status: 0 all
sockets were made, 1 not all (the line tells how many and the first error), 64 usage.
)";

[[noreturn]] void fail(const std::string& text) {
    (void)std::fprintf(stderr, "port_load: %s (try --help)\n", text.c_str());
    std::exit(64);
}

constexpr std::array<std::pair<std::string_view, Mode>, 8> modes = {{
    {"hold-time-wait", Mode::time_wait},
    {"hold-established", Mode::established},
    {"hold-fin-wait2", Mode::fin_wait2},
    {"hold-close-wait", Mode::close_wait},
    {"hold-syn-sent", Mode::syn_sent},
    {"hold-bound", Mode::bound},
    {"serve", Mode::serve},
    {"load", Mode::load},
}};

Mode to_mode(const std::string& word) {
    const auto* const found =
        std::find_if(modes.begin(), modes.end(), [&](const auto& m) { return m.first == word; });
    if (found == modes.end()) fail("no such mode: " + word);
    return found->second;
}

template <class Number>
Number to_number(const std::string& name, const std::string& text, Number low, Number high) {
    Number number{};
    const char* const end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, number);
    if (result.ec != std::errc() || result.ptr != end || number < low || number > high)
        fail(name + " does not take \"" + text + "\"");
    return number;
}

Endpoint to_endpoint(const std::string& text, bool port_optional) {
    const auto endpoint = parse_endpoint(text, port_optional);
    if (!endpoint) fail("not an address: " + text);
    return *endpoint;
}

void read_ports(LocalChoice& local, const std::string& text) {
    const std::size_t dash = text.find('-');
    if (dash == std::string::npos) fail("--ports takes LOW-HIGH");
    local.low = to_number<std::uint16_t>("--ports", text.substr(0, dash), 1, 65535);
    local.high = to_number<std::uint16_t>("--ports", text.substr(dash + 1), local.low, 65535);
}

bool read_flag(Options& options, const std::string& name) {
    const std::array<std::pair<std::string_view, bool*>, 9> flags = {{
        {"--server-in-process", &options.server_in_process},
        {"--mapped", &options.local.mapped},
        {"--bind-first", &options.local.bind_first},
        {"--kernel-order", &options.local.kernel_order},
        {"--shutdown-only", &options.shutdown_only},
        {"--server-closes", &options.server_closes},
        {"--keep-open", &options.keep_open},
        {"--never-accept", &options.never_accept},
        {"--until-eof", &options.until_eof},
    }};
    const auto* const found =
        std::find_if(flags.begin(), flags.end(), [&](const auto& f) { return f.first == name; });
    if (found == flags.end()) return false;
    *found->second = true;
    return true;
}

void read_value(Options& options, const std::string& name, const std::string& text) {
    if (name == "--to")
        options.to = to_endpoint(text, false);
    else if (name == "--from")
        options.local.from = to_endpoint(text, true);
    else if (name == "--count")
        options.count = to_number<std::int64_t>(name, text, 1, 2000000);
    else if (name == "--destinations")
        options.destinations = to_number<std::uint32_t>(name, text, 1, 65536);
    else if (name == "--rate")
        options.rate = to_number<double>(name, text, 0.1, 1e6);
    else if (name == "--workers")
        options.workers = to_number<int>(name, text, 1, 16);
    else if (name == "--ports")
        read_ports(options.local, text);
    else if (name == "--hold")
        options.hold_s = to_number<double>(name, text, 0, 900);
    else if (name == "--seconds")
        options.seconds = to_number<double>(name, text, 0.1, 900);
    else if (name == "--measure-after")
        options.measure_after_s = to_number<double>(name, text, 0, 900);
    else if (name == "--limit")
        options.limit_s = to_number<unsigned>(name, text, 1, 900);
    else
        fail("no such option: " + name);
}

void check(const Options& options) {
    const bool counted = options.mode != Mode::serve && options.mode != Mode::load;
    if (counted && options.count == 0) fail("--count is needed");
    if (options.mode == Mode::load && options.rate <= 0) fail("--rate is needed");
    if (options.mode == Mode::close_wait && !options.server_in_process)
        fail("hold-close-wait needs --server-in-process");
    if (options.never_accept && !(options.mode == Mode::established && options.server_in_process))
        fail("--never-accept is for hold-established with --server-in-process");
    if (options.local.mapped && options.to.is_v6()) fail("--mapped is for IPv4 destinations");
}

}  // namespace

Options read_options(const std::vector<std::string>& arguments) {
    if (arguments.empty()) fail("a mode is needed");
    if (arguments[0] == "--help" || arguments[0] == "-h") {
        (void)std::fputs(help_text, stdout);
        std::exit(0);
    }
    Options options;
    options.mode = to_mode(arguments[0]);
    options.to = to_endpoint("127.0.1.1:9000", false);
    options.hold_s = options.mode == Mode::time_wait ? 0 : 60;
    std::size_t i = 1;
    if (options.mode == Mode::serve) {
        if (arguments.size() < 2) fail("serve needs ADDR:PORT");
        options.to = to_endpoint(arguments[i++], false);
    }
    for (; i < arguments.size(); ++i) {
        std::string name = arguments[i];
        if (name == "--help") {
            (void)std::fputs(help_text, stdout);
            std::exit(0);
        }
        if (read_flag(options, name)) continue;
        const std::size_t equals = name.find('=');
        if (equals != std::string::npos) {
            const std::string text = name.substr(equals + 1);
            read_value(options, name.substr(0, equals), text);
        } else if (i + 1 < arguments.size()) {
            read_value(options, name, arguments[++i]);
        } else {
            fail(name + " needs a value or does not exist");
        }
    }
    check(options);
    return options;
}

}  // namespace port_load

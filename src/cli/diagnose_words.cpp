// SPDX-License-Identifier: Apache-2.0
#include "cli/diagnose_words.hpp"

#include "cli/files.hpp"

#include <tcptune/base/error.hpp>
#include <tcptune/base/escape.hpp>
#include <tcptune/base/text.hpp>
#include <tcptune/diagnosis/names.hpp>
#include <tcptune/facts/ip_address.hpp>

#include <array>
#include <chrono>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <system_error>
#include <thread>

#include <unistd.h>

namespace tcptune::cli {
namespace {

/// A log line; what is longer is no line.
constexpr std::size_t longest_message = 64UL * 1024UL;

[[noreturn]] void wrong_destination(const std::string& text) {
    throw Error(ErrorCode::usage, text,
                "--dest takes ADDR, ADDR:PORT or [ADDR]:PORT with a numeric address");
}

/// "10.0.3.7", "10.0.3.7:5432", "2001:db8::1", "[2001:db8::1]:443".
void set_destination(const std::string& text, diagnosis::Focus& focus) {
    std::string host = text;
    const std::size_t colon = text.rfind(':');
    const bool many_colons = colon != std::string::npos && text.find(':') != colon;
    const bool bracketed = text.starts_with('[');
    if (bracketed || (colon != std::string::npos && !many_colons)) {
        const bool has_port =
            colon != std::string::npos && (!bracketed || (colon > 0 && text[colon - 1] == ']'));
        if (has_port) {
            const auto port = parse_integer(std::string_view(text).substr(colon + 1));
            if (!port || *port < 1 || *port > 65535) wrong_destination(text);
            focus.port = static_cast<std::uint16_t>(*port);
            host = text.substr(0, colon);
        }
        if (bracketed) {
            if (host.size() < 3 || !host.ends_with(']')) wrong_destination(text);
            host = host.substr(1, host.size() - 2);
        }
    }
    const auto address = facts::parse_address(host);
    if (!address) wrong_destination(text);
    focus.address = facts::to_string(*address);
}

std::int64_t process_id(const std::string& text) {
    const auto pid = parse_integer(text);
    if (!pid || *pid < 1)
        throw Error(ErrorCode::usage, text, "--pid takes the number of a process");
    const std::string directory = "/proc/" + std::to_string(*pid) + "/fd";
    if (::access(directory.c_str(), F_OK) != 0)
        throw Error(ErrorCode::no_input, "process " + text, "there is none");
    if (::access(directory.c_str(), R_OK) != 0)
        throw Error(ErrorCode::not_authorized, "process " + text,
                    "looking into another user's process needs root");
    // Its sockets are where it is, which need not be here.
    std::error_code failed;
    const std::string there =
        std::filesystem::read_symlink("/proc/" + std::to_string(*pid) + "/ns/net", failed);
    const std::string here = std::filesystem::read_symlink("/proc/thread-self/ns/net", failed);
    if (!failed && there != here)
        throw Error(ErrorCode::usage, "process " + text,
                    "it is in another network namespace: add --netns " + text);
    return *pid;
}

}  // namespace

diagnosis::Focus focus_of(const DiagnoseOptions& options) {
    diagnosis::Focus focus;
    if (!options.destination.empty()) set_destination(options.destination, focus);
    if (!options.pid.empty()) focus.pid = process_id(options.pid);
    return focus;
}

diagnosis::Question question_of(const std::string& words,
                                const std::vector<rules::Message>& messages) {
    const std::string text = words == "-" ? read_input("-", longest_message) : words;
    if (auto question = diagnosis::understand(text, messages)) return *std::move(question);
    std::vector<std::string> ids;
    for (const rules::Message& message : messages)
        ids.push_back(message.id);
    throw Error(ErrorCode::usage, words == "-" ? "standard input" : words,
                "no message that tcptune knows; there are: " + join(ids, ", "));
}

report::DiagnoseInvocation invocation_of(const DiagnoseOptions& options) {
    report::DiagnoseInvocation invocation;
    const auto add = [](std::vector<std::string>& words, const char* name,
                        const std::string& value) {
        if (value.empty()) return;
        words.emplace_back(name);
        words.push_back(value);
    };
    add(invocation.shared_words, "--facts", options.facts);
    for (const std::string& directory : options.rules)
        add(invocation.shared_words, "--rules", directory);
    add(invocation.shared_words, "--netns", options.netns);
    add(invocation.own_words, "--dest", options.destination);
    add(invocation.own_words, "--pid", options.pid);
    if (options.message != "-") add(invocation.own_words, "--errno", options.message);
    invocation.from_file = !options.facts.empty();
    invocation.privileged = ::geteuid() == 0;
    invocation.window_given = options.window_s > 0;
    invocation.all_namespaces = options.all_netns;
    return invocation;
}

Exit exit_of(const diagnosis::Diagnosis& diagnosis, const std::optional<rules::Severity>& fail_on) {
    if (!fail_on) return Exit::done;
    const std::optional<rules::Severity> worst = diagnosis::worst(diagnosis);
    if (worst && *worst >= *fail_on) return Exit::difference;
    return diagnosis.method == facts::SocketMethod::none || !diagnosis.budget ? Exit::failed
                                                                              : Exit::done;
}

std::function<double(double)> wait_with_progress() {
    return [](double seconds) {
        using Clock = std::chrono::steady_clock;
        const bool terminal = ::isatty(STDERR_FILENO) == 1;
        const Clock::time_point start = Clock::now();
        const auto passed = [&start] {
            return std::chrono::duration<double>(Clock::now() - start).count();
        };
        for (double left = seconds; left > 0; left = seconds - passed()) {
            if (terminal)
                write_stderr("\r\x1b[Klooking, " +
                             std::to_string(static_cast<int>(std::ceil(left))) + " s left");
            std::this_thread::sleep_for(
                std::chrono::duration<double>(terminal ? std::min(left, 1.0) : left));
        }
        if (terminal) write_stderr("\r\x1b[K");
        return passed();
    };
}

std::string clock_time() {
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    (void)::localtime_r(&now, &local);
    std::array<char, 16> text{};
    const std::size_t length = std::strftime(text.data(), text.size(), "%H:%M:%S", &local);
    return {text.data(), length};
}

std::string summary_line(const diagnosis::Diagnosis& diagnosis) {
    std::string line = diagnosis::verdict_sentence(diagnosis);
    if (!diagnosis.destinations.empty()) {
        const diagnosis::DestinationView& first = diagnosis.destinations.front();
        line += " [" + diagnosis::destination_name(first.destination) + " " +
                with_thousands(first.forecast.in_use) + "/" +
                with_thousands(first.forecast.ceiling.budget.usable) + " " +
                std::string(capacity::to_string(first.forecast.stage)) + "]";
    }
    return escape_line(line);
}

}  // namespace tcptune::cli

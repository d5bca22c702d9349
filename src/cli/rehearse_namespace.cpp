// SPDX-License-Identifier: Apache-2.0
#include "cli/rehearse_namespace.hpp"

#include <tcptune/base/error.hpp>
#include <tcptune/base/text.hpp>
#include <tcptune/base/unique_fd.hpp>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

namespace tcptune::cli {
namespace {

/// A kernel that takes longer over some sysctls is not well.
constexpr unsigned child_limit_s = 60;
constexpr std::string_view ready = "ready";

// The child answers with fields that end in NUL: "ready", then four for each trial; or the place
// where it got stuck, and the errno value.

void put_field(std::string& out, std::string_view field) {
    out += field;
    out += '\0';
}

void put_trials(std::string& out, const std::vector<Trial>& trials) {
    for (const Trial& trial : trials) {
        put_field(out, std::to_string(static_cast<int>(trial.end)));
        put_field(out, std::to_string(trial.error));
        put_field(out, trial.before);
        put_field(out, trial.found);
    }
}

bool write_whole(const char* path, const std::string& text) {
    const UniqueFd fd(::open(path, O_WRONLY | O_CLOEXEC));
    return fd && ::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

bool same_file(const struct stat& a, const struct stat& b) {
    return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/// Leaves for namespaces of our own; where it got stuck, or "" with `errno` untouched.
const char* leave_host() {
    constexpr const char* own = "/proc/self/ns/net";
    const std::string uid = std::to_string(::geteuid());
    const std::string gid = std::to_string(::getegid());
    struct stat before{};
    struct stat after{};
    if (::stat(own, &before) != 0) return own;
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return "user and network namespaces";
    if (!write_whole("/proc/self/uid_map", "0 " + uid + " 1")) return "/proc/self/uid_map";
    // Without this an unprivileged user may not write the next one; older kernels do not have it.
    if (!write_whole("/proc/self/setgroups", "deny") && errno != ENOENT)
        return "/proc/self/setgroups";
    if (!write_whole("/proc/self/gid_map", "0 " + gid + " 1")) return "/proc/self/gid_map";
    // Nothing is written before it is certain that this is not the host's namespace.
    if (::stat(own, &after) != 0) return own;
    errno = ENOTSUP;
    return same_file(before, after) ? own : "";
}

std::string answer_of_child(const std::vector<TrialValue>& present,
                            const std::vector<TrialValue>& steps) {
    std::string out;
    if (const std::string stuck = leave_host(); !stuck.empty()) {
        const int error = errno;
        put_field(out, stuck);
        put_field(out, std::to_string(error));
        return out;
    }
    try {
        host::ProcSysctlTree sysctls;
        std::vector<Trial> trials = give_values(sysctls, present);
        for (const TrialValue& step : steps)
            trials.push_back(try_value(sysctls, step));
        put_field(out, ready);
        put_trials(out, trials);
    } catch (const SystemError& error) {
        out.clear();
        put_field(out, error.object());
        put_field(out, std::to_string(error.error_number()));
    }
    return out;
}

/// Never returns, so that nothing of the parent is done twice.
[[noreturn]] void be_child(int to_parent, pid_t parent, const std::vector<TrialValue>& present,
                           const std::vector<TrialValue>& steps) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(EXIT_FAILURE);
    ::alarm(child_limit_s);
    int status = EXIT_FAILURE;
    try {
        const std::string answer = answer_of_child(present, steps);
        std::string_view rest = answer;
        while (!rest.empty()) {
            const ssize_t put = ::write(to_parent, rest.data(), rest.size());
            if (put < 0 && errno == EINTR) continue;
            if (put <= 0) break;
            rest.remove_prefix(static_cast<std::size_t>(put));
        }
        if (rest.empty()) status = EXIT_SUCCESS;
    } catch (const std::exception&) {
        status = EXIT_FAILURE;
    }
    ::_exit(status);
}

std::string read_all(int fd) {
    std::string text;
    std::array<char, 16384> buffer{};
    for (;;) {
        const ssize_t got = ::read(fd, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return text;
        text.append(buffer.data(), static_cast<std::size_t>(got));
    }
}

void wait_for(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS) return;
    throw Error(ErrorCode::operational, "rehearsal",
                WIFSIGNALED(status) ? "the process in the new namespace was ended by signal " +
                                          std::to_string(WTERMSIG(status))
                                    : "the process in the new namespace failed");
}

std::string cause_of(int error) {
    switch (error) {
        case ENOSPC:
        case EUSERS:
            return "there may be no more of them (user.max_user_namespaces, "
                   "user.max_net_namespaces)";
        case EPERM:
        case EACCES:
            return "this host does not let this user make them (a sandbox, AppArmor, or "
                   "kernel.unprivileged_userns_clone = 0)";
        case EINVAL:
        case ENOSYS:
            return "this kernel does not have them";
        default:
            return SystemError(ErrorCode::unavailable, "", error).reason();
    }
}

Trial trial_of(const std::string_view* fields) {
    return {static_cast<TrialEnd>(parse_integer(fields[0]).value_or(0)),
            static_cast<int>(parse_integer(fields[1]).value_or(0)), std::string(fields[2]),
            std::string(fields[3])};
}

}  // namespace

Trials try_in_new_namespace(const std::vector<TrialValue>& present,
                            const std::vector<TrialValue>& steps) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        throw SystemError(ErrorCode::operational, "pipe", errno);
    const UniqueFd from_child(ends[0]);
    UniqueFd to_parent(ends[1]);
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child < 0) throw SystemError(ErrorCode::operational, "fork", errno);
    if (child == 0) be_child(to_parent.get(), parent, present, steps);
    to_parent.reset();
    const std::string answer = read_all(from_child.get());
    wait_for(child);

    const std::vector<std::string_view> fields = split(answer, '\0');
    if (fields.size() >= 2 && fields[0] != ready)
        throw Error(ErrorCode::unavailable, std::string(fields[0]),
                    cause_of(static_cast<int>(parse_integer(fields[1]).value_or(0))) +
                        ": a plan cannot be rehearsed here");
    const std::size_t count = present.size() + steps.size();
    if (fields.size() != 2 + 4 * count)  // the last NUL ends the text, with nothing behind it
        throw Error(ErrorCode::internal, "rehearsal", "the child's answer cannot be read");
    Trials trials;
    for (std::size_t at = 0; at < count; ++at)
        (at < present.size() ? trials.present : trials.steps)
            .push_back(trial_of(&fields[1 + 4 * at]));
    return trials;
}

}  // namespace tcptune::cli

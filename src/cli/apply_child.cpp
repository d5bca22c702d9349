// SPDX-License-Identifier: Apache-2.0
#include "cli/apply_child.hpp"

#include <tcptune/base/error.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <sys/wait.h>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <unistd.h>

namespace tcptune::cli {
namespace {

struct FileActions {
    FileActions() { (void)::posix_spawn_file_actions_init(&actions); }
    ~FileActions() { (void)::posix_spawn_file_actions_destroy(&actions); }
    FileActions(const FileActions&) = delete;
    FileActions& operator=(const FileActions&) = delete;
    posix_spawn_file_actions_t actions{};
};

struct Attributes {
    Attributes() { (void)::posix_spawnattr_init(&attributes); }
    ~Attributes() { (void)::posix_spawnattr_destroy(&attributes); }
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;
    posix_spawnattr_t attributes{};
};

/// Our environment with these variables set.
std::vector<std::string> environment_with(
    const std::vector<std::pair<std::string, std::string>>& added) {
    std::vector<std::string> all;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const bool replaced = std::ranges::any_of(
            added, [&](const auto& pair) { return text.starts_with(pair.first + "="); });
        if (!replaced) all.emplace_back(text);
    }
    for (const auto& [name, value] : added)
        all.push_back(name + "=" + value);
    return all;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (std::string& text : texts)
        pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

}  // namespace

Child::Child(const std::vector<std::string>& words, ChildStreams streams,
             const std::vector<std::pair<std::string, std::string>>& environment)
    : own_group_(streams == ChildStreams::captured) {
    FileActions files;
    posix_spawn_file_actions_t* const actions = &files.actions;
    UniqueFd write_end;
    if (streams == ChildStreams::captured) {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0)
            throw SystemError(ErrorCode::operational, "pipe", errno);
        output_.reset(ends[0]);
        write_end.reset(ends[1]);
        // Only our end: the child must find an ordinary pipe.
        (void)::fcntl(output_.get(), F_SETFL, O_NONBLOCK);
        (void)::posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        (void)::posix_spawn_file_actions_adddup2(actions, write_end.get(), STDOUT_FILENO);
        (void)::posix_spawn_file_actions_adddup2(actions, write_end.get(), STDERR_FILENO);
    } else if (streams == ChildStreams::ours_but_output) {
        (void)::posix_spawn_file_actions_adddup2(actions, STDERR_FILENO, STDOUT_FILENO);
    }
    Attributes options;
    sigset_t signals;
    (void)::sigemptyset(&signals);
    (void)::posix_spawnattr_setsigmask(&options.attributes, &signals);
    // Caught signals become default by exec; ignored ones do not.
    (void)::sigaddset(&signals, SIGPIPE);
    (void)::posix_spawnattr_setsigdefault(&options.attributes, &signals);
    short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    if (own_group_) {
        flags |= POSIX_SPAWN_SETPGROUP;
        (void)::posix_spawnattr_setpgroup(&options.attributes, 0);
    }
    (void)::posix_spawnattr_setflags(&options.attributes, flags);
    std::vector<std::string> arguments = words;
    std::vector<std::string> variables = environment_with(environment);
    const int failure =
        ::posix_spawnp(&pid_, arguments.front().c_str(), actions, &options.attributes,
                       pointers_to(arguments).data(), pointers_to(variables).data());
    if (failure != 0) {
        pid_ = -1;
        throw SystemError(ErrorCode::operational, words.front(), failure);
    }
}

Child::~Child() {
    if (pid_ > 0 && !ended_) kill_group();
}

bool Child::ended() {
    if (ended_) return true;
    int how = 0;
    const pid_t got = ::waitpid(pid_, &how, WNOHANG);
    if (got == 0 || (got < 0 && errno == EINTR)) return false;
    ended_ = true;
    if (got == pid_ && WIFEXITED(how)) status_ = WEXITSTATUS(how);
    if (got == pid_ && WIFSIGNALED(how)) signal_ = WTERMSIG(how);
    // A child that somebody else reaped cannot have succeeded as far as we know.
    if (got < 0) status_ = 127;
    return true;
}

void Child::send(int signal, bool group) const {
    if (pid_ <= 0 || ended_) return;
    (void)::kill(group && own_group_ ? -pid_ : pid_, signal);
}

void Child::kill_group() {
    // Not reaped yet, so the number is still that of our child.
    if (!ended_) {
        send(SIGKILL, true);
        send(SIGKILL, false);
    }
    for (int tries = 0; tries < 100 && !ended(); ++tries)
        (void)::poll(nullptr, 0, 10);
}

}  // namespace tcptune::cli

// SPDX-License-Identifier: Apache-2.0
#include "load.hpp"

#include <tcptune/base/text.hpp>

#include <array>
#include <stdexcept>
#include <sys/wait.h>

#include <fcntl.h>
#include <unistd.h>

namespace tcptune::probe_test {
namespace {

struct Pipe {
    UniqueFd read;
    UniqueFd write;
};

Pipe make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

std::vector<std::string> load_command(const std::string& options) {
    std::vector<std::string> command{PORT_LOAD};
    for (const std::string_view word : split_words(options))
        command.emplace_back(word);
    return command;
}

}  // namespace

Child::Child(const std::vector<std::string>& command) {
    Pipe in = make_pipe();
    Pipe out = make_pipe();
    std::vector<std::string> words = command;
    std::vector<char*> arguments;
    for (std::string& word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ < 0) throw std::runtime_error("fork");
    if (pid_ == 0) {
        (void)::dup2(in.read.get(), STDIN_FILENO);
        (void)::dup2(out.write.get(), STDOUT_FILENO);
        (void)::execv(arguments[0], arguments.data());
        ::_exit(127);
    }
    in_ = std::move(in.write);
    out_ = std::move(out.read);
}

Child::~Child() {
    in_.reset();
    (void)::waitpid(pid_, nullptr, 0);
}

std::string Child::line() {
    std::string text;
    char c = 0;
    while (::read(out_.get(), &c, 1) == 1 && c != '\n')
        text += c;
    return text;
}

std::string Child::rest() {
    std::string text;
    for (std::string next = line(); !next.empty(); next = line())
        text += next + '\n';
    return text;
}

Load::Load(const std::string& options) : child_(load_command(options + " --until-eof")) {
    const std::string ready = child_.line();
    if (ready.find(" failed=0 ") == std::string::npos)
        throw std::runtime_error("port_load " + options + ": " + ready);
}

void make(const std::string& options) {
    const Load load(options);
}

}  // namespace tcptune::probe_test

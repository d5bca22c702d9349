// SPDX-License-Identifier: Apache-2.0
// run_cost CMD [ARG...]: runs CMD with its output thrown away and prints one line of JSON: what it
// and the processes it waited for cost, and its exit status. A program of its own because Linux
// counts the memory of the process that forks into the peak of the one it starts: a measuring
// script of 15 MB would hide every smaller program.
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <sys/resource.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <unistd.h>

namespace {

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double now() {
    timespec time{};
    (void)::clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

[[noreturn]] void become(char** command) {
    const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nowhere < 0) ::_exit(126);
    for (int fd = 0; fd <= 2; ++fd)
        (void)::dup2(nowhere, fd);
    (void)::execvp(command[0], command);
    ::_exit(127);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        (void)std::fputs("usage: run_cost CMD [ARG...]\n", stderr);
        return 64;
    }
    const double start = now();
    const pid_t child = ::fork();
    if (child == 0) become(argv + 1);
    int status = 0;
    rusage used{};
    if (child < 0 || ::wait4(child, &status, 0, &used) != child) {
        std::perror("run_cost");
        return 1;
    }
    const double cpu = seconds(used.ru_utime) + seconds(used.ru_stime);
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    (void)std::printf("{\"cpu_ms\": %.3f, \"wall_ms\": %.3f, \"rss_kb\": %ld, \"status\": %d}\n",
                      cpu * 1e3, (now() - start) * 1e3, used.ru_maxrss, code);
    return 0;
}

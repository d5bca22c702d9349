# SPDX-License-Identifier: Apache-2.0
"""The system calls of a tcptuned, told apart by name and index, and what strace does to one.

strace counts `when=N` per name of a call, not over all of them: a point is (name, index). SIGKILL
acts before the call is executed; an error is returned instead of executing it.
"""
import re
import subprocess

from scene import Wrong

OUTPUT = "/run/strace.out"
LINE = re.compile(r"^(?:\d+ +)?([a-z_0-9]+)\((.*)$")
WAITS = ("poll", "ppoll")
# The wait in which strace finds the process, and ways to end it.
NO_POINTS = {"restart_syscall", "exit", "exit_group", "execve"}


class Call:
    def __init__(self, name, index, text):
        self.name, self.index, self.text = name, index, text

    def __str__(self):
        return f"{self.name} {self.index}: {self.text[:110]}"


def read_calls():
    """All calls of the trace, each with its index among those of its name."""
    counts, calls = {}, []
    with open(OUTPUT, encoding="utf-8", errors="replace") as file:
        for line in file:
            match = LINE.match(line)
            if not match:
                continue
            name = match.group(1)
            counts[name] = counts.get(name, 0) + 1
            calls.append(Call(name, counts[name], match.group(2).strip()))
    return calls


def until_idle(calls):
    """Without the wait at the begin, which is older than the request, and the one at the end."""
    last = max((i for i, call in enumerate(calls) if call.name in WAITS), default=len(calls))
    return [call for call in calls[:last] if call.name not in NO_POINTS]


class Strace:
    """Attached to a running tcptuned, from when it waits for work."""

    def __init__(self, process, *options):
        self.tracer = subprocess.Popen(
            ["strace", "-o", OUTPUT, *options, "-p", str(process.pid)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        first = self.tracer.stderr.readline()
        if b"attached" not in first:
            self.detach()
            raise Wrong("strace: " + first.decode(errors="replace"))

    def detach(self):
        if self.tracer.poll() is None:
            self.tracer.terminate()
        self.tracer.stderr.close()
        self.tracer.wait()


def watch(process):
    """Only looks."""
    return Strace(process, "-y", "-s", "64")


def injection(call, what):
    return ("-e", "trace=" + call.name, "-e", f"inject={call.name}:{what}:when={call.index}")


def killing(process, call, *more):
    return Strace(process, *injection(call, "signal=KILL"), *more)


def failing(process, call, error):
    """`error`: the name of an errno, or "retval=N"."""
    what = error if error.startswith("retval=") else "error=" + error
    return Strace(process, *injection(call, what))


def was_injected():
    with open(OUTPUT, encoding="utf-8", errors="replace") as file:
        return "(INJECTED)" in file.read()


def starting(call=None, what=""):
    """The command line that starts tcptuned under strace; the tracer is no parent, so that what we
    start is tcptuned itself."""
    strace = ["strace", "-D", "-o", OUTPUT]
    if call is None:
        return [*strace, "-y", "-s", "64"]
    # Not with --seccomp-bpf: strace 6.1 then injects nothing.
    return [*strace, *injection(call, what)]

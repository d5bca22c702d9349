# SPDX-License-Identifier: Apache-2.0
"""Two hosts for a test or a bench: the network namespace this runs in, and a second behind a veth.

To be used inside `unshare -Urn`. Every process started here ends by itself.
"""
import json
import os
import subprocess
import time

LOCAL = "10.9.9.1"
REMOTE = "10.9.9.2"


def run(*command, check=True, timeout=60, **more):
    result = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False,
                            **more)
    if check and result.returncode != 0:
        raise RuntimeError(f"{command}: {result.returncode}\n{result.stdout}{result.stderr}")
    return result


def path_of(key):
    # Only what a network namespace has for itself: nothing written here reaches the machine.
    if not key.startswith("net.ipv4."):
        raise ValueError("not a setting of a network namespace: " + key)
    return "/proc/sys/" + key.replace(".", "/")


def read_sysctl(key):
    with open(path_of(key), encoding="ascii") as file:
        return file.read().strip()


def write_sysctl(key, value):
    with open(path_of(key), "w", encoding="ascii") as file:
        file.write(value)


def apply_plan(document):
    """Sets what a plan proposes, in its order, as a person would by hand; what was set."""
    done = []
    for change in sorted(document["changes"], key=lambda change: change["order"]):
        value = change["after"].get("runtime")
        if value is not None:
            write_sysctl(change["key"], value)
            done.append(f"{change['key']} = {value}")
    return done


def counter(name):
    """A counter of this namespace from /proc/net/netstat, as TWRecycled."""
    with open("/proc/net/netstat", encoding="ascii") as file:
        lines = [line.split() for line in file]
    for names, values in zip(lines[::2], lines[1::2]):
        if name in names:
            return int(values[names.index(name)])
    return 0


def time_waits():
    with open("/proc/net/sockstat", encoding="ascii") as file:
        words = next(line for line in file if line.startswith("TCP:")).split()
    return int(words[words.index("tw") + 1])


def time_waits_towards(port):
    shown = run("ss", "-Htan", "state", "time-wait", "dport", "=", f":{port}").stdout
    return shown.count("\n")


def ask(program, *arguments, timeout=60):
    """The JSON that `tcptune ARGUMENTS --format=json` prints."""
    return json.loads(run(program, *arguments, "--format=json", timeout=timeout).stdout)


class Peer:
    """The second host; what it runs is started with `enter` in front."""

    def __init__(self, seconds):
        run("ip", "link", "set", "lo", "up")
        self.seconds = str(seconds)
        self.holder = subprocess.Popen(["unshare", "-n", "sleep", self.seconds])
        self.processes = [self.holder]
        pid = str(self.holder.pid)
        own = os.readlink("/proc/self/ns/net")
        deadline = time.monotonic() + 5
        while os.readlink(f"/proc/{pid}/ns/net") == own and time.monotonic() < deadline:
            time.sleep(0.01)
        run("ip", "link", "add", "client0", "type", "veth", "peer", "name", "server0", "netns", pid)
        run("ip", "addr", "add", LOCAL + "/24", "dev", "client0")
        run("ip", "link", "set", "client0", "up")
        self.enter = ("nsenter", "-t", pid, "-n")
        run(*self.enter, "sh", "-c",
            f"ip addr add {REMOTE}/24 dev server0; ip link set server0 up; ip link set lo up")

    def serve(self, load, port):
        """A server that closes when its client has closed."""
        server = subprocess.Popen(
            [*self.enter, load, "serve", f"{REMOTE}:{port}", "--seconds", self.seconds, "--limit",
             self.seconds], stdout=subprocess.PIPE, text=True)
        self.processes.append(server)
        if not server.stdout.readline().startswith("ready"):
            raise RuntimeError("the server does not listen")

    def close(self):
        for process in reversed(self.processes):
            process.kill()
            process.wait()
            if process.stdout:
                process.stdout.close()


class Client:
    """Connects at a steady rate and closes first, each connect() as the kernel chooses its port."""

    def __init__(self, load, port, rate, seconds):
        self.recycled = counter("TWRecycled")
        self.most_time_waits = 0
        self.process = subprocess.Popen(
            [load, "load", "--to", f"{REMOTE}:{port}", "--rate", str(rate), "--seconds",
             str(seconds), "--kernel-order", "--limit", str(int(seconds) + 20)],
            stdout=subprocess.PIPE, text=True)
        self.process.stdout.readline()

    def running(self):
        self.most_time_waits = max(self.most_time_waits, time_waits())
        return self.process.poll() is None

    def result(self):
        """What the client counted, when it has ended."""
        while self.running():
            time.sleep(0.2)
        with self.process.stdout as output:
            counted = json.loads(output.read())
        counted["recycled"] = counter("TWRecycled") - self.recycled
        counted["most_time_waits"] = self.most_time_waits
        return counted

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()

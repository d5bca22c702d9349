# SPDX-License-Identifier: Apache-2.0
"""Where the scenarios of `tcptune diagnose` happen: a network namespace of its own for every test,
with a peer behind a veth, and what fills them with sockets.

The file that is run starts itself again inside `unshare -Urn`; nothing outside is touched. A socket
stays in the namespace in which it was made, so one process can play both ends.
"""
import contextlib
import ctypes
import errno
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
TCPTUNE = os.environ["TCPTUNE"]
TOOLS = os.path.join(os.environ["TCPTUNE_BUILD"], "tests")
LOAD = os.path.join(TOOLS, "port_load")
DENY = os.path.join(TOOLS, "deny_netlink")
HERE_ADDRESS, PEER_ADDRESS = "10.9.9.1", "10.9.9.2"
FIRST, PORTS = 32768, 2000  # the small range of most scenarios
LIMIT_S = 170               # no file of scenarios runs longer

CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)


def system_call(name, *arguments):
    if getattr(LIBC, name)(*arguments) != 0:
        raise OSError(ctypes.get_errno(), name)


def run(*command, check=True, **more):
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False,
                            **more)
    if check and result.returncode != 0:
        raise AssertionError(f"{command}: {result.returncode}\n{result.stdout}{result.stderr}")
    return result


def new_namespace():
    """Leaves the present network namespace for a new one."""
    system_call("unshare", CLONE_NEWNET)
    run("ip", "link", "set", "lo", "up")
    return open("/proc/self/ns/net", encoding="ascii")


def sysctl(key, value):
    with open("/proc/sys/" + key.replace(".", "/"), "w", encoding="ascii") as file:
        file.write(str(value))


def counter(name, table="netstat", group="TcpExt"):
    with open(f"/proc/net/{table}", encoding="ascii") as file:
        names, values = [line.split() for line in file if line.startswith(group + ":")]
    return int(values[names.index(name)])


def sockstat(name):
    with open("/proc/net/sockstat", encoding="ascii") as file:
        words = next(line for line in file if line.startswith("TCP:")).split()
    return int(words[words.index(name) + 1])


def count(state, *where):
    """Sockets of a state as ss(8) sees them: a second opinion."""
    return len(run("ss", "-Htan", "state", state, *where).stdout.splitlines())


class Network:
    """The namespace under test, in which this process is, and a peer."""

    def __init__(self, ports=PORTS, sources=()):
        self.home = new_namespace()
        self.away = new_namespace()
        system_call("setns", self.home.fileno(), CLONE_NEWNET)
        where = f"/proc/{os.getpid()}/fd/{self.away.fileno()}"
        run("ip", "link", "add", "client0", "type", "veth", "peer", "name", "server0",
            "netns", where)
        run("ip", "link", "set", "client0", "up")
        for address in (HERE_ADDRESS, *sources):
            run("ip", "addr", "add", address + "/24", "dev", "client0")
        # What a scenario leaves unanswered is given up at once: "alloc" counts it for all namespaces.
        sysctl("net.ipv4.tcp_orphan_retries", 1)
        with self.peer():
            sysctl("net.ipv4.tcp_orphan_retries", 1)
            run("ip", "link", "set", "server0", "up")
            for last in range(2, 8):
                run("ip", "addr", "add", f"10.9.9.{last}/24", "dev", "server0")
        if ports:
            sysctl("net.ipv4.ip_local_port_range", f"{FIRST} {FIRST + ports - 1}")
        self.held, self.processes = [], []

    def peer(self):
        return Inside(self)

    def keep(self, *sockets):
        self.held.extend(sockets)
        return sockets[0] if sockets else None

    def start(self, *command, peer=False):
        """A process that says "ready" and ends with its standard input."""
        with self.peer() if peer else contextlib.nullcontext():
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                       text=True)
        self.processes.append(process)
        line = process.stdout.readline()
        assert line.startswith("ready"), (command, line)
        return process

    def actor(self, *arguments, peer=False):
        return self.start(sys.executable, os.path.join(HERE, "actor.py"), *map(str, arguments),
                          peer=peer)

    def stop(self, process):
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()
        self.processes.remove(process)

    def close(self):
        for process in list(self.processes):
            self.stop(process)
        for one in self.held:
            one.close()
        self.home.close()
        self.away.close()


class Inside:
    """What is made within belongs to the peer's namespace."""

    def __init__(self, network):
        self.network = network

    def __enter__(self):
        system_call("setns", self.network.away.fileno(), CLONE_NEWNET)

    def __exit__(self, *_):
        system_call("setns", self.network.home.fileno(), CLONE_NEWNET)


def listener(address, port, backlog=4096, reuse=False):
    one = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    if reuse:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    one.bind((address, port))
    one.listen(backlog)
    return one


def connect(address, port, bind=None):
    one = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    try:
        if bind:
            one.bind(bind)
        one.connect((address, port))
    except OSError:
        one.close()
        raise
    return one


def pairs(server, address, port, number, bind=None):
    """So many connections, both ends; fewer when the kernel has no port left. And its errno."""
    made = []
    for _ in range(number):
        try:
            client = connect(address, port, bind)
        except OSError as problem:
            return made, problem.errno
        made.append((client, server.accept()[0]))
    return made, 0


def close_first(made, first):
    """Closes one end (0: the client) of each pair, then the other, which has read the end."""
    for pair in made:
        pair[first].close()
    for pair in made:
        pair[1 - first].recv(1)
        pair[1 - first].close()


def error_of(call, *arguments):
    """The errno that a call fails with, 0 if it does not."""
    try:
        made = call(*arguments)
    except OSError as problem:
        return problem.errno
    if made:
        made.close()
    return 0


def bind_only(address, port, reuse=False):
    one = socket.socket()
    try:
        if reuse:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind((address, port))
    except OSError:
        one.close()
        raise
    return one


def diagnose(*arguments, prefix=(), stdin="", check=True):
    return run(*prefix, TCPTUNE, "diagnose", *arguments, input=stdin, check=check)


def diagnose_json(*arguments, **more):
    return json.loads(diagnose("--format=json", *arguments, **more).stdout)


def finding(document, name):
    return next(one for one in document["findings"] if one["id"] == name)


class Scenario(unittest.TestCase):
    """One namespace per test, gone after it."""
    maxDiff = None
    ports, sources = PORTS, ()

    def setUp(self):
        self.net = Network(self.ports, self.sources)
        self.addCleanup(self.net.close)

    def assert_found(self, document, *names, also=()):
        """Exactly these of severity warning or critical; `also` may be there."""
        found = {one["id"] for one in document["findings"] if one["severity"] != "info"}
        shown = json.dumps({key: document[key] for key in ("findings", "open", "sockets")},
                           indent=1)
        self.assertEqual(found - (set(also) - set(names)), set(names), shown)

    def assert_served(self, address=PEER_ADDRESS, port=5432):
        """A plain connect still finds a port."""
        connect(address, port).close()

    def assert_no_port(self, address=PEER_ADDRESS, port=5432):
        self.assertEqual(error_of(connect, address, port), errno.EADDRNOTAVAIL)

    def server(self, address=PEER_ADDRESS, port=5432):
        with self.net.peer():
            return self.net.keep(listener(address, port))

    def hold(self, server, number, address=PEER_ADDRESS, port=5432, bind=None):
        """Open connections to the peer, kept until the end of the test."""
        made, problem = pairs(server, address, port, number, bind)
        self.net.keep(*(end for pair in made for end in pair))
        return made, problem

    def time_waits(self, server, number, address=PEER_ADDRESS, port=5432, bind=None):
        """Connections that this side closes first; TIME_WAIT keeps their ports."""
        made, problem = pairs(server, address, port, number, bind)
        close_first(made, 0)
        return len(made), problem


def main(file):
    if os.environ.get("TCPTUNE_INSIDE"):
        signal.alarm(LIMIT_S)
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        unittest.main(module="__main__", argv=[sys.argv[0], *sys.argv[1:]], verbosity=2)
    if not shutil.which("unshare") or subprocess.run(
            ["unshare", "-Urn", "true"], capture_output=True, check=False).returncode != 0:
        print("skipped: no user and network namespaces for this user")
        sys.exit(77)
    sys.exit(subprocess.run(["unshare", "-Urn", sys.executable, "-B", os.path.abspath(file),
                             *sys.argv[1:]],
                            env={**os.environ, "TCPTUNE_INSIDE": "1"}, check=False).returncode)

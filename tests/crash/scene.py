# SPDX-License-Identifier: Apache-2.0
"""A host that may be crashed: namespaces of its own for mounts, processes, network and IPC, a
private system bus with the shipped bus policy and without polkit (uid 0 is served then), and the
real tcptuned on it. What it writes is the /proc/sys/net of the new network namespace, and
/run/tcptune, /var/lib/tcptune and /etc/sysctl.d on file systems in memory.

tcptuned runs exactly as installed: it gets no switch, the mounts give it its places.
"""
import importlib.util
import os
import select
import shutil
import socket
import struct
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.realpath(os.environ.get("TCPTUNE_SOURCE") or os.path.join(HERE, "..", ".."))
BUILD = os.environ.get("TCPTUNE_BUILD") or os.path.join(SOURCE, "build", "release")
TCPTUNED = os.path.join(BUILD, "bin", "tcptuned")

NAME, PATH = "org.tcptune1", "/org/tcptune1"
SOCKET = "/run/dbus/system_bus_socket"
VOLATILE, DURABLE, CONFIGURATION = "/run/tcptune", "/var/lib/tcptune", "/etc/sysctl.d"
DROP_IN = CONFIGURATION + "/90-tcptune.conf"
LIMIT = 60  # seconds that no wait of these tests needs, on any machine

BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
 <type>system</type><listen>unix:path=%s</listen><auth>EXTERNAL</auth>
 <policy context="default">
  <allow user="*"/><deny own="*"/><deny send_type="method_call"/><allow send_type="signal"/>
  <allow send_requested_reply="true" send_type="method_return"/>
  <allow send_requested_reply="true" send_type="error"/>
  <allow receive_type="method_call"/><allow receive_type="method_return"/>
  <allow receive_type="error"/><allow receive_type="signal"/>
  <allow send_destination="org.freedesktop.DBus" send_interface="org.freedesktop.DBus"/>
 </policy>
 <include>%s/policies/access/org.tcptune1.conf</include>
</busconfig>
"""


class Wrong(Exception):
    """A promise that was broken."""


def skip(why):
    print("skipped: " + why)
    sys.exit(77)


def enter():
    """Starts the test again inside its namespaces, or skips it. Returns inside."""
    if os.environ.get("TCPTUNE_CRASH_SCENE") == "1":
        del os.environ["TCPTUNE_CRASH_SCENE"]
        return
    if os.geteuid() != 0:
        skip("needs root")
    for program in ("strace", "dbus-daemon", "unshare"):
        if not shutil.which(program):
            skip("no " + program)
    if importlib.util.find_spec("dbus") is None:
        skip("no python3-dbus")
    if not os.access(TCPTUNED, os.X_OK):
        skip("no tcptuned was built")
    namespaces = ["unshare", "--mount", "--pid", "--fork", "--mount-proc", "--net", "--ipc",
                  "--kill-child"]
    if subprocess.run(namespaces + ["true"], capture_output=True).returncode != 0:
        skip("no namespaces")
    if subprocess.run(["strace", "-qq", "true"], capture_output=True).returncode != 0:
        skip("strace may not look into programs here")
    os.environ["TCPTUNE_CRASH_SCENE"] = "1"
    os.execvp("unshare", namespaces + [sys.executable, "-B"] + sys.argv)


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def wait_until(true, what):
    end = time.monotonic() + LIMIT
    while not true():
        if time.monotonic() > end:
            raise Wrong("waited in vain for: " + what)
        time.sleep(0.0005)


def listens():
    """The socket is there a moment before anybody may connect to it."""
    with socket.socket(socket.AF_UNIX) as tried:
        return tried.connect_ex(SOCKET) == 0


def sysctl_path(key):
    return "/proc/sys/" + key.replace(".", "/")


def read_sysctl(key):
    with open(sysctl_path(key), encoding="ascii") as file:
        return " ".join(file.read().split())


def write_sysctl(key, value):
    with open(sysctl_path(key), "w", encoding="ascii") as file:
        file.write(value + "\n")


def read_bytes(path):
    """None when it is not there."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def poll_number():
    """The number of poll(2) on this machine, from a thread that is in it."""
    ours, theirs = os.pipe()
    thread = threading.Thread(target=lambda: _wait_for(ours))
    thread.start()
    seen = []

    def is_in_it():
        number = current_call(thread.native_id)
        seen.append(number)
        return len(seen) > 20 and number is not None and len(set(seen[-20:])) == 1

    wait_until(lambda: thread.native_id is not None and is_in_it(), "a thread in poll")
    os.write(theirs, b"x")
    thread.join()
    os.close(ours)
    os.close(theirs)
    return seen[-1]


def _wait_for(descriptor):
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    poll.poll()


def current_call(process):
    """The number of the system call in which a process waits or is stopped; None when it runs."""
    text = (read_bytes(f"/proc/{process}/syscall") or b"").split()
    return int(text[0]) if text and text[0].lstrip(b"-").isdigit() else None


class Files:
    """All files of tcptune, to be put back as often as one likes."""
    places = (VOLATILE, DURABLE, DURABLE + "/history", CONFIGURATION)

    def __init__(self):
        self.files = {}
        for place in self.places:
            for name in os.listdir(place) if os.path.isdir(place) else ():
                path = place + "/" + name
                if os.path.isfile(path):
                    self.files[path] = (read_bytes(path), os.stat(path).st_mode & 0o7777)

    def restore(self):
        for place in self.places:
            if not os.path.isdir(place):
                os.mkdir(place, 0o700)
            for name in os.listdir(place):
                path = place + "/" + name
                if os.path.isfile(path) and path not in self.files:
                    os.unlink(path)
        for path, (data, mode) in self.files.items():
            with open(path, "wb") as file:
                file.write(data)
            os.chmod(path, mode)


class Answer:
    """What the client was told: `error` the name of an error, "" with results."""

    def __init__(self, error, values=(), text=""):
        self.error, self.values, self.text = error, values, text

    @property
    def lost(self):
        """No answer came: the helper died, or its connection did."""
        return self.error in ("org.freedesktop.DBus.Error.NoReply",
                              "org.freedesktop.DBus.Error.ServiceUnknown",
                              "org.freedesktop.DBus.Error.NameHasNoOwner")

    def __str__(self):
        return f"{self.error} {self.text}" if self.error else str(self.values[:3])


class Scene:
    """`keys`: which tcptuned may write."""

    def __init__(self, keys):
        run("mount", "--make-rprivate", "/")
        run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run")
        # A copy of /etc: mount points can be made in it without touching the host's.
        os.mkdir("/run/etc", 0o755)
        run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run/etc")
        run("cp", "-a", "/etc/.", "/run/etc")
        run("mount", "--move", "/run/etc", "/etc")
        run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/var/lib")
        rules = "/etc/tcptune/rules.d"
        shutil.rmtree("/etc/tcptune", ignore_errors=True)
        os.makedirs(rules)
        for key in keys:  # no more, so that a start is short
            shutil.copyfile(f"{SOURCE}/rules/{key}.toml", f"{rules}/{key}.toml")
        shutil.rmtree(CONFIGURATION, ignore_errors=True)
        for place in (CONFIGURATION, "/run/dbus"):
            os.mkdir(place)
            os.chmod(place, 0o755)
        self.netns = self.namespace_id()
        self.start_bus()
        self.helper = None
        self.poll = poll_number()

    @staticmethod
    def namespace_id():
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as any_socket:
            try:
                cookie = any_socket.getsockopt(socket.SOL_SOCKET, 71, 8)
            except OSError:
                skip("this kernel has no namespace cookies")
            return "cookie:%d" % struct.unpack("Q", cookie)

    def start_bus(self):
        import dbus
        with open("/run/bus.conf", "w", encoding="utf-8") as file:
            file.write(BUS % (SOCKET, SOURCE))
        with open("/run/bus.log", "w", encoding="utf-8") as log:
            self.bus_daemon = subprocess.Popen(
                ["dbus-daemon", "--config-file=/run/bus.conf", "--nofork", "--nopidfile"],
                stderr=log)
        wait_until(listens, "the bus")
        self.bus = dbus.bus.BusConnection("unix:path=" + SOCKET)

    # The helper -------------------------------------------------------------------------------

    def start(self, under=()):
        """A new tcptuned, and True when it serves; False when it died before."""
        log = os.open("/run/tcptuned.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            self.helper = subprocess.Popen([*under, TCPTUNED, "--idle-exit=0"], stderr=log,
                                           stdin=subprocess.DEVNULL,
                                           env={"PATH": "/usr/bin:/bin"})
        finally:
            os.close(log)
        wait_until(lambda: self.helper.poll() is not None or self.is_served(), "tcptuned")
        return self.settle()

    def is_served(self):
        return self.bus.name_has_owner(NAME)

    def settle(self):
        """Waits until tcptuned waits for work; False when it has died."""
        wait_until(lambda: self.helper.poll() is not None
                   or current_call(self.helper.pid) == self.poll, "tcptuned to be idle")
        return self.helper.poll() is None

    def end(self):
        """Kills tcptuned, as any other death may do it."""
        if self.helper and self.helper.poll() is None:
            self.helper.kill()
        self.gone()

    def gone(self):
        """Waits for the end of tcptuned; its wait status: -9 when it was killed."""
        if not self.helper:
            return None
        status = self.helper.wait(LIMIT)
        wait_until(lambda: not self.is_served(), "the name to be free")
        self.helper = None
        return status

    def log(self):
        return (read_bytes("/run/tcptuned.log") or b"").decode(errors="replace")

    # The client -------------------------------------------------------------------------------

    def call(self, method, signature="", *arguments, interface=NAME):
        import dbus
        try:
            values = self.bus.call_blocking(NAME, PATH, interface, method, signature, arguments,
                                            timeout=LIMIT)
        except dbus.DBusException as error:
            return Answer(error.get_dbus_name() or "?", text=error.get_dbus_message() or "")
        return Answer("", values if isinstance(values, tuple) else (values,))

    def ask(self, method, signature="", *arguments, **others):
        """A call that must be answered: the values."""
        answer = self.call(method, signature, *arguments, **others)
        if answer.error:
            raise Wrong(f"{method}: {answer}")
        return answer.values

    def ping(self):
        return self.call("Ping", interface="org.freedesktop.DBus.Peer")

    def state(self):
        return str(self.ask("Get", "ss", NAME, "State",
                            interface="org.freedesktop.DBus.Properties")[0])

    def apply(self, changes, persist=True, timeout=600):
        """`changes`: key -> wanted value."""
        triples = [(key, read_sysctl(key), value) for key, value in changes.items()]
        return self.call("Apply", "a(sss)ususs", triples, timeout, self.netns, int(persist),
                         "crash test", "")

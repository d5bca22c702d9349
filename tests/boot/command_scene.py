# SPDX-License-Identifier: Apache-2.0
"""A host of its own for the commands about configuration: empty /etc, /run, /usr/lib/sysctl.d and
/var/lib, the sysctls of a new network namespace, the real loaders, and tcptune as a user types it.

As root in mount and network namespaces; other users get a user namespace around them.
"""
import os
import shlex
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "cli"))
import scene  # noqa: E402
from check_boot import flat, metrics_of, schema_errors  # noqa: E402
from program import ProgramTest, main, parsed, run  # noqa: E402

OUTSIDE = "TCPTUNE_TEST_OUTSIDE"  # the network namespace that must not be written to
FIN, SOMAXCONN, REUSE = "net.ipv4.tcp_fin_timeout", "net.core.somaxconn", "net.ipv4.tcp_tw_reuse"
KEEPALIVE = "net.ipv4.tcp_keepalive_time"
OURS = "/etc/sysctl.d/90-tcptune.conf"
WEB, LATE = "/etc/sysctl.d/50-web.conf", "/etc/sysctl.d/99-late.conf"
LINK = "/etc/sysctl.d/99-sysctl.conf"
TEXT = f"# ours\n{FIN} = 30\n{SOMAXCONN} = 8192\n"
LOADERS = ("systemd", "procps")
# Everything that the namespace has, one "path:value" for each line of it.
BOOT = """"$@" >/run/loader.log 2>&1
grep -H "" /proc/sys/net/core/* /proc/sys/net/ipv4/* 2>/dev/null"""


def path_of(key):
    return "/proc/sys/" + key.replace(".", "/")


def put(path, text, mode=0o644):
    """A file, with the directories that lead to it."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())
    os.chmod(path, mode)
    return path


def link(path, target):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    os.symlink(target, path)


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()


def sysctl(key):
    return " ".join(read(path_of(key)).split())


def set_sysctl(key, value):
    with open(path_of(key), "w", encoding="ascii") as file:
        file.write(value)


def load(loader):
    """The real loader in this namespace, as after `systemctl restart systemd-sysctl`."""
    subprocess.run(scene.LOADERS[loader], env=scene.ENVIRONMENT, capture_output=True, check=False)


def boot(loader, *later):
    """The values of a new network namespace after the real loader, and `later`, ran in it."""
    words = scene.LOADERS[loader] if loader else ["true"]
    if later:
        script = " ".join(shlex.quote(word) for word in words) + "; " + "; ".join(later)
        words = ["sh", "-c", script]
    lines = subprocess.run(["unshare", "--net", "sh", "-c", BOOT, "sh", *words], text=True,
                           env=scene.ENVIRONMENT, capture_output=True, check=False).stdout
    values = {}
    for line in lines.splitlines():
        path, _, value = line.partition(":")
        values[path[len("/proc/sys/"):].replace("/", ".")] = " ".join(value.split())
    return values


class CommandTest(ProgramTest):
    """One test on a host without any configuration and with the kernel's defaults."""

    made = None  # one scene for all: mounts stay

    def setUp(self):
        super().setUp()
        for path in (*(f"{self.made.root}/{covered}" for covered in scene.COVERED), "/var/lib"):
            subprocess.run(["find", path, "-xdev", "-mindepth", "1", "-delete"], check=True)
        self.made.reset()
        # As on a host that systemd booted.
        os.makedirs("/run/systemd/system")
        os.makedirs("/etc/sysctl.d")
        # The program's own folder: what a test keeps must not be found at boot, and others read it.
        holder = tempfile.TemporaryDirectory(dir="/run")
        self.addCleanup(holder.cleanup)
        self.folder = holder.name
        os.chmod(self.folder, 0o755)

    def tcptune(self, *words, status=0, **more):
        """What it prints, on one line: lines of a page end where they like."""
        done = run(*words, cwd="/", **more)
        self.assert_exit(done, status)
        for character in done.stdout + done.stderr:
            self.assertTrue(character == "\n" or character >= " ", repr(done.stdout + done.stderr))
        self.errors = done.stderr
        return done.stdout

    def document(self, *words, status=0, **more):
        document = parsed(self.tcptune(*words, "--format=json", status=status, **more))
        self.assertEqual(schema_errors(document), [])
        self.assertEqual(document["exit_code"], status)
        return document

    def typed(self, command, status=0):
        """A command that was printed is typed."""
        words = shlex.split(command)
        self.assertEqual(words[0], "tcptune")
        return self.tcptune(*words[1:], status=status)

    def needs_root(self):
        """Where root is but a name for this user, / is nobody's and nothing can be applied."""
        if os.stat("/").st_uid != 0:
            self.skipTest("not root outside of the namespace")

    def policy(self, pins):
        text = 'schema = 1\nname = "site"\nsummary = "of a test"\n'
        for key, value in pins.items():
            text += f'[[pin]]\nkey = "{key}"\nvalue = {value}\nreason = "a test"\n'
        return self.file("policy.toml", text)

    def plan(self, pins, status=0):
        path = os.path.join(self.folder, "plan.json")
        self.said = self.tcptune("plan", "--policy", self.policy(pins), "--out", path,
                                 status=status)
        return path


def main_inside():
    """Starts the script again where it can do no harm; there, runs its tests."""
    root = os.environ.get("TCPTUNE_ROOT")
    if root:
        if os.readlink("/proc/self/ns/net") == os.environ[OUTSIDE]:
            print("not in a network namespace of its own: nothing is written")
            sys.exit(1)
        try:
            scene.mount("tmpfs", "/var/lib", "tmpfs")
            CommandTest.made = scene.Scene(root)
        except OSError as refused:
            print(f"skipped: this user cannot mount in a namespace of its own: {refused}")
            sys.exit(77)
        main()
    enter = ["unshare", "-nm"] if os.geteuid() == 0 else ["unshare", "-Urnm"]
    if subprocess.run([*enter, "true"], capture_output=True, check=False).returncode != 0:
        print("skipped: no mount and network namespaces for this user")
        sys.exit(77)
    if reason := scene.missing():
        print("skipped: " + reason)
        sys.exit(77)
    with tempfile.TemporaryDirectory(prefix="tcptune-boot-") as root:
        os.chmod(root, 0o755)
        environment = {**os.environ, "TCPTUNE_ROOT": root,
                       OUTSIDE: os.readlink("/proc/self/ns/net")}
        environment.pop("DBUS_SYSTEM_BUS_ADDRESS", None)
        done = subprocess.run([*enter, sys.executable, "-B", *sys.argv], env=environment,
                              check=False)
    sys.exit(done.returncode)


__all__ = ["FIN", "KEEPALIVE", "LATE", "LINK", "LOADERS", "OURS", "REUSE", "SOMAXCONN", "TEXT",
           "WEB", "CommandTest", "boot", "flat", "link", "load", "main_inside", "metrics_of",
           "put", "read", "run", "set_sysctl", "sysctl"]

# SPDX-License-Identifier: Apache-2.0
"""The real loaders over a made tree, in a user, mount and network namespace.

What lies in ROOT is also what lies at /etc, /run, /usr/local/lib and /usr/lib/sysctl.d, so links
mean the same in both places. Below /proc/sys everything but the namespace's own /proc/sys/net is
read-only: nothing of the host can be reached by a pattern that matches too much.
"""
import ctypes
import os
import shlex
import shutil

import trees

SYSTEMD = shlex.split(os.environ.get("TCPTUNE_SYSTEMD_SYSCTL") or "/lib/systemd/systemd-sysctl")
PROCPS = shlex.split(os.environ.get("TCPTUNE_SYSCTL")
                     or shutil.which("sysctl", path="/usr/sbin:/sbin:/usr/bin:/bin") or "sysctl")
LOADERS = {"systemd": SYSTEMD, "procps": PROCPS + ["--system"]}
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C",
               "SYSTEMD_LOG_TARGET": "console", "SYSTEMD_LOG_LEVEL": "emerg",
               "CREDENTIALS_DIRECTORY": "/" + os.path.dirname(trees.CREDENTIAL)}
COVERED = ("etc", "run", "usr/local/lib", "usr/lib/sysctl.d")
SYSCTLS = "/proc/sys/net"
MS_RDONLY, MS_REMOUNT, MS_BIND = 1, 32, 4096
PLAIN_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


def missing():
    """Why the test cannot run here, or nothing."""
    for command in LOADERS.values():
        if not os.access(command[0], os.X_OK):
            return f"no {command[0]}"
    for path in COVERED:
        if not os.path.isdir("/" + path):
            return f"no /{path} to put the trees at"
    if not os.path.islink("/lib") and os.path.isdir("/lib/sysctl.d"):
        return "/lib/sysctl.d is a directory of its own"
    return None


def mount(source, target, kind=None, flags=0):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(source.encode(), target.encode(), kind.encode() if kind else None,
                  ctypes.c_ulong(flags), None) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), target)


class Scene:
    """ROOT, the loaders, and every sysctl of IPv4 and of the core that the namespace can write."""

    def __init__(self, root):
        self.root = root
        mount("tmpfs", root, "tmpfs")
        os.makedirs(root + "/usr")
        os.symlink("usr/lib", root + "/lib")
        for path in COVERED:
            os.makedirs(f"{root}/{path}", exist_ok=True)
            mount(f"{root}/{path}", "/" + path, flags=MS_BIND)
        mount("/proc/sys", "/proc/sys", flags=MS_BIND)
        mount(SYSCTLS, SYSCTLS, flags=MS_BIND)
        mount("none", "/proc/sys", flags=MS_REMOUNT | MS_BIND | MS_RDONLY)
        self.nowhere = [(os.POSIX_SPAWN_OPEN, fd, "/dev/null", os.O_RDWR, 0) for fd in (0, 1, 2)]
        self.files = {}
        for directory in ("core", "ipv4"):
            for name in sorted(os.listdir(f"{SYSCTLS}/{directory}")):
                path = f"{SYSCTLS}/{directory}/{name}"
                if os.path.isfile(path) and os.stat(path).st_mode & 0o200:
                    self.files[f"net.{directory}.{name}"] = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        self.defaults = self.values()
        for key in [key for key, text in self.defaults.items() if not self.takes(key, text)]:
            # net.ipv4.ping_group_range: its default names a group that the namespace does not have.
            mount(self.path(key), self.path(key), flags=MS_BIND)
            mount("none", self.path(key), flags=MS_REMOUNT | MS_BIND | MS_RDONLY)
            os.close(self.files.pop(key))
            del self.defaults[key]

    @staticmethod
    def path(key):
        return f"{SYSCTLS}/{key.removeprefix('net.').replace('.', '/', 1)}"

    def takes(self, key, text):
        try:
            return os.pwrite(self.files[key], text or b"\n", 0) > 0
        except OSError:
            return False

    def values(self):
        """Of all keys, as the kernel shows them. What cannot be read is no setting."""
        found = {}
        for key, descriptor in list(self.files.items()):
            try:
                found[key] = os.pread(descriptor, 65536, 0)
            except OSError:
                del self.files[key]
        return found

    def reset(self, now=None):
        """Every key back to what the namespace began with. Some bound each other: twice round."""
        for _ in range(3):
            now = now or self.values()
            changed = [key for key, text in now.items() if text != self.defaults[key]]
            if not changed:
                return
            for key in changed:
                self.takes(key, self.defaults[key])
            now = None
        raise AssertionError(f"cannot be reset: {changed}")

    def lay(self, tree):
        """Nothing but `tree` lies in the root afterwards."""
        for path in COVERED:
            clear(f"{self.root}/{path}")
        for path, (kind, *what) in tree.items():
            place = f"{self.root}/{path}"
            try:
                put(place, kind, what)
            except FileNotFoundError:
                os.makedirs(os.path.dirname(place), exist_ok=True)
                put(place, kind, what)

    def boot(self, loader):
        """What the keys are after that loader has run over the tree that lies there; then all is
        as before."""
        command = LOADERS[loader]
        child = os.posix_spawn(command[0], command, ENVIRONMENT, file_actions=self.nowhere)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status < 0 or status > 125:
            raise AssertionError(f"{command[0]} ended with {status}")
        after = self.values()
        self.reset(after)
        return after


def put(place, kind, what):
    if kind == "file":
        descriptor = os.open(place, PLAIN_FILE, 0o644)
        if what[0]:
            os.write(descriptor, what[0])
        os.close(descriptor)
    elif kind == "link":
        os.symlink(what[0], place)
    else:
        os.mkdir(place)


def clear(directory):
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                clear(entry.path)
                os.rmdir(entry.path)
            else:
                os.unlink(entry.path)

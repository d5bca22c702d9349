# SPDX-License-Identifier: Apache-2.0
"""A system bus of our own, with the real dbus-daemon, polkitd and tcptuned.

main() starts the test again in new mount, process, network and IPC namespaces. There /etc,
/usr/share, /usr/libexec and /var/lib are overlays whose changes end with the namespace, so that
everything that is shipped lies where it is installed: the bus policy, the activation file, the
actions, the rules, the program. Nothing of the host is changed, and every process ends with the
namespace.
"""
import contextlib
import ctypes
import inspect
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
import unittest

from bus_client import ADDRESS, Client, ClientProcess, Refused, listens, wait_until

SOURCE = os.environ.get("TCPTUNE_SOURCE", "")
BUILD = os.environ.get("TCPTUNE_BUILD", "")
HELPER = "/usr/libexec/tcptuned"
RULES = "/usr/share/tcptune/rules"
LOCAL_RULES = "/etc/tcptune/rules.d"
RUN, STATE, CONFIGURATION = "/run/tcptune", "/var/lib/tcptune", "/etc/sysctl.d"
DROP_IN = CONFIGURATION + "/90-tcptune.conf"
ACTIONS = "/usr/share/polkit-1/actions/org.tcptune1.policy"
SERVICE_FILE = "/usr/share/dbus-1/system-services/org.tcptune1.service"
SITE_RULES = "/etc/polkit-1/rules.d"
BUS_LOG, HELPER_LOG, POLKIT_LOG = "/run/bus.log", "/run/tcptuned.log", "/run/polkitd.log"

PLAIN, OPS, BLOCKED, CHANGER, NOBODY = 61001, 61002, 61003, 61004, 65534
USERS = {"t-plain": PLAIN, "t-ops": OPS, "t-blocked": BLOCKED, "t-changer": CHANGER}
TEST_RULES = """
polkit.addAdminRule(function(action, subject) { return ["unix-user:0"]; });
polkit.addRule(function(action, subject) {
  if (action.id.indexOf("org.tcptune1.") != 0) return polkit.Result.NOT_HANDLED;
  polkit.log("asked " + action.id + " user=" + subject.user +
             " keys=" + action.lookup("tcptune.keys") + " count=" + action.lookup("tcptune.count") +
             " persist=" + action.lookup("tcptune.persist") +
             " label=" + action.lookup("tcptune.label"));
  if (subject.user == "t-blocked") return polkit.Result.NO;
  if (subject.user == "t-changer" && action.id == "org.tcptune1.apply") return polkit.Result.YES;
  return polkit.Result.NOT_HANDLED;
});
"""

# What every test starts from, and the changes that most of them make.
BEFORE = {"net.core.somaxconn": "4096", "net.ipv4.tcp_fin_timeout": "60",
          "net.ipv4.tcp_keepalive_time": "7200", "net.ipv4.tcp_keepalive_intvl": "75",
          "net.ipv4.tcp_max_syn_backlog": "512", "net.ipv4.ip_local_port_range": "32768 60999",
          "net.ipv4.ip_local_reserved_ports": "", "net.ipv4.ip_unprivileged_port_start": "1024"}
FIVE = [("net.core.somaxconn", "4096", "5001"),
        ("net.ipv4.tcp_fin_timeout", "60", "45"),
        ("net.ipv4.tcp_keepalive_time", "7200", "600"),
        ("net.ipv4.ip_local_port_range", "32768 60999", "20000 60999"),
        ("net.ipv4.ip_local_reserved_ports", "", "30000-30010,40000")]
ONE = FIVE[:1]


def run(*command, check=True, **more):
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, **more)
    if check and result.returncode != 0:
        raise AssertionError(f"{command}: {result.returncode}\n{result.stdout}{result.stderr}")
    return result


def key_path(key):
    return "/proc/sys/" + key.replace(".", "/")


def sysctl(key):
    with open(key_path(key), encoding="ascii") as file:
        return " ".join(file.read().split())


def set_sysctl(key, value):
    with open(key_path(key), "w", encoding="ascii") as file:
        file.write(value + "\n")


def values(changes=FIVE):
    return [sysctl(key) for key, _, _ in changes]


def old(changes=FIVE):
    return [expected for _, expected, _ in changes]


def new(changes=FIVE):
    return [desired for _, _, desired in changes]


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, text, mode=0o644):
    with open(path, "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())
    os.chmod(path, mode)


def kernel_tree():
    """Every readable value below /proc/sys/net."""
    tree = {}
    for folder, _, names in os.walk("/proc/sys/net"):
        for name in names:
            with contextlib.suppress(OSError):
                tree[os.path.join(folder, name)] = read(os.path.join(folder, name))
    return tree


def file_tree(*roots):
    """Name, mode, owner and bytes of all files there."""
    tree = {}
    for root in roots:
        for folder, _, names in os.walk(root):
            for name in names:
                path = os.path.join(folder, name)
                info = os.lstat(path)
                tree[path] = (info.st_mode, info.st_uid,
                              read(path) if os.path.isfile(path) else os.path.islink(path))
    return tree


class Helper:
    """A tcptuned that we started; `pid` is its own also below strace."""

    def __init__(self, *arguments, prefix=(), strace=(), environment=None, limits=()):
        self.trace = "/run/strace.log"
        command = [*prefix, HELPER, *(arguments or ("--idle-exit=0",))]
        if strace:
            command = ["strace", "-f", "-o", self.trace, *strace, *command]

        def prepare():
            for which, number in limits:
                resource.setrlimit(which, (number, number))
        with open(HELPER_LOG, "ab") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                preexec_fn=prepare if limits else None,
                env={"PATH": "/usr/bin:/bin", **(environment or {})})
        self.pid = 0

    def wait_on_bus(self, client):
        def there():
            if self.process.poll() is not None:
                raise AssertionError(f"tcptuned ended with {self.process.returncode}: "
                                     f"{read(HELPER_LOG).decode(errors='replace')}")
            # The bus may not have seen yet that the one before has gone.
            with contextlib.suppress(Refused):
                pid = client.helper_pid()
                return pid if os.path.exists(f"/proc/{pid}/exe") else 0
        self.pid = wait_until(there, "tcptuned is on the bus")
        return self

    def signal(self, number):
        os.kill(self.pid or self.process.pid, number)

    def kill(self):
        """As the kernel does it: no handler, no goodbye."""
        if self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                self.signal(signal.SIGCONT)
                self.signal(signal.SIGKILL)
        return self.process.wait(30)

    def memory_kib(self):
        with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmRSS:"))

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))


class Scene:
    """The namespace with its bus; one for all tests of a process."""

    def __init__(self):
        self.bus = self.polkit = None
        self._mount()
        self._install()
        self._start_bus()
        self.root = Client(0)

    def _mount(self):
        overlays = "/etc /usr/share /usr/libexec /usr/local/share /var/lib"
        # -e: it ends at the first mount that fails.
        run("sh", "-ec", f"""
            mount --make-rprivate /
            mount -t tmpfs -o mode=755 tmpfs /run
            mkdir -p /run/overlay /run/dbus /run/systemd
            for place in {overlays}; do
              own=/run/overlay$(echo $place | tr / _)
              mkdir -p $own/upper $own/work
              mount -t overlay -o lowerdir=$place,upperdir=$own/upper,workdir=$own/work \
                overlay $place
            done
            chown messagebus /run/dbus
            ip link set lo up""")

    def _install(self):
        with open("/etc/passwd", "a", encoding="ascii") as users:
            for name, uid in USERS.items():
                users.write(f"{name}:x:{uid}:{uid}::/nonexistent:/bin/sh\n")
        with open("/etc/group", "a", encoding="ascii") as groups:
            for name, uid in USERS.items():
                groups.write(f"{name}:x:{uid}:\n")
            groups.write("tcptune-ops:x:61010:t-ops\n")
        # The tree is somebody's checkout; what is installed belongs to root. Where the program
        # looks depends on the prefix that it was configured for.
        for rules in (RULES, RULES.replace("/usr/", "/usr/local/")):
            shutil.rmtree(rules, ignore_errors=True)
            shutil.copytree(os.path.join(SOURCE, "rules"), rules)
            for folder, _, names in os.walk(os.path.dirname(rules)):
                for path in [folder, *(os.path.join(folder, name) for name in names)]:
                    os.chown(path, 0, 0)
                    os.chmod(path, 0o755 if os.path.isdir(path) else 0o644)
        access = os.path.join(SOURCE, "policies", "access")
        shutil.copy(os.path.join(access, "org.tcptune1.conf"), "/usr/share/dbus-1/system.d/")
        self.restore_service_file()
        # Not to be started by the bus: a test says when there is a polkit.
        services = os.path.dirname(SERVICE_FILE)
        for name in os.listdir(services):
            if name != os.path.basename(SERVICE_FILE):
                os.unlink(os.path.join(services, name))
        for name in os.listdir(os.path.dirname(ACTIONS)):
            os.unlink(os.path.join(os.path.dirname(ACTIONS), name))
        for place in (SITE_RULES, "/usr/share/polkit-1/rules.d"):
            shutil.rmtree(place, ignore_errors=True)
            os.makedirs(place)
        self.restore_polkit_files()
        shutil.copy(os.path.join(BUILD, "bin", "tcptuned"), HELPER)
        os.chmod(HELPER, 0o755)
        for place in (CONFIGURATION, STATE, LOCAL_RULES):
            shutil.rmtree(place, ignore_errors=True)
        os.makedirs(CONFIGURATION)

    def restore_service_file(self, arguments=""):
        shutil.copy(os.path.join(SOURCE, "policies", "access", "org.tcptune1.service"),
                    SERVICE_FILE)
        if arguments:
            text = read(SERVICE_FILE).decode()
            changed = text.replace(f"Exec={HELPER}\n", f"Exec={HELPER} {arguments}\n")
            assert changed != text
            write(SERVICE_FILE, changed)
        if self.bus:
            self.root.ask_bus("ReloadConfig")

    def restore_polkit_files(self):
        access = os.path.join(SOURCE, "policies", "access")
        shutil.copy(os.path.join(access, "org.tcptune1.policy"), ACTIONS)
        shutil.copy(os.path.join(access, "tcptune-ops.rules"), SITE_RULES)
        write(SITE_RULES + "/10-test.rules", TEST_RULES)

    def _start_bus(self):
        with open(BUS_LOG, "ab") as log:
            self.bus = subprocess.Popen(
                ["dbus-daemon", "--system", "--nofork", "--nopidfile", "--nosyslog"],
                stdout=log, stderr=log, env={"PATH": "/usr/bin:/bin"})
        wait_until(listens, "the bus listens")

    def start_polkit(self):
        if self.polkit:
            return
        with open(POLKIT_LOG, "ab") as log:
            self.polkit = subprocess.Popen(["/usr/lib/polkit-1/polkitd", "--replace"],
                                           stdout=log, stderr=log)
        wait_until(lambda: self.root.has_owner("org.freedesktop.PolicyKit1"), "polkitd is there")

    def stop_polkit(self):
        if self.polkit:
            self.polkit.kill()
            self.polkit.wait()
            self.polkit = None
            wait_until(lambda: not self.root.has_owner("org.freedesktop.PolicyKit1"),
                       "polkitd is gone")

    def restart_polkit(self):
        self.stop_polkit()
        self.start_polkit()

    def polkit_log(self):
        return read(POLKIT_LOG).decode(errors="replace")


SCENE = None


class BusTest(unittest.TestCase):
    """One test on the bus: known values, empty directories and no helper before it."""

    polkit = True
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        global SCENE
        if SCENE is None:
            SCENE = Scene()
        cls.scene = SCENE

    def setUp(self):
        self.helper = None
        self.clients = []
        self.root = self.scene.root
        if self.polkit:
            self.scene.start_polkit()
        else:
            self.scene.stop_polkit()
        self.reset()

    def tearDown(self):
        for client in self.clients:
            client.kill() if isinstance(client, ClientProcess) else client.close()
        self.end_helpers()
        for log in (HELPER_LOG, BUS_LOG):
            self.assert_clean(log)

    def reset(self):
        for place in (RUN, STATE, LOCAL_RULES, CONFIGURATION):
            shutil.rmtree(place, ignore_errors=True)
        os.mkdir(CONFIGURATION)
        open(HELPER_LOG, "wb").close()
        for key, value in BEFORE.items():
            set_sysctl(key, value)

    def end_helpers(self):
        """Ours, and one that the bus started."""
        if self.helper:
            self.helper.kill()
            self.helper = None
        with contextlib.suppress(Refused, ProcessLookupError):
            os.kill(self.root.helper_pid(), signal.SIGKILL)
        wait_until(lambda: not self.root.has_owner(), "the helper is gone")

    def assert_clean(self, log):
        """Nothing foreign reaches a terminal through what we log."""
        bad = bytes(byte for byte in read(log) if byte != 10 and not 32 <= byte < 127)
        self.assertEqual(bad, b"", f"unescaped bytes in {log}")

    def start(self, *arguments, **more):
        self.helper = Helper(*arguments, **more).wait_on_bus(self.root)
        return self.helper

    def client(self, uid=0):
        client = Client(uid)
        self.clients.append(client)
        return client

    def process(self, uid=0):
        client = ClientProcess(uid)
        self.clients.append(client)
        return client

    @contextlib.contextmanager
    def refused(self, *faults):
        with self.assertRaises(Refused) as caught:
            yield caught
        self.assertIn(caught.exception.fault, faults, str(caught.exception))

    @contextlib.contextmanager
    def nothing_written(self):
        """Neither a value of the kernel nor a file of ours."""
        before = kernel_tree(), file_tree(STATE, CONFIGURATION)
        yield
        after = kernel_tree(), file_tree(STATE, CONFIGURATION)
        for was, now in zip(before, after, strict=True):
            self.assertEqual({path for path in was.keys() | now.keys()
                              if was.get(path) != now.get(path)}, set())

    def assert_values(self, expected, changes=FIVE):
        self.assertEqual(values(changes), expected)

    def wait_state(self, identity, state, limit=60.0):
        """Until the transaction is in that state; its whole information."""
        def there():
            info = self.root.transaction(identity)
            return info if info["state"] == state else None
        return wait_until(there, f"transaction is {state}", limit, 0.05)


def boottime():
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def _again(*arguments):
    """The command that starts this test in namespaces of its own."""
    return ["unshare", "--mount", "--pid", "--fork", "--mount-proc", "--net", "--ipc",
            "--kill-child", "/usr/bin/python3", "-B", os.path.abspath(sys.argv[0]), *arguments]


OVERLAY_TRIED = """
mount --make-rprivate /
mount -t tmpfs tmpfs /run
mkdir -p /run/tried/upper /run/tried/work
mount -t overlay -o lowerdir=/etc,upperdir=/run/tried/upper,workdir=/run/tried/work overlay /etc
"""


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def main(together=False):
    """Runs the calling script's tests; `together`: each class in namespaces of its own, all at the
    same time, because they mostly wait."""
    if os.environ.get("TCPTUNE_SCENE"):
        # The first process of a namespace gets no signal that it does not ask for.
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
        unittest.main(verbosity=1, warnings="ignore")
    if os.geteuid() != 0:
        skip("needs root")
    for program in ("dbus-daemon", "strace", "dbus-monitor"):
        if not shutil.which(program):
            skip(f"no {program}")
    if not os.path.exists("/usr/lib/polkit-1/polkitd"):
        skip("no polkitd")
    if subprocess.run([*_again()[:-3], "true"], capture_output=True, check=False).returncode != 0:
        skip("no namespaces may be made here")
    for why, words in (("no overlay may be mounted here", ["sh", "-ec", OVERLAY_TRIED]),
                       ("strace may not look into programs here", ["strace", "-qq", "true"])):
        tried = subprocess.run([*_again()[:-3], *words], capture_output=True, check=False)
        if tried.returncode != 0:
            skip(why)
    os.environ.update(TCPTUNE_SCENE="1", DBUS_SYSTEM_BUS_ADDRESS=ADDRESS)
    if not together or len(sys.argv) > 1:
        sys.exit(subprocess.run(_again(*sys.argv[1:]), check=False).returncode)
    classes = [name for name, value in inspect.getmembers(sys.modules["__main__"], inspect.isclass)
               if issubclass(value, BusTest) and unittest.defaultTestLoader.getTestCaseNames(value)]
    running = [(name, subprocess.Popen(_again(name), stdout=subprocess.PIPE,
                                       stderr=subprocess.STDOUT, text=True)) for name in classes]
    failed = False
    for name, process in running:
        output, _ = process.communicate()
        print(f"== {name}\n{output}", flush=True)
        failed = failed or process.returncode != 0
    sys.exit(1 if failed else 0)

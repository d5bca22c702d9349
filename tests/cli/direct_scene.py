# SPDX-License-Identifier: Apache-2.0
"""A place where `--direct` may write, shared by the scripts about apply and checkpoint.

Started again as root in a network and a mount namespace of its own, with empty directories where
the program writes: nothing outside is touched.
"""
import json
import os
import subprocess
import sys

from program import SOURCE, TCPTUNE, ProgramTest, main, run

INSIDE = "TCPTUNE_TEST_INSIDE"
REUSE = "net.ipv4.tcp_tw_reuse"
FIN = "net.ipv4.tcp_fin_timeout"
DROP_IN = "/etc/sysctl.d/90-tcptune.conf"
TMPFS = ("/run", "/var/lib", "/etc/sysctl.d", "/usr/lib/sysctl.d", "/etc/tcptune")


def path_of(key):
    return "/proc/sys/" + key.replace(".", "/")


def value(key):
    with open(path_of(key), encoding="ascii") as file:
        return file.read().strip()


def set_value(key, text):
    with open(path_of(key), "w", encoding="ascii") as file:
        file.write(text)


def flat(text):
    """Without the line ends of the page."""
    return " ".join(text.split())


def drop_in():
    try:
        with open(DROP_IN, encoding="ascii") as file:
            return [line for line in file.read().splitlines() if line and line[0] != "#"]
    except FileNotFoundError:
        return []


def schema_errors(document):
    try:
        import jsonschema
    except ImportError:
        return []
    path = os.path.join(SOURCE, "src/report/schemas", document["kind"] + ".json")
    with open(path, encoding="utf-8") as file:
        validator = jsonschema.Draft202012Validator(json.load(file))
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]


class DirectTest(ProgramTest):
    def setUp(self):
        super().setUp()
        set_value(REUSE, "2")
        set_value(FIN, "60")
        for name in os.listdir("/etc/sysctl.d"):
            os.unlink(os.path.join("/etc/sysctl.d", name))
        if os.path.exists("/etc/sysctl.conf"):
            with open("/etc/sysctl.conf", "w", encoding="ascii"):
                pass
        self.policy = self.file("pins.toml", f'''schema = 1
name = "pins"
max_risk = "high"
min_confidence = "low"

[[pin]]
key = "{REUSE}"
value = "1"
reason = "for the test"

[[pin]]
key = "{FIN}"
value = "30"
reason = "for the test"
''')

    def apply(self, *words, **more):
        return run("apply", "--direct", "--policy", self.policy, *words, **more)

    def plan(self):
        path = os.path.join(self.folder, "plan.json")
        self.assert_exit(run("plan", "--policy", self.policy, "--out", path), 0)
        return path

    def assert_old(self):
        self.assertEqual((value(REUSE), value(FIN)), ("2", "60"))
        self.assertEqual(drop_in(), [])

    def assert_new(self):
        self.assertEqual((value(REUSE), value(FIN)), ("1", "30"))

    def start(self, *words):
        return subprocess.Popen([TCPTUNE, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                stdin=subprocess.DEVNULL, text=True)


def enter():
    """Starts this script again where it can do no harm."""
    if os.geteuid() != 0:
        print("skipped: needs root for namespaces with directories of root")
        sys.exit(77)
    if not os.path.isdir("/etc/sysctl.d"):
        print("skipped: there is no /etc/sysctl.d to lay an empty one over")
        sys.exit(77)
    # Nothing is made outside: what is not there needs no cover.
    mounts = " && ".join(f"mount -t tmpfs -o mode=755 tmpfs {path}"
                         for path in TMPFS if os.path.isdir(path))
    script = (f"ip link set lo up && mount --make-rprivate / && {mounts} && "
              "touch /run/sysctl.conf && "
              "{ [ ! -e /etc/sysctl.conf ] || mount --bind /run/sysctl.conf /etc/sysctl.conf; } && "
              'exec "$@"')
    environment = {**os.environ, INSIDE: "1"}
    environment.pop("DBUS_SYSTEM_BUS_ADDRESS", None)
    sys.exit(subprocess.run(["unshare", "--net", "--mount", "sh", "-c", script, "sh",
                             sys.executable, "-B", *sys.argv], env=environment,
                            check=False).returncode)


def main_inside():
    if not os.environ.get(INSIDE):
        enter()
    main()

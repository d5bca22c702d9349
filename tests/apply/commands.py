# SPDX-License-Identifier: Apache-2.0
"""Runs the built tcptune as a user would, in the scene of tests/bus: with a bus, polkit where a
test wants it, and tcptuned. Every run is held against what is promised of all of them: nothing raw
in the output, and in JSON the schema and one and the same exit status."""
import glob
import json
import os
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "bus"))
try:
    import dbus  # noqa: F401
    import jsonschema
except ImportError as missing:
    print(f"skipped: no python3-{missing.name}")
    sys.exit(77)
from bus_client import ADDRESS, listens, wait_until  # noqa: E402
from harness import (  # noqa: E402
    BEFORE, CONFIGURATION, DROP_IN, SOURCE, BusTest, run, set_sysctl, sysctl, write)

TCPTUNE = os.environ["TCPTUNE"]
LOAD = os.path.join(os.environ["TCPTUNE_BUILD"], "tests", "port_load")
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "TERM": "xterm"}
SOMAXCONN, KEEPALIVE = "net.core.somaxconn", "net.ipv4.tcp_keepalive_time"
RANGE, START = "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start"
FIN = "net.ipv4.tcp_fin_timeout"
# What most tests change: the new values, beside the old ones of the harness.
TWO = {SOMAXCONN: "8192", KEEPALIVE: "600"}
PATIENCE = 60.0


def toml(value):
    """A pin's value as TOML: a number, a list of numbers, or text."""
    words = value.split()
    if words and all(word.isdigit() for word in words):
        return words[0] if len(words) == 1 else "[" + ", ".join(words) + "]"
    return json.dumps(value)


def policy_text(pins, more=""):
    text = f'schema = 1\nname = "site"\nsummary = "of a test"\n{more}\n'
    for key, value in pins.items():
        text += f'[[pin]]\nkey = "{key}"\nvalue = {toml(value)}\nreason = "a test"\n'
    return text


def as_user(uid):
    return {"user": uid, "group": uid, "extra_groups": []} if uid else {}


def raw_bytes(text):
    """What must never reach a terminal from us: control characters other than the line's end."""
    return [character for character in text
            if (ord(character) < 32 and character != "\n") or 127 <= ord(character) < 160]


def schemas():
    found = {}
    for path in glob.glob(os.path.join(SOURCE, "src/report/schemas/*.json")):
        with open(path, encoding="utf-8") as file:
            schema = json.load(file)
        found[schema["properties"]["kind"]["const"]] = jsonschema.Draft202012Validator(schema)
    return found


SCHEMAS = schemas()


class ApplyTest(BusTest):
    """One test with known values, an empty sysctl.d and, unless `helper` is off, a tcptuned."""

    polkit = False
    starts_helper = True

    def setUp(self):
        super().setUp()
        # A plan waits for nobody; files of one test must not win in another.
        write("/etc/sysctl.conf", "")
        holder = tempfile.TemporaryDirectory(dir="/run")
        self.addCleanup(holder.cleanup)
        self.folder = holder.name
        os.chmod(self.folder, 0o755)
        self.processes = []
        if self.starts_helper:
            self.start()

    def tearDown(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()
            # Not read to their end: a command that was left behind may hold them.
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream:
                    stream.close()
        super().tearDown()

    def path(self, name):
        return os.path.join(self.folder, name)

    def policy(self, pins, more="", name="policy.toml"):
        write(self.path(name), policy_text(pins, more))
        return self.path(name)

    def spawn(self, *words, uid=0, environment=None, prefix=(), **more):
        """tcptune in the background; with pipes unless told otherwise."""
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE,
                   "stderr": subprocess.PIPE, **more}
        process = subprocess.Popen([*prefix, TCPTUNE, *words], text=True, errors="surrogateescape",
                                   env={**ENVIRONMENT, **(environment or {})}, cwd="/",
                                   **as_user(uid), **streams)
        self.processes.append(process)
        return process

    def finished(self, process, limit=PATIENCE, text=None):
        """The process with its output in `out` and `err`."""
        process.out, process.err = process.communicate(text, timeout=limit)
        for text in (process.out, process.err):
            self.assertEqual(raw_bytes(text or ""), [], text)
        return process

    def tcptune(self, *words, status=None, text=None, **more):
        """A finished run. `status`: what it must exit with; `text`: its standard input."""
        if text is not None:
            more["stdin"] = subprocess.PIPE
        process = self.spawn(*words, **more)
        done = self.finished(process, text=text)
        if status is not None:
            self.assertEqual(done.returncode, status, f"{words}\n{done.out}\n{done.err}")
        return done

    def check(self, document, status):
        """Schema and exit status of a document."""
        self.assertEqual(document["exit_code"], status, document)
        self.assertIn(document["kind"], SCHEMAS)
        problems = [f"{error.json_path}: {error.message}"
                    for error in SCHEMAS[document["kind"]].iter_errors(document)]
        self.assertEqual(problems, [], document)
        return document

    def json(self, *words, status=None, **more):
        """The document of a run with --format=json; its exit_code is that of the process."""
        at = words.index("--") if "--" in words else len(words)
        done = self.tcptune(*words[:at], "--format=json", *words[at:], status=status, **more)
        return self.check(json.loads(done.out), done.returncode)

    def plan(self, pins=None, *more, name="plan.json", policy=""):
        """A plan saved by the program itself, from pins of a site policy; its path."""
        made = self.policy(TWO if pins is None else pins, policy)
        self.tcptune("plan", "--policy", made, "--out", self.path(name), *more, status=0)
        os.chmod(self.path(name), 0o644)
        return self.path(name)

    def apply(self, *words, status=0, **more):
        return self.tcptune("apply", "--yes", *words, status=status, **more)

    def apply_json(self, *words, status=0, **more):
        return self.json("apply", "--yes", *words, status=status, **more)

    def newest(self):
        """The newest transaction, whole, as `show` has it."""
        listed = self.json("history", status=0)["transactions"]
        return self.json("show", listed[0]["id"], status=0)["transaction"] if listed else None

    def assert_sysctls(self, values):
        self.assertEqual({key: sysctl(key) for key in values}, dict(values))

    def assert_old(self, keys=TWO):
        self.assert_sysctls({key: BEFORE[key] for key in keys})

    def assert_nothing_kept(self, keys=TWO):
        """Old values, no file: as if it had not been."""
        self.assert_old(keys)
        self.assertEqual(os.listdir(CONFIGURATION), [])

    def wait_value(self, key, value, limit=PATIENCE):
        wait_until(lambda: sysctl(key) == value, f"{key} is {value}", limit)

    def wait_idle(self, limit=PATIENCE):
        wait_until(lambda: self.root.state() == "idle", "nothing is armed", limit)


class While:
    """Does something over and over in a thread, until the block ends."""

    def __init__(self, work):
        self.work, self.end, self.problem = work, threading.Event(), None
        self.thread = threading.Thread(target=self._run)

    def _run(self):
        try:
            self.work(self.end)
        except Exception as problem:  # told to the test when the block ends
            self.problem = problem

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *error):
        self.end.set()
        self.thread.join()
        if self.problem and not error[0]:
            raise self.problem


# The tests take these from here; what is of the harness only, from there.
__all__ = ["ADDRESS", "CONFIGURATION", "DROP_IN", "ENVIRONMENT", "FIN", "KEEPALIVE", "LOAD",
           "RANGE", "SOMAXCONN", "START", "TCPTUNE", "TWO", "ApplyTest", "While", "as_user", "run",
           "listens", "set_sysctl", "sysctl", "wait_until", "write"]

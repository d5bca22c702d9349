#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The whole program on the real kernel: `tcptune plan` in namespaces made for the test.

Started again inside `unshare -Urn`, with a server in a second network namespace behind a veth, so
that nothing outside is touched. Every process started here ends by itself.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

TCPTUNE = os.environ["TCPTUNE"]
TOOLS = os.path.join(os.environ["TCPTUNE_BUILD"], "tests")
LOAD = os.path.join(TOOLS, "port_load")
DENY = os.path.join(TOOLS, "deny_netlink")
REMOTE = "10.9.9.2"


def run(*command, check=True, **more):
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, **more)
    if check and result.returncode != 0:
        raise AssertionError(f"{command}: {result.returncode}\n{result.stdout}{result.stderr}")
    return result


def sysctl(key, value):
    with open("/proc/sys/" + key.replace(".", "/"), "w", encoding="ascii") as file:
        file.write(value)


def plan(*arguments, prefix=(), check=True):
    return run(*prefix, TCPTUNE, "plan", *arguments, check=check)


def plan_json(*arguments, prefix=()):
    return json.loads(plan("--format=json", *arguments, prefix=prefix).stdout)


def time_waits():
    """What the kernel itself counts here: a reset can end one of them early."""
    with open("/proc/net/sockstat", encoding="ascii") as file:
        words = next(line for line in file if line.startswith("TCP:")).split()
    return int(words[words.index("tw") + 1])


class Peer:
    """A second network namespace, joined by a veth, where a server may listen."""

    def __init__(self):
        self.holder = subprocess.Popen(["unshare", "-n", "sleep", "110"])
        pid = str(self.holder.pid)
        own = os.readlink("/proc/self/ns/net")
        deadline = time.monotonic() + 5
        while os.readlink(f"/proc/{pid}/ns/net") == own and time.monotonic() < deadline:
            time.sleep(0.01)
        run("ip", "link", "add", "client0", "type", "veth", "peer", "name", "server0", "netns", pid)
        run("ip", "addr", "add", "10.9.9.1/24", "dev", "client0")
        run("ip", "link", "set", "client0", "up")
        self.enter = ("nsenter", "-t", pid, "-n")
        run(*self.enter, "sh", "-c",
            f"ip addr add {REMOTE}/24 dev server0; ip link set server0 up; ip link set lo up")
        self.server = None

    def serve(self, port):
        self.server = subprocess.Popen(
            [*self.enter, LOAD, "serve", f"{REMOTE}:{port}", "--seconds", "100", "--limit", "110"],
            stdout=subprocess.PIPE, text=True)
        assert self.server.stdout.readline().startswith("ready")

    def close(self):
        for process in (self.server, self.holder):
            if process:
                process.kill()
                process.wait()
        if self.server:
            self.server.stdout.close()


class AnIdleNamespace(unittest.TestCase):
    def test_nothing_to_change_and_the_same_from_saved_facts(self):
        live = plan("--detailed-exitcode")
        self.assertEqual(live.returncode, 0)
        self.assertIn("Nothing to change", live.stdout)
        with tempfile.TemporaryDirectory() as folder:
            saved = os.path.join(folder, "facts.json")
            run(TCPTUNE, "facts", "--out", saved)
            again = plan("--facts", saved)
            self.assertIn("Nothing to change", again.stdout)
            one = plan_json("--facts", saved)
            self.assertEqual(one, plan_json("--facts", saved))
            self.assertEqual(one["changes"], [])

    def test_names_the_namespace_it_judged(self):
        document = plan_json()
        self.assertTrue(document["host"]["netns"])


class Churn(unittest.TestCase):
    """20,000 TIME_WAITs to one remote tuple on a veth, kernel defaults otherwise."""

    @classmethod
    def setUpClass(cls):
        cls.peer = Peer()
        cls.peer.serve(5432)
        # The first half as connect() picks its ports, all of one parity; the rest by a socket
        # option that spares the search, or this would take a minute.
        for count, how in (("14116", ("--kernel-order",)), ("5884", ())):
            made = run(LOAD, "hold-time-wait", "--count", count, "--to", f"{REMOTE}:5432", *how)
            assert made.stdout.startswith("ready"), made.stdout

    @classmethod
    def tearDownClass(cls):
        cls.peer.close()

    def tearDown(self):
        sysctl("net.ipv4.tcp_timestamps", "1")
        sysctl("net.ipv4.tcp_tw_reuse", "2")

    def test_json_names_destination_stage_step_and_limits(self):
        document = plan_json()
        destination = document["destinations"][0]
        self.assertEqual(destination["remote_address"], REMOTE)
        self.assertEqual(destination["remote_port"], 5432)
        self.assertEqual(destination["ports_in_use"], time_waits())
        self.assertGreater(destination["ports_in_use"], 19900)
        self.assertEqual(destination["usable_ports"], 28232)
        self.assertEqual(destination["stage"], "slow")
        self.assertEqual(destination["states"]["time_wait"], time_waits())
        self.assertEqual([change["key"] for change in document["changes"]],
                         ["net.ipv4.tcp_tw_reuse"])
        change = document["changes"][0]
        self.assertEqual(change["before"]["runtime"], "2")
        self.assertEqual(change["after"]["runtime"], "1")
        not_advised = [advice["key"] for advice in document["not_advised"]]
        self.assertIn("net.ipv4.tcp_fin_timeout", not_advised)

    def test_text_says_it_to_a_person_in_80_columns(self):
        text = plan().stdout
        self.assertIn("10.9.9.2:5432", text)
        self.assertRegex(text, r"470/s\s*->\s*28,232/s")
        self.assertIn("net.ipv4.tcp_tw_reuse: 2 -> 1", text)
        self.assertIn("net.ipv4.tcp_fin_timeout", text)
        self.assertIn("processor", text)  # a limit of ports, not a promise
        self.assertTrue(text.rstrip().splitlines()[-1].startswith("Next:"), text)
        too_long = [line for line in text.splitlines() if len(line) > 80]
        self.assertEqual(too_long, [])
        self.assertNotIn("\x1b", text)

    def test_detailed_exit_code_is_2_when_there_are_steps(self):
        self.assertEqual(plan("--detailed-exitcode", check=False).returncode, 2)
        self.assertEqual(plan_json()["exit_code"], 0)

    def test_saved_facts_give_the_same_answer(self):
        with tempfile.TemporaryDirectory() as folder:
            for redact in ((), ("--redact=addresses,hostname",)):
                saved = os.path.join(folder, "facts.json")
                run(TCPTUNE, "facts", "--out", saved, *redact)
                document = plan_json("--facts", saved)
                self.assertEqual([change["key"] for change in document["changes"]],
                                 ["net.ipv4.tcp_tw_reuse"])
                self.assertEqual(document["destinations"][0]["ports_in_use"], time_waits())
                with open(saved, encoding="utf-8") as file:
                    text = file.read()
                self.assertEqual(REMOTE in text, not redact)

    def test_timestamps_off_brings_them_along_first(self):
        sysctl("net.ipv4.tcp_timestamps", "0")
        document = plan_json()
        self.assertEqual([change["key"] for change in document["changes"]],
                         ["net.ipv4.tcp_timestamps", "net.ipv4.tcp_tw_reuse"])
        self.assertEqual([change["order"] for change in document["changes"]], [1, 2])

    def test_socket_probe_denied_is_unknown_not_fine(self):
        denied = plan(prefix=(DENY,))
        self.assertIn("The verdict is unknown", denied.stdout)
        self.assertNotIn("Nothing to change", denied.stdout)
        document = plan_json(prefix=(DENY,))
        self.assertEqual(document["changes"], [])
        self.assertTrue(any(finding["status"] == "unknown" for finding in document["findings"]))
        self.assertTrue(document["unknowns"])

    def test_the_planned_value_set_by_hand_leaves_nothing_to_do(self):
        sysctl("net.ipv4.tcp_tw_reuse", "1")
        # The host goes on connecting, and the kernel's count shows that reuse acts; right after
        # the write, TIME_WAITs of the time before would say that it does not.
        time.sleep(1.2)
        made = run(LOAD, "hold-time-wait", "--count", "50", "--to", f"{REMOTE}:5432",
                   "--kernel-order")
        assert made.stdout.startswith("ready"), made.stdout
        document = plan_json()
        self.assertEqual([c["key"] for c in document["changes"]], [])

    def test_saved_plan_is_whole_and_has_a_digest(self):
        with tempfile.TemporaryDirectory() as folder:
            out = os.path.join(folder, "plan.json")
            plan("--out", out)
            with open(out, encoding="utf-8") as file:
                document = json.load(file)
            self.assertEqual(document["kind"], "plan")
            self.assertRegex(document["digest"], r"^[0-9a-f]{64}$")
            self.assertEqual(os.listdir(folder), ["plan.json"])


def inside():
    run("ip", "link", "set", "lo", "up")
    unittest.main(argv=[sys.argv[0]], verbosity=2)


if __name__ == "__main__":
    if os.environ.get("TCPTUNE_INSIDE"):
        inside()
    if not shutil.which("unshare") or subprocess.run(
            ["unshare", "-Urn", "true"], capture_output=True, check=False).returncode != 0:
        print("skipped: no user and network namespaces for this user")
        sys.exit(77)
    sys.exit(subprocess.run(["unshare", "-Urn", sys.executable, os.path.abspath(__file__)],
                            env={**os.environ, "TCPTUNE_INSIDE": "1"}, check=False).returncode)

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The whole story on the real kernel: ports run out, diagnose says why, the plan cures it.

Two hosts in namespaces of the test's own, a client that closes first, and a range of 2,000 ports
instead of 28,232, so that it takes seconds. tests/bench/run headline is the long version.
"""
import errno
import json
import os
import socket
import subprocess
import sys
import time
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.environ["TCPTUNE_SOURCE"], "tests/bench"))
import two_hosts  # noqa: E402

TCPTUNE = os.environ["TCPTUNE"]
LOAD = os.path.join(os.environ["TCPTUNE_BUILD"], "tests/port_load")
PORT = 9000
DESTINATION = f"{two_hosts.REMOTE}:{PORT}"
PORTS = 2000
RATE = 800
SECONDS = 8


def diagnose(*arguments):
    """Exit status and document."""
    done = two_hosts.run(TCPTUNE, "diagnose", "--format=json", *arguments, check=False)
    if done.returncode not in (0, 2):
        raise AssertionError(f"diagnose: {done.returncode}\n{done.stderr}")
    return done.returncode, json.loads(done.stdout)


def named(document):
    """Severity of each finding that is about the destination, by id."""
    return {finding["id"]: finding["severity"] for finding in document["findings"]
            if any(DESTINATION in subject["name"] for subject in finding["subjects"])}


def destination(document):
    return next(one for one in document["destinations"]
                if f"{one['remote_address']}:{one['remote_port']}" == DESTINATION)


def serious(document):
    return sorted(finding["id"] for finding in document["findings"]
                  if finding["severity"] in ("warning", "critical"))


def failed_binds():
    """How many of 20 programs that let bind() choose a port get none."""
    held, failed = [], 0
    for _ in range(20):
        held.append(socket.socket())
        try:
            held[-1].bind((two_hosts.LOCAL, 0))
        except OSError as error:
            failed += error.errno == errno.EADDRINUSE
    for one in held:
        one.close()
    return failed


def wait_for_time_waits(client, count):
    while client.running() and two_hosts.time_waits() < count:
        time.sleep(0.02)


class PortsRunOut(unittest.TestCase):
    """What happened is recorded once; each test looks at one part of it."""

    @classmethod
    def setUpClass(cls):
        cls.peer = two_hosts.Peer(100)
        two_hosts.write_sysctl("net.ipv4.ip_local_port_range", f"32768 {32768 + PORTS - 1}")
        cls.peer.serve(LOAD, PORT)
        client = two_hosts.Client(LOAD, PORT, RATE, SECONDS)
        cls.addClassCleanup(cls.peer.close)
        cls.addClassCleanup(client.close)
        wait_for_time_waits(client, PORTS * 11 // 20)
        _, cls.early = diagnose()
        wait_for_time_waits(client, PORTS)
        cls.status, cls.full = diagnose("--fail-on=critical")
        cls.plan = two_hosts.ask(TCPTUNE, "plan")
        cls.before = client.result()

        cls.done = two_hosts.apply_plan(cls.plan)
        again = two_hosts.Client(LOAD, PORT, RATE, SECONDS)
        cls.addClassCleanup(again.close)
        # Beyond the second after which a port may be taken again.
        time.sleep(SECONDS / 2)
        _, cls.cured = diagnose()
        cls.failed_binds = failed_binds()
        cls.after = again.result()

    def test_first_the_client_fails_for_want_of_a_port_and_for_nothing_else(self):
        self.assertEqual(list(self.before["errno"]), ["99"])
        self.assertGreater(self.before["failed"], 1000)
        # A reset can end one of them early and give its port back.
        self.assertIn(self.before["ok"], range(PORTS, PORTS + 20))
        self.assertEqual(self.before["recycled"], 0)

    def test_past_half_of_the_ports_it_warns_before_any_error(self):
        there = destination(self.early)
        if there["ports_in_use"] >= PORTS:
            self.skipTest("this machine was too slow to look in between")
        self.assertEqual(there["stage"], "slow")
        self.assertEqual(named(self.early), {"half-range-slow": "warning"})
        self.assertEqual(serious(self.early), ["half-range-slow"])

    def test_with_every_port_taken_it_names_the_cause_and_no_other(self):
        self.assertEqual(destination(self.full)["stage"], "exhausted")
        self.assertGreater(destination(self.full)["ports_in_use"], PORTS - 5)
        self.assertEqual(named(self.full), {"ports-by-time-wait": "critical"})
        self.assertEqual(serious(self.full), ["ports-by-time-wait"])

    def test_fail_on_critical_gives_status_2(self):
        self.assertEqual(self.status, 2)
        self.assertEqual(self.full["exit_code"], 2)

    def test_the_application_is_the_first_to_be_changed_and_the_sysctl_the_last(self):
        remedies = [advice["remedy"] for advice in self.full["advice"]]
        self.assertEqual(remedies[0], "application")
        order = ["application", "topology", "configuration", "sysctl"]
        self.assertEqual(remedies, sorted(remedies, key=order.index))
        self.assertIn("net.ipv4.tcp_tw_reuse", [step["key"] for step in self.full["steps"]])
        self.assertIn("net.ipv4.tcp_fin_timeout",
                      " ".join(one["what"] for one in self.full["not_cures"]))

    def test_with_the_values_of_the_plan_the_same_client_has_no_error(self):
        self.assertEqual(self.done, ["net.ipv4.tcp_tw_reuse = 1"])
        self.assertEqual(self.after["errno"], {})
        self.assertEqual(self.after["failed"], 0)
        self.assertGreater(self.after["ok"], PORTS + 1000)
        self.assertGreater(self.after["recycled"], PORTS + 1000)

    def test_then_nothing_critical_is_said_of_the_destination(self):
        self.assertNotIn("critical", named(self.cured).values())
        self.assertNotIn("ports-by-time-wait", [one["id"] for one in self.cured["findings"]])

    def test_then_it_says_that_bind_finds_no_port_only_if_that_is_so(self):
        # The cure is one for connect(). The ports still wait, and bind() takes none of them.
        self.assertLessEqual(set(serious(self.cured)), {"bind-pool-full"})
        if serious(self.cured):
            self.assertGreater(self.failed_binds, 10)


if __name__ == "__main__":
    if os.environ.get("TCPTUNE_INSIDE"):
        unittest.main(argv=[sys.argv[0]], verbosity=2)
    if subprocess.run(["unshare", "-Urn", "true"], capture_output=True, check=False).returncode:
        print("skipped: no user and network namespaces for this user")
        sys.exit(77)
    sys.exit(subprocess.run(["unshare", "-Urn", sys.executable, os.path.abspath(__file__)],
                            env={**os.environ, "TCPTUNE_INSIDE": "1"}, check=False).returncode)

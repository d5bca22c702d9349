#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Clients that go: killed, stopped, cut off. Bound to a connection, the change goes with it; else
its deadline decides, and never later than one second after it."""
import os
import re
import signal
import subprocess
import time

from bus_client import BOUND, PERSIST
from harness import (DROP_IN, FIVE, OPS, BusTest, boottime, main, new, old, set_sysctl, sysctl)

LATEST = 1.0  # seconds after the deadline


class GoneTest(BusTest):
    def setUp(self):
        super().setUp()
        self.start()

    def armed(self, client, **more):
        """The id, and the moment at which the helper may undo it."""
        identity, state, _, _ = client.run("apply", FIVE, **more)
        self.assertEqual(state, "applied")
        return identity, boottime() + more.get("timeout", 60)

    def undone_at(self, key="net.core.somaxconn", value="4096", limit=60.0):
        """The moment in which the running value is the old one again, as the kernel says it."""
        end = boottime() + limit
        while sysctl(key) != value:
            self.assertLess(boottime(), end, "never undone")
            time.sleep(0.01)
        return boottime()

    def assert_undone_in_time(self, identity, deadline):
        at = self.undone_at()
        self.assertGreater(at, deadline - 1.0, "before its deadline")
        self.assertLess(at, deadline + LATEST, "too late")
        info = self.wait_state(identity, "rolled_back")
        self.assertEqual(info["reason"], "deadline")
        self.assert_values(old())
        self.assertFalse(os.path.exists(DROP_IN))


class Bound(GoneTest):
    def test_killed_it_is_undone_at_once(self):
        client = self.process(OPS)
        identity, deadline = self.armed(client, flags=BOUND | PERSIST, timeout=3600)
        client.kill()
        info = self.wait_state(identity, "rolled_back")
        self.assertEqual(info["reason"], "client_gone")
        self.assertLess(boottime(), deadline - 3000)
        self.assert_values(old())

    def test_a_closed_connection_is_a_client_that_is_gone(self):
        client = self.client(OPS)
        identity = client.apply(FIVE, flags=BOUND, timeout=3600)[0]
        client.close()
        self.assertEqual(self.wait_state(identity, "rolled_back")["reason"], "client_gone")
        self.assert_values(old())

    def test_another_connection_of_the_same_user_may_go(self):
        client, other = self.client(OPS), self.client(OPS)
        identity = client.apply(FIVE, flags=BOUND)[0]
        other.close()
        self.assertEqual(client.transaction(identity)["state"], "applied")
        self.assertEqual(client.confirm(identity)[0], "committed")
        client.close()
        self.root.state()
        self.assertEqual(self.root.transaction(identity)["state"], "committed")
        self.assert_values(new())

    def test_a_checkpoint_goes_with_its_client_too(self):
        client = self.process(OPS)
        identity = client.run("checkpoint", flags=BOUND, timeout=3600)[0]
        # Somebody else's tool, during the checkpoint.
        set_sysctl("net.core.somaxconn", "777")
        set_sysctl("net.ipv4.tcp_fin_timeout", "33")
        client.kill()
        info = self.wait_state(identity, "rolled_back")
        self.assertEqual({item[0] for item in info["items"]},
                         {"net.core.somaxconn", "net.ipv4.tcp_fin_timeout"})
        self.assert_values(old())


class BoundAndStopped(GoneTest):
    def test_a_stopped_client_keeps_its_connection_so_the_deadline_decides(self):
        client = self.process(OPS)
        identity, deadline = self.armed(client, flags=BOUND, timeout=10)
        client.signal(signal.SIGSTOP)
        self.assert_undone_in_time(identity, deadline)


class ById(GoneTest):
    def test_killed_it_stays_until_the_deadline(self):
        client = self.process(OPS)
        identity, deadline = self.armed(client, flags=PERSIST, timeout=10)
        client.kill()
        time.sleep(0.5)
        self.assert_values(new())
        self.assertEqual(self.root.transaction(identity)["state"], "applied")
        # Confirming late is told, not done.
        self.assert_undone_in_time(identity, deadline)
        with self.refused("Expired"):
            self.client(OPS).confirm(identity)
        with self.refused("Expired"):
            self.client(OPS).rollback(identity)
        self.assert_values(old())


class Terminal(GoneTest):
    def test_a_session_whose_terminal_closes(self):
        """A client on a terminal of its own; closing the terminal is SIGHUP for it."""
        leader, follower = os.openpty()
        script = ("import sys; sys.path.insert(0, sys.argv[1])\n"
                  "from bus_client import Client\n"
                  "client = Client(0)\n"
                  "changes = [tuple(each.split(':')) for each in sys.argv[2:]]\n"
                  "print(client.apply(changes, flags=2, timeout=3600)[0], flush=True)\n"
                  "sys.stdin.read()\n")
        change = "net.core.somaxconn:4096:5001"
        process = subprocess.Popen(
            ["setsid", "--ctty", "/usr/bin/python3", "-B", "-c", script,
             os.path.dirname(os.path.abspath(__file__)), change],
            stdin=follower, stdout=follower, stderr=follower)
        os.close(follower)
        text = b""
        while not re.search(rb"[0-9a-f]{32}", text):
            text += os.read(leader, 4096)
        identity = re.search(rb"[0-9a-f]{32}", text)[0].decode()
        self.assertEqual(sysctl("net.core.somaxconn"), "5001")
        os.close(leader)
        self.assertEqual(self.wait_state(identity, "rolled_back")["reason"], "client_gone")
        process.wait(30)
        self.assert_values(old())


class BoundAndTheHelperKilled(GoneTest):
    def test_the_next_start_sees_that_its_client_is_gone(self):
        client = self.process(OPS)
        identity, _ = self.armed(client, flags=BOUND, timeout=3600)
        self.helper.kill()
        client.kill()
        self.start()
        self.assertEqual(self.wait_state(identity, "rolled_back")["reason"], "client_gone")
        self.assert_values(old())

    def test_the_next_start_keeps_it_while_its_client_is_there(self):
        client = self.process(OPS)
        identity, _ = self.armed(client, flags=BOUND, timeout=3600)
        self.helper.kill()
        self.start()
        self.assertEqual(self.root.transaction(identity)["state"], "applied")
        self.assertEqual(client.run("confirm", identity)[0], "committed")
        self.assert_values(new())


class TheBusGoes(GoneTest):
    """The last test of its scene: it has no bus afterwards."""

    def setUp(self):
        super().setUp()
        self.identity = None

    def tearDown(self):
        self.helper.kill()

    def test_what_is_bound_to_a_bus_that_is_gone_is_undone(self):
        identity, _ = self.armed(self.process(OPS), flags=BOUND, timeout=3600)
        self.scene.bus.kill()
        self.undone_at()
        self.assert_values(old())
        # Nothing is armed and nobody can call: it ends by itself, without an error.
        self.helper.process.wait(60)
        self.assertIn(identity.encode(), b" ".join(
            name.encode() for name in os.listdir("/var/lib/tcptune/history")))


class TheBusGoesById(TheBusGoes):
    test_what_is_bound_to_a_bus_that_is_gone_is_undone = None

    def test_by_id_the_deadline_is_kept_without_a_bus(self):
        _, deadline = self.armed(self.process(OPS), timeout=10)
        self.scene.bus.kill()
        time.sleep(1)
        self.assert_values(new())
        at = self.undone_at()
        self.assertGreater(at, deadline - 1.0)
        self.assertLess(at, deadline + LATEST)
        self.assert_values(old())


if __name__ == "__main__":
    main(together=True)

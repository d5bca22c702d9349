#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""--direct: the same without helper and bus, in the process itself, as root."""
import json
import os
import signal
import time

from commands import (CONFIGURATION, DROP_IN, FIN, KEEPALIVE, RANGE, SOMAXCONN, START, TWO,
                      ApplyTest, set_sysctl, write)
from harness import main
from terminal import Terminal

SOCKET = "/run/dbus/system_bus_socket"


class WithoutABus(ApplyTest):
    starts_helper = False

    def setUp(self):
        super().setUp()
        # The socket itself stays for the harness, under a name that nobody looks for.
        os.rename(SOCKET, SOCKET + ".hidden")
        self.addCleanup(os.rename, SOCKET + ".hidden", SOCKET)

    def end_helpers(self):
        pass  # there is none, and nobody to ask

    def directly(self, command, *words, **more):
        return self.tcptune(command, "--direct", *words, **more)


class Story(WithoutABus):
    def test_apply_look_and_roll_back(self):
        done = self.apply(self.plan(), "--direct", "--check=true", "--watch=1s", "--ticket=CHG-1")
        self.assertIn("Applied and kept.", done.out)
        self.assertEqual(done.err, "")
        self.assert_sysctls(TWO)
        self.assertTrue(os.path.exists(DROP_IN))
        listed = self.json("history", "--direct", status=0)["transactions"]
        self.assertEqual([(each["state"], each["label"]) for each in listed],
                         [("committed", "CHG-1")])
        identity = listed[0]["id"]
        for words in (("show", identity[:8]), ("status",), ("diff", "@" + identity, "@now")):
            self.directly(*words, status=0)
            self.json(words[0], "--direct", *words[1:], status=0)
        self.assertIn("8192 -> 4096",
                      self.directly("rollback", "--last", "--dry-run", status=0).out)
        self.directly("rollback", "--last", "--yes", status=0)
        self.assert_nothing_kept()

    def test_the_default_is_announced(self):
        done = self.apply(self.plan())
        self.assertIn("no system bus", done.err)
        self.assertIn("--direct", done.err)
        self.assert_sysctls(TWO)
        self.assertIn("--direct", self.tcptune("rollback", "--last", "--yes", status=0).err)
        self.assert_nothing_kept()

    def test_what_was_done_directly_the_helper_knows_and_the_other_way_round(self):
        identity = self.apply_json(self.plan(), "--direct")["id"]
        os.rename(SOCKET + ".hidden", SOCKET)
        try:
            self.assertEqual(self.newest()["id"], identity)
            self.tcptune("rollback", identity, "--yes", status=0)
            self.assert_nothing_kept()
            self.tcptune("apply", "--yes", self.plan(), status=0)
            os.kill(self.root.helper_pid(), signal.SIGTERM)
        finally:
            os.rename(SOCKET, SOCKET + ".hidden")
        self.directly("rollback", "--last", "--yes", status=0)
        self.assert_nothing_kept()

    def test_the_same_statuses(self):
        set_sysctl(START, "500")
        bad = self.plan({SOMAXCONN: "8192", RANGE: "600 60999"}, name="bad.json")
        set_sysctl(START, "1024")
        self.apply_json(bad, "--direct", status=10)
        self.assert_nothing_kept([SOMAXCONN, RANGE])
        plan = self.plan()
        self.apply_json(plan, "--direct", "--check=false", status=12)
        self.apply_json(plan, "--direct", "--check=echo 77 >/proc/sys/net/core/somaxconn; false",
                        status=16)
        self.apply_json(plan, "--direct", status=14)
        set_sysctl(SOMAXCONN, "4096")
        write(CONFIGURATION + "/95-late.conf", "net.core.somaxconn = 100\n")
        self.apply_json(self.plan(), "--direct", status=15)
        os.unlink(CONFIGURATION + "/95-late.conf")
        self.assert_nothing_kept()
        self.apply_json(self.path("none.json"), "--direct", status=66)
        self.json("show", "--direct", "abcd", status=66)

    def test_checkpoint(self):
        script = "echo 8192 >/proc/sys/net/core/somaxconn; exit $0"
        for status, value in ((0, "8192"), (12, "8192")):
            self.directly("checkpoint", "--yes", "--", "sh", "-c", script, str(status),
                          status=status)
            # The second time that is the value from before.
            self.assert_sysctls({SOMAXCONN: value})
        set_sysctl(SOMAXCONN, "4096")
        self.directly("checkpoint", "--yes", "--", "sh", "-c", script, "3", status=12)
        self.assert_old([SOMAXCONN])

    def test_in_another_network_namespace_it_is_that_one(self):
        made = self.policy(TWO)
        check = "test $(cat /proc/sys/net/core/somaxconn) = 8192"
        self.apply("--direct", "--runtime-only", "--policy", made, "--check", check,
                   prefix=("unshare", "--net"))
        self.assert_old()


class Killed(WithoutABus):
    def begin(self, *words, name="plan.json"):
        process = self.spawn("apply", "--yes", "--direct", self.plan(name=name),
                             "--check=sleep 100", *words)
        self.wait_value(KEEPALIVE, "600")
        return process

    def test_the_next_one_undoes_it(self):
        for number, words in enumerate((("history",), ("apply", "--yes"), ("status",))):
            with self.subTest(words=words):
                process = self.begin(name=f"{number}.json")
                time.sleep(0.3)
                process.send_signal(signal.SIGKILL)
                process.wait()
                self.assert_sysctls(TWO)
                if words[0] == "apply":
                    self.apply(self.plan({FIN: "45"}), "--direct", status=0)
                    self.assert_sysctls({FIN: "45"})
                    self.directly("rollback", "--last", "--yes", status=0)
                else:
                    self.directly(*words, status=0)
                self.assert_nothing_kept()

    def test_signals_roll_back(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            with self.subTest(signal=number):
                process = self.begin("--format=json")
                process.send_signal(number)
                done = self.finished(process)
                self.assertEqual(done.returncode, 128 + number, done.out + done.err)
                self.check(json.loads(done.out), 128 + number)
                self.assert_nothing_kept()

    def test_75_two_at_once(self):
        process = self.begin()
        other = self.plan({FIN: "45"}, name="other.json")
        self.apply_json(other, "--direct", status=75)
        self.assert_sysctls({FIN: "60", **TWO})
        # Looking is allowed, and disturbs nothing.
        self.assertEqual(self.json("status", "--direct", status=0)["exit_code"], 0)
        self.assert_sysctls(TWO)
        process.send_signal(signal.SIGTERM)
        self.finished(process)
        self.assert_nothing_kept()
        self.apply(other, "--direct")


class ToConfirm(WithoutABus):
    def test_64_without_a_terminal(self):
        plan = self.plan()
        with self.nothing_written():
            done = self.apply(plan, "--direct", "--confirm-timeout=20s", status=64)
            self.assertIn("terminal", done.err)
            self.json("apply", "--yes", "--direct", plan, "--confirm-timeout=20s", status=64)
            self.directly("checkpoint", "--confirm-timeout=20s", "--", "true", status=64)
            self.apply(plan, "--confirm-timeout=20s", status=64)

    def test_asked_on_the_terminal(self):
        for answer, status in (("n\n", 12), ("y\n", 0)):
            with Terminal("apply", "--yes", "--direct", self.plan(),
                          "--confirm-timeout=1h") as terminal:
                terminal.wait_for("Keep it?")
                self.assert_sysctls(TWO)
                self.assertFalse(os.path.exists(DROP_IN))
                terminal.type(answer)
                self.assertEqual(terminal.end(), status)
                self.assertEqual(terminal.raw(), [])
            self.assertEqual(os.path.exists(DROP_IN), status == 0)
        self.assert_sysctls(TWO)

    def test_interrupted_or_closed_it_goes_back(self):
        with Terminal("apply", "--yes", "--direct", self.plan(),
                      "--confirm-timeout=1h") as terminal:
            terminal.wait_for("Keep it?").type("\x03")
            self.assertEqual(terminal.end(), 130)
            self.assert_nothing_kept()
        with Terminal("apply", "--yes", "--direct", self.plan(),
                      "--confirm-timeout=1h") as terminal:
            terminal.wait_for("Keep it?").close()
            self.assertIn(terminal.process.wait(60), (12, 129))
            self.assert_nothing_kept()

    def test_no_answer_in_time(self):
        start = time.monotonic()
        with Terminal("apply", "--yes", "--direct", self.plan(),
                      "--confirm-timeout=10s") as terminal:
            terminal.wait_for("Keep it?")
            self.assertEqual(terminal.end(), 12)
            self.assertIn("not confirmed in time", terminal.text)
        self.assertGreater(time.monotonic() - start, 9)
        self.assert_nothing_kept()


if __name__ == "__main__":
    main(together=True)

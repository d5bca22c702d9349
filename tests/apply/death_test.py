#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Whoever watches over a change dies, is stopped, loses its terminal, its output or the bus."""
import json
import os
import signal
import subprocess
import time

from commands import CONFIGURATION, KEEPALIVE, SOMAXCONN, TWO, ApplyTest, listens, wait_until
from harness import BUS_LOG, Client, boottime, main
from terminal import Terminal

# A client that died is noticed at once; this is for machines that are busy.
AT_ONCE = 10.0


class Bound(ApplyTest):
    """Without --confirm-timeout, while a check runs."""

    def begin(self, *words):
        begun = self.path("begun")
        process = self.spawn("apply", "--yes", self.plan(), f"--check=echo >{begun}; sleep 100",
                             *words)
        wait_until(lambda: os.path.exists(begun), "the check runs")
        os.unlink(begun)
        self.assert_sysctls(TWO)
        return process

    def assert_undone(self, reason):
        self.wait_value(SOMAXCONN, "4096", AT_ONCE)
        self.wait_idle(AT_ONCE)
        self.assert_nothing_kept()
        newest = self.newest()
        self.assertEqual((newest["state"], newest["reason"]), ("rolled_back", reason))

    def test_killed(self):
        process = self.begin()
        process.send_signal(signal.SIGKILL)
        self.assert_undone("client_gone")
        text = self.tcptune("status", status=0).out
        self.assertIn("rolled back", text)

    def test_killed_with_everything_that_it_started(self):
        process = self.begin()
        os.kill(process.pid, signal.SIGSTOP)
        os.kill(process.pid, signal.SIGKILL)
        self.assert_undone("client_gone")

    def test_terminated_or_hung_up(self):
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            with self.subTest(signal=number):
                process = self.begin("--format=json")
                process.send_signal(number)
                done = self.finished(process)
                self.assertEqual(done.returncode, 128 + number, done.err)
                document = self.check(json.loads(done.out), 128 + number)
                self.assertEqual((document["state"], document["changed"], document["status"]),
                                 ("rolled_back", False, "signal"))
                # It has waited for the end and tells of it.
                self.assert_nothing_kept()

    def test_terminated_during_the_watch(self):
        process = self.spawn("apply", "--yes", self.plan(), "--watch=100s")
        self.wait_value(KEEPALIVE, "600")
        process.send_signal(signal.SIGTERM)
        done = self.finished(process)
        self.assertEqual(done.returncode, 143, done.out + done.err)
        self.assert_undone("asked")

    def test_terminated_before_the_change(self):
        with self.nothing_written():
            process = self.spawn("apply", "--yes", self.plan(), "--watch=100s")
            wait_until(lambda: process.stdout.readline().startswith("Past the next boot"),
                       "the plan is shown")
            time.sleep(0.2)
            process.send_signal(signal.SIGTERM)
            done = self.finished(process)
        self.assertEqual(done.returncode, 143)
        self.assertIn("nothing was written", done.out)

    def test_a_signal_before_the_answer_of_the_helper(self):
        """The first value is written; the rest takes its time. What is then said is heard."""
        self.end_helpers()
        self.start(strace=("-e", "trace=pwrite64", "-e",
                           "inject=pwrite64:delay_exit=1500000:when=1"))
        for number in (signal.SIGTERM, signal.SIGINT):
            process = self.spawn("apply", "--yes", self.plan(), "--check=sleep 100",
                                 "--format=json")
            self.wait_value(SOMAXCONN, "8192")
            process.send_signal(number)
            done = self.finished(process)
            self.assertEqual(done.returncode, 128 + number, done.out + done.err)
            self.assertEqual(self.check(json.loads(done.out), 128 + number)["state"],
                             "rolled_back")
            self.assert_nothing_kept()

    def test_a_second_signal_ends_it_at_once_and_the_helper_undoes(self):
        """The first one finds the helper stopped, so the answer to the rollback does not come."""
        process = self.begin()
        self.helper.signal(signal.SIGSTOP)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        self.assertIsNone(process.poll())
        process.send_signal(signal.SIGTERM)
        done = self.finished(process)
        self.assertEqual(done.returncode, 143)
        self.assertIn("undoes the change", done.err)
        self.helper.signal(signal.SIGCONT)
        self.wait_value(SOMAXCONN, "4096", AT_ONCE)
        self.wait_idle(AT_ONCE)
        self.assert_nothing_kept()

    def test_ctrl_c_on_a_terminal(self):
        with Terminal("apply", "--yes", self.plan(), "--check=sleep 100") as terminal:
            terminal.wait_for("Check 1 of 1")
            self.assert_sysctls(TWO)
            terminal.type("\x03")
            self.assertEqual(terminal.end(), 130)
            self.assertIn("rolled back", terminal.text)
        self.assert_undone("asked")

    def test_the_terminal_is_closed(self):
        with Terminal("apply", "--yes", self.plan(), "--check=sleep 100") as terminal:
            terminal.wait_for("Check 1 of 1")
            terminal.close()
            self.wait_value(SOMAXCONN, "4096", AT_ONCE)
            self.assertEqual(terminal.process.wait(60), 129)
        self.assert_undone("asked")

    def test_at_the_prompt(self):
        with self.nothing_written():
            with Terminal("apply", self.plan()) as terminal:
                terminal.wait_for("[y/N]").type("\x03")
                self.assertEqual(terminal.end(), 130)
                self.assertIn("nothing was written", terminal.text)
            with Terminal("apply", self.plan()) as terminal:
                terminal.wait_for("[y/N]").close()
                self.assertIn(terminal.process.wait(60), (12, 129))


class Output(ApplyTest):
    """Nobody reads what it says."""

    def test_standard_output_is_closed(self):
        for redirection in (">&-", ">&- 2>&-", "</dev/null >/dev/full 2>&1"):
            with self.subTest(redirection=redirection):
                plan = self.plan()
                done = self.tcptune("-c", f'"$0" apply --yes {plan} --check=true {redirection}',
                                    prefix=("sh", "-c", 'exec sh "$2" "$3" "$1"', "sh"))
                self.assertEqual(done.returncode, 0, done.err)
                self.assert_sysctls(TWO)
                self.assertEqual(os.listdir(CONFIGURATION), ["90-tcptune.conf"])
                self.tcptune("rollback", "--last", "--yes", status=0)

    def test_the_reader_has_gone(self):
        for words in ((), ("--format=json",), ("--format=jsonl",)):
            with self.subTest(words=words):
                process = self.spawn("apply", "--yes", self.plan(), "--check=sleep 0.3", *words)
                process.stdout.close()
                process.stdout = None
                self.assertEqual(self.finished(process).returncode, 0, process.err)
                self.assert_sysctls(TWO)
                self.tcptune("rollback", "--last", "--yes", status=0)

    def test_a_reader_that_reads_nothing_of_a_failed_check(self):
        process = self.spawn("apply", "--yes", self.plan(), "--check=sleep 0.3; false")
        process.stdout.close()
        process.stdout = None
        self.assertEqual(self.finished(process).returncode, 12)
        self.assert_nothing_kept()


class ByDeadline(ApplyTest):
    """--confirm-timeout: what dies or sleeps does not matter, the deadline does."""

    def test_killed_while_armed_changes_nothing(self):
        process = self.spawn("apply", "--yes", self.plan(), "--confirm-timeout=1h",
                             "--check=sleep 100")
        self.wait_value(KEEPALIVE, "600")
        process.send_signal(signal.SIGKILL)
        process.wait()
        time.sleep(1)
        self.assert_sysctls(TWO)
        self.tcptune("confirm", status=0)
        self.assert_sysctls(TWO)

    def test_ctrl_c_says_what_is_held_until_when(self):
        with Terminal("apply", "--yes", self.plan(), "--confirm-timeout=10min",
                      "--check=sleep 100") as terminal:
            terminal.wait_for("Check 1 of 1").type("\x03")
            self.assertEqual(terminal.end(), 130)
            identity = self.json("status", status=0)["armed"]["id"][:8]
            for words in ("unless it is confirmed", f"tcptune confirm {identity}",
                          f"tcptune rollback {identity}"):
                self.assertIn(words, terminal.plain())
        self.assert_sysctls(TWO)
        self.tcptune("rollback", status=0)
        self.assert_nothing_kept()


class Stopped(ApplyTest):
    """A client that does not run any more and still has its connection: the deadline ends it."""

    def stopped(self, *words):
        """Undone not later than a second after the deadline that the helper names."""
        process = self.spawn("apply", "--yes", self.plan(), "--check=sleep 100",
                             "--check-timeout=1s", "--format=json", *words)
        self.wait_value(KEEPALIVE, "600")
        os.kill(process.pid, signal.SIGSTOP)
        left = self.json("status", status=0)["armed"]["seconds_left"]
        asked = boottime()
        time.sleep(max(0, left - 2))
        self.assert_sysctls(TWO)
        self.wait_value(SOMAXCONN, "4096")
        # `left` is in whole seconds.
        self.assertLess(boottime() - asked, left + 2)
        self.wait_idle()
        self.assert_nothing_kept()
        self.assertEqual(self.newest()["reason"], "deadline")
        # Awake again, it learns that it was too late.
        os.kill(process.pid, signal.SIGCONT)
        done = self.finished(process)
        self.assertEqual(done.returncode, 12, done.out)
        self.assertFalse(self.check(json.loads(done.out), 12)["changed"])

    def test_bound(self):
        self.stopped()


class StoppedArmed(Stopped):
    def test_bound(self):
        self.stopped("--confirm-timeout=10s")


class NoBusAnyMore(ApplyTest):
    def restart_bus(self):
        """Ends the bus and starts another one; the helper is told by nobody."""
        self.scene.bus.kill()
        self.scene.bus.wait()
        os.unlink("/run/dbus/system_bus_socket")
        with open(BUS_LOG, "ab") as log:
            self.scene.bus = subprocess.Popen(
                ["dbus-daemon", "--system", "--nofork", "--nopidfile", "--nosyslog"],
                stdout=log, stderr=log, env={"PATH": "/usr/bin:/bin"})
        wait_until(listens, "the bus listens")
        self.scene.root = self.root = Client(0)

    def test_bound_is_undone_when_the_bus_dies(self):
        process = self.spawn("apply", "--yes", self.plan(), "--check=sleep 3", "--format=json")
        self.wait_value(KEEPALIVE, "600")
        self.restart_bus()
        self.wait_value(SOMAXCONN, "4096", AT_ONCE)
        done = self.finished(process)
        document = self.check(json.loads(done.out), done.returncode)
        self.assertIn(done.returncode, (11, 12), done.err)
        self.assertIsNot(document["changed"], True)
        self.assert_nothing_kept()
        self.assertIn("rolled back", self.tcptune("status", status=0).out)

    def test_armed_outlives_the_bus(self):
        self.apply(self.plan(), "--confirm-timeout=1h")
        self.restart_bus()
        wait_until(self.root.has_owner, "the helper is back on the bus", 30)
        self.assert_sysctls(TWO)
        self.tcptune("confirm", status=0)
        self.assertEqual(os.listdir(CONFIGURATION), ["90-tcptune.conf"])

    def test_the_helper_is_killed_while_a_check_runs(self):
        """The next one, which the bus starts at the next call, has it still."""
        process = self.spawn("apply", "--yes", self.plan(), "--check=sleep 2", "--format=json")
        self.wait_value(KEEPALIVE, "600")
        self.helper.kill()
        done = self.finished(process)
        self.assertEqual(done.returncode, 0, done.err)
        self.assertEqual(self.check(json.loads(done.out), 0)["state"], "committed")
        self.assert_sysctls(TWO)
        self.assertEqual(os.listdir(CONFIGURATION), ["90-tcptune.conf"])

    def test_helper_and_client_are_killed(self):
        process = self.spawn("apply", "--yes", self.plan(), "--check=sleep 100")
        self.wait_value(KEEPALIVE, "600")
        self.helper.signal(signal.SIGSTOP)
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.helper.signal(signal.SIGKILL)
        self.helper.process.wait()
        self.assert_sysctls(TWO)
        self.assertEqual(self.json("status", status=0)["armed"], None)
        self.assert_nothing_kept()


if __name__ == "__main__":
    main(together=True)

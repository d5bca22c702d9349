#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Written and taken back: refused by the kernel, failed checks, violated guards, a foreign hand."""
import errno
import os
import socket
import time

from commands import (CONFIGURATION, FIN, KEEPALIVE, RANGE, SOMAXCONN, START, TWO, ApplyTest, While,
                      run, set_sysctl, sysctl, wait_until, write)
from harness import key_path, main
from terminal import Terminal


def running(mark):
    """Processes whose command line holds the mark, zombies not counted."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                if mark.encode() in file.read():
                    found.append(int(pid))
        except OSError:
            continue
    return found


class RefusedByTheKernel(ApplyTest):
    """A range below the privileged ports: fine when it was planned, EINVAL when it is written."""

    def setUp(self):
        super().setUp()
        set_sysctl(START, "500")
        self.keys = {SOMAXCONN: "8192", KEEPALIVE: "600", RANGE: "600 60999"}
        self.made = self.plan(self.keys)
        set_sysctl(START, "1024")

    def test_10_everything_is_put_back(self):
        done = self.apply(self.made, status=10)
        for line in ("failed", RANGE, "verything rolled back"):
            self.assertIn(line, done.out)
        self.assert_nothing_kept(self.keys)
        document = self.apply_json(self.made, status=10)
        self.assertEqual((document["state"], document["reason"], document["changed"]),
                         ("rolled_back", "write_failed", False))
        items = {item["key"]: item["status"] for item in document["items"]}
        self.assertEqual(items[RANGE], "failed")
        self.assert_nothing_kept(self.keys)
        self.assertEqual(self.newest()["reason"], "write_failed")

    def test_10_also_with_keep_on_fail(self):
        self.apply(self.made, "--keep-on-fail", status=10)
        self.assert_nothing_kept(self.keys)

    def test_10_what_comes_next_works(self):
        self.apply(self.made, status=10)
        set_sysctl(START, "500")
        self.apply(self.made)
        self.assert_sysctls(self.keys)
        self.tcptune("rollback", "--last", "--yes", status=0)
        self.assert_nothing_kept(self.keys)


class Checks(ApplyTest):
    def test_12_a_check_fails(self):
        done = self.apply(self.plan(), "--check=echo not yet; exit 3", status=12)
        for line in ("exit status 3", "not yet", "Rolled back: a check or guard failed."):
            self.assertIn(line, done.out)
        self.assert_nothing_kept()
        self.assertEqual(self.newest()["state"], "rolled_back")

    def test_checks_see_the_new_values_in_order_and_end_at_the_first_failure(self):
        log = self.path("log")
        note = f"cat /proc/sys/net/core/somaxconn >>{log}; ls {CONFIGURATION} >>{log}"
        document = self.apply_json(self.plan(), "--check", note, "--check",
                                   f"echo 2 >>{log}; false", "--check", f"echo 3 >>{log}",
                                   status=12)
        with open(log, encoding="ascii") as file:
            self.assertEqual(file.read(), "8192\n2\n")
        self.assertEqual([check["verdict"] for check in document["checks"]], ["passed", "failed"])

    def test_12_a_check_that_hangs_is_killed_with_all_its_processes(self):
        mark = "4242.5"
        check = f"sleep {mark} & (sleep {mark}; true) & trap '' TERM INT; sleep {mark}"
        start = time.monotonic()
        document = self.apply_json(self.plan(), "--check", check, "--check-timeout=1s", status=12)
        self.assertLess(time.monotonic() - start, 30)
        self.assertEqual(document["checks"][0]["verdict"], "timed_out")
        wait_until(lambda: not running(mark), "no process of the check is left", 10)
        self.assert_nothing_kept()

    def test_12_a_check_that_dies_of_a_signal(self):
        document = self.apply_json(self.plan(), "--check=kill -SEGV $$", status=12)
        self.assertEqual((document["checks"][0]["verdict"], document["checks"][0]["signal"]),
                         ("killed", 11))
        self.assert_nothing_kept()

    def test_keep_on_fail_keeps_and_says_so(self):
        done = self.apply(self.plan(), "--check=false", "--check=true", "--keep-on-fail", status=12)
        self.assertIn("--keep-on-fail", done.out)
        self.assert_sysctls(TWO)
        self.assertEqual(os.listdir(CONFIGURATION), ["90-tcptune.conf"])
        document = self.apply_json(self.plan({FIN: "45"}), "--check=false", "--keep-on-fail",
                                   status=12)
        self.assertEqual((document["state"], document["changed"], document["kept_on_fail"]),
                         ("committed", True, True))

    def test_a_check_is_no_part_of_the_terminal_and_has_no_input(self):
        with Terminal("apply", "--yes", self.plan(), "--check",
                      "cat; test ! -t 0 && test ! -t 1 && test ! -t 2") as terminal:
            self.assertEqual(terminal.end(), 0)


class AtThePrompt(ApplyTest):
    def test_12_answered_with_no(self):
        for answer in ("n\n", "\n", "maybe\n", "\x04"):
            with self.subTest(answer=answer), self.nothing_written(), \
                    Terminal("apply", self.plan()) as terminal:
                terminal.wait_for("Apply these 2 changes? [y/N]").type(answer)
                self.assertEqual(terminal.end(), 12)
                self.assertIn("nothing was written", terminal.text)

    def test_answered_with_yes(self):
        with Terminal("apply", self.plan()) as terminal:
            terminal.wait_for("net.core.somaxconn: 4096 -> 8192").wait_for("[y/N]")
            self.assert_old()
            terminal.type("y\n")
            self.assertEqual(terminal.end(), 0)
        self.assert_sysctls(TWO)

    def test_what_was_typed_before_the_question_is_no_answer(self):
        """A plan made with a window leaves time to type."""
        made = self.policy(TWO)
        with Terminal("apply", "--policy", made, "--window=1s") as terminal:
            terminal.type("y\n").wait_for("[y/N]")
            time.sleep(0.3)
            self.assert_old()
            terminal.type("n\n")
            self.assertEqual(terminal.end(), 12)

    def test_rollback_of_what_was_kept_is_asked(self):
        self.apply(self.plan())
        with self.nothing_written(), Terminal("rollback", "--last") as terminal:
            terminal.wait_for("[y/N]").type("n\n")
            self.assertEqual(terminal.end(), 12)
        with self.nothing_written():
            self.tcptune("rollback", "--last", status=64)
        with Terminal("rollback", "--last") as terminal:
            terminal.wait_for("net.core.somaxconn: 8192 -> 4096").wait_for("[y/N]").type("y\n")
            self.assertEqual(terminal.end(), 0)
        self.assert_nothing_kept()


class Guards(ApplyTest):
    """Refused connects that begin with the change, counted by the kernel."""

    RANGE_PLAN = {RANGE: "20000 60999"}

    @staticmethod
    def refused_connects(end):
        while not end.is_set():
            for _ in range(20):
                with socket.socket() as client:
                    if client.connect_ex(("127.0.0.1", 9)) != errno.ECONNREFUSED:
                        raise AssertionError("port 9 is served")
            end.wait(0.01)

    def refused_after_the_change(self, end):
        while sysctl(RANGE) == "32768 60999" and not end.wait(0.005):
            pass
        self.refused_connects(end)

    def verdicts(self, document):
        return {guard["id"].partition("/")[2]: guard["verdict"]
                for guard in document["watch"]["guards"]}

    def test_12_a_guard_that_held_is_violated(self):
        with While(self.refused_after_the_change):
            document = self.apply_json(self.plan(self.RANGE_PLAN), "--watch=2s", status=12)
        self.assertEqual(self.verdicts(document), {"syn-retransmissions": "holds",
                                                   "refused-connects": "violated"})
        self.assertTrue(document["watch"]["violated"])
        fails = next(counter for counter in document["watch"]["counters"]
                     if counter["name"] == "Tcp.AttemptFails")
        self.assertLess(fails["before_per_s"], 5)
        self.assertGreater(fails["after_per_s"], 50)
        self.assert_nothing_kept([RANGE])

    def test_a_guard_that_did_not_hold_before_is_not_the_changes_fault(self):
        with While(self.refused_connects):
            done = self.apply(self.plan(self.RANGE_PLAN), "--watch=1s")
        self.assertIn("before", done.out)
        self.assert_sysctls(self.RANGE_PLAN)

    def test_keep_on_fail_keeps_it_with_a_violated_guard(self):
        with While(self.refused_after_the_change):
            done = self.apply(self.plan(self.RANGE_PLAN), "--watch=2s", "--keep-on-fail", status=12)
        self.assertIn("violated", done.out)
        self.assert_sysctls(self.RANGE_PLAN)


class AForeignHand(ApplyTest):
    """Somebody else sets one of the keys."""

    def test_12_before_it_was_kept(self):
        done = self.apply(self.plan(), "--check=echo 1234 >/proc/sys/net/core/somaxconn", status=12)
        self.assertIn("conflict", done.out)
        self.assertIn("left alone", done.out)
        self.assertIn(SOMAXCONN, done.out)
        self.assert_sysctls({SOMAXCONN: "1234", KEEPALIVE: "7200"})
        self.assertEqual(os.listdir(CONFIGURATION), [])
        document = self.apply_json(self.plan({KEEPALIVE: "600"}), "--check",
                                   "echo 55 >/proc/sys/net/ipv4/tcp_keepalive_time", status=12)
        self.assertEqual((document["state"], document["reason"]),
                         ("rolled_back_with_conflicts", "drift"))

    def test_12_set_back_to_the_old_value_is_no_conflict(self):
        self.apply(self.plan(), "--check=echo 4096 >/proc/sys/net/core/somaxconn", status=12)
        self.assert_nothing_kept()

    def test_16_before_the_rollback_and_force(self):
        identity = self.apply_json(self.plan())["id"]
        set_sysctl(SOMAXCONN, "1234")
        self.assertIn("left alone", self.tcptune("rollback", identity, "--dry-run", status=0).out)
        done = self.tcptune("rollback", identity, "--yes", status=16)
        self.assertIn("conflict", done.out)
        self.assert_sysctls({SOMAXCONN: "1234", KEEPALIVE: "7200"})
        self.assertEqual(os.listdir(CONFIGURATION), [])
        self.json("rollback", identity, "--yes", "--force", status=0)
        self.assert_old()

    def test_16_when_a_failed_check_finds_it(self):
        """The rollback that the check asks for meets the foreign value."""
        done = self.apply(self.plan(), "--check=echo 77 >/proc/sys/net/core/somaxconn; false",
                          status=16)
        self.assertIn("left alone", done.out)
        self.assert_sysctls({SOMAXCONN: "77", KEEPALIVE: "7200"})

    def test_force_at_once(self):
        identity = self.apply_json(self.plan())["id"]
        set_sysctl(SOMAXCONN, "1234")
        self.tcptune("rollback", identity, "--yes", "--force", status=0)
        self.assert_nothing_kept()


class ReadOnlyKeys(ApplyTest):
    """A key that cannot be written any more, as below a read-only mount in a container."""

    def lock(self, key, value):
        path = key_path(key)
        write(self.path("locked"), value + "\n")
        run("mount", "--bind", self.path("locked"), path)
        run("mount", "-o", "remount,bind,ro", path)
        self.addCleanup(run, "umount", path, check=False)
        return path

    def test_1_before_anything_is_written(self):
        plan = self.plan()
        self.lock(KEEPALIVE, "7200")
        done = self.apply(plan, status=1)
        self.assertIn("nothing was written", done.out)
        self.assertIn(KEEPALIVE, done.err)
        self.assertFalse(self.apply_json(plan, status=1)["changed"])
        self.assert_nothing_kept()

    def test_11_what_cannot_be_undone_needs_a_person(self):
        identity = self.apply_json(self.plan())["id"]
        path = self.lock(KEEPALIVE, "600")
        done = self.tcptune("rollback", identity, "--yes", status=11)
        self.assertIn("a person must look", done.out)
        self.assertIn("failed", done.out)
        self.assert_sysctls({SOMAXCONN: "4096", KEEPALIVE: "600"})
        self.assertIn("a person must look", self.tcptune("status", status=11).out)
        self.json("status", status=11)
        # Nothing new is begun on such ground.
        other = self.plan({FIN: "45"}, name="other.json")
        self.apply_json(other, status=11)
        self.assert_sysctls({FIN: "60"})
        run("umount", path)
        self.json("rollback", identity, "--yes", status=0)
        self.assert_nothing_kept()
        self.tcptune("status", status=0)
        self.apply(other)


if __name__ == "__main__":
    main(together=True)

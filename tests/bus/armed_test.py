#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A helper that dies, is stopped or outlives its boot while a change waits to be confirmed."""
import os
import signal
import time

from bus_client import BOUND, PERSIST, namespace_id, wait_until
from harness import (CONFIGURATION, DROP_IN, FIVE, HELPER, OPS, RUN, STATE, BusTest, boottime,
                     file_tree, main, new, old, read, run, set_sysctl, sysctl, values, write)

LATEST = 1.0
BOOT_ID = "/proc/sys/kernel/random/boot_id"


def recover(*prefix):
    """As at boot, without a bus. Variables of the test's own would be refused."""
    run(*prefix, HELPER, "--recover", env={"PATH": "/usr/bin:/bin"})


class ArmedTest(BusTest):
    def setUp(self):
        super().setUp()
        self.start()
        self.ops = self.client(OPS)

    def undone_at(self, deadline):
        while sysctl("net.core.somaxconn") != "4096":
            self.assertLess(boottime(), deadline + 60, "never undone")
            time.sleep(0.01)
        return boottime()


class KilledAndStartedByHand(ArmedTest):
    def test_it_can_still_be_confirmed(self):
        identity = self.ops.apply(FIVE, flags=PERSIST)[0]
        self.assertEqual(self.helper.kill(), -signal.SIGKILL)
        self.start()
        self.assertEqual(self.ops.state(), "armed")
        info = self.ops.transaction(identity)
        self.assertEqual((info["state"], info["uid"], info["flags"]), ("applied", OPS, PERSIST))
        self.assertLessEqual(info["left"], 60)
        self.assertGreater(info["left"], 0)
        self.assertEqual(self.ops.confirm(identity)[0], "committed")
        self.assert_values(new())
        self.assertIn("net.core.somaxconn = 5001\n", read(DROP_IN).decode())

    def test_killed_ten_times_it_still_knows(self):
        identity = self.ops.apply(FIVE)[0]
        for _ in range(10):
            self.helper.kill()
            self.start()
        self.assertEqual(self.ops.rollback(identity)[0], "rolled_back")
        self.assert_values(old())

    def test_the_deadline_stays_where_it_was(self):
        identity = self.ops.apply(FIVE, timeout=10)[0]
        deadline = boottime() + 10
        time.sleep(1)
        self.helper.kill()
        time.sleep(1)
        self.start()
        self.assert_values(new())
        at = self.undone_at(deadline)
        self.assertGreater(at, deadline - 1.0)
        self.assertLess(at, deadline + LATEST)
        self.assertEqual(self.wait_state(identity, "rolled_back")["reason"], "deadline")
        self.assert_values(old())


class KilledAndStartedByTheBus(ArmedTest):
    def test_the_next_call_starts_it_and_the_deadline_is_kept(self):
        """Without a service manager nobody but the next caller starts it again."""
        identity = self.ops.apply(FIVE, timeout=10)[0]
        deadline = boottime() + 10
        self.helper.kill()
        self.helper = None
        wait_until(lambda: not self.root.has_owner(), "it is gone")
        self.assertEqual(self.ops.transaction(identity)["state"], "applied")
        self.assertNotEqual(self.ops.helper_pid(), 0)
        at = self.undone_at(deadline)
        self.assertGreater(at, deadline - 1.0)
        self.assertLess(at, deadline + LATEST)
        self.assert_values(old())


class DeadOverTheDeadline(ArmedTest):
    def test_a_deadline_that_passed_while_it_was_dead_is_kept_by_its_start(self):
        identity = self.ops.apply(FIVE, timeout=10)[0]
        self.helper.kill()
        self.helper = None
        time.sleep(10.5)
        self.assert_values(new())  # nobody was there to undo it
        with self.refused("Expired"):
            self.ops.confirm(identity)
        self.assert_values(old())
        self.assertEqual(self.ops.transaction(identity)["reason"], "deadline")


class DeadlineMoved(ArmedTest):
    def test_it_can_be_moved_by_its_owner_within_an_hour(self):
        identity = self.ops.apply(FIVE, timeout=10)[0]
        for seconds in (0, 9, 3601, 2**32 - 1):
            with self.refused("InvalidArgs"):
                self.ops.call("ExtendDeadline", identity, seconds)
        left = self.ops.call("ExtendDeadline", identity, 3600)[0]
        self.assertLessEqual(left, 3600)
        self.assertGreater(left, 3500)
        left = self.ops.call("ExtendDeadline", identity, 14)[0]
        deadline = boottime() + 14
        self.assertLessEqual(left, 14)
        # The moved deadline outlives the helper.
        self.helper.kill()
        self.start()
        at = self.undone_at(deadline)
        self.assertGreater(at, deadline - 1.0)
        self.assertLess(at, deadline + LATEST)
        self.assert_values(old())


class ConfirmedTooLate(ArmedTest):
    def test_a_call_that_waited_in_line_past_the_deadline_comes_too_late(self):
        """The helper gets no processor until after the deadline; then both lie before it."""
        identity = self.ops.apply(FIVE, flags=PERSIST, timeout=10)[0]
        self.helper.signal(signal.SIGSTOP)
        self.ops.begin("Confirm", identity)
        time.sleep(10.5)
        self.assert_values(new())
        self.helper.signal(signal.SIGCONT)
        with self.refused("Expired"):
            self.ops.finish()
        self.assert_values(old())
        self.assertFalse(os.path.exists(DROP_IN))
        self.assertEqual(self.ops.transaction(identity)["reason"], "deadline")


class ConfirmedJustInTime(ArmedTest):
    def test_the_deadline_of_what_is_confirmed_passes_without_a_trace(self):
        identity = self.ops.apply(FIVE, flags=PERSIST, timeout=10)[0]
        deadline = boottime() + 10
        time.sleep(8)
        self.assertEqual(self.ops.confirm(identity)[0], "committed")
        while boottime() < deadline + 1.5:
            self.assert_values(new())
            time.sleep(0.1)
        self.assertEqual(self.ops.transaction(identity)["state"], "committed")
        self.assertTrue(os.path.exists(DROP_IN))


class KilledWhileWriting(ArmedTest):
    def kill_in_write(self, number):
        """At the entry of one of the writes into the kernel's files."""
        self.helper.kill()
        self.start(strace=("-e", "trace=pwrite64", "-e",
                           f"inject=pwrite64:signal=SIGKILL:when={number}"))
        with self.refused("NoReply", "Disconnected", "ServiceUnknown"):
            self.ops.apply(FIVE, flags=PERSIST)
        self.helper.process.wait(30)
        return values()

    def test_the_next_start_takes_back_what_was_written(self):
        half = 0
        for number in (1, 2, 3, 5):
            with self.subTest(number=number):
                left = self.kill_in_write(number)
                half += left != old()
                self.start()
                self.assert_values(old())
                self.assertEqual(self.ops.state(), "idle")
                identity, state = self.ops.transactions()[0]
                self.assertEqual(state, "rolled_back")
                self.assertEqual(self.ops.transaction(identity)["reason"], "recovered")
                self.assertFalse(os.path.exists(DROP_IN))
        self.assertEqual(half, 3)  # before the first write there was nothing to take back
        identity = self.ops.apply(FIVE, flags=PERSIST)[0]
        self.assertEqual(self.ops.confirm(identity)[0], "committed")

    def test_recovery_without_a_bus(self):
        self.kill_in_write(4)
        recover()
        self.assert_values(old())
        recover()  # and again, with nothing to do
        self.start()
        self.assertEqual(self.ops.transactions()[0][1], "rolled_back")


class Stopped(ArmedTest):
    def test_sigterm_undoes_what_is_armed_and_is_no_failure(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            identity = self.ops.apply(FIVE, flags=PERSIST)[0]
            self.helper.signal(number)
            self.assertEqual(self.helper.process.wait(60), 0)
            self.assert_values(old())
            self.start()
            info = self.ops.transaction(identity)
            self.assertEqual((info["state"], info["reason"]), ("rolled_back", "stopped"))
            self.assertFalse(os.path.exists(DROP_IN))

    def test_what_is_committed_stays(self):
        identity = self.ops.apply(FIVE, flags=PERSIST)[0]
        self.ops.confirm(identity)
        self.helper.signal(signal.SIGTERM)
        self.assertEqual(self.helper.process.wait(60), 0)
        self.assert_values(new())
        self.assertTrue(os.path.exists(DROP_IN))

    def test_stopped_while_somebody_is_asked_for_a_password(self):
        os.kill(self.scene.polkit.pid, signal.SIGSTOP)
        try:
            with self.nothing_written():
                self.ops.begin_apply(FIVE)
                self.root.state()
                self.helper.signal(signal.SIGTERM)
                self.assertEqual(self.helper.process.wait(60), 0)
        finally:
            os.kill(self.scene.polkit.pid, signal.SIGCONT)


class Rebooted(ArmedTest):
    """Another boot id, and /run empty or, where it is no tmpfs, not."""

    def reboot(self, keep_run):
        self.helper.kill()
        if not keep_run:
            for name in os.listdir(RUN):
                os.unlink(os.path.join(RUN, name))
        # What a boot does to the kernel's values.
        for key, was, _ in FIVE:
            set_sysctl(key, was)
        write("/run/boot_id", "11111111-2222-3333-4444-555555555555\n")
        run("mount", "--bind", "/run/boot_id", BOOT_ID)
        self.addCleanup(run, "umount", BOOT_ID)

    def check(self, keep_run):
        identity = self.ops.apply(FIVE, flags=PERSIST)[0]
        self.reboot(keep_run)
        set_sysctl("net.core.somaxconn", "5001")  # as it happens, like our value
        before = file_tree(CONFIGURATION)
        self.start()
        self.assertEqual(sysctl("net.core.somaxconn"), "5001")
        self.assertEqual(file_tree(CONFIGURATION), before)
        info = self.ops.transaction(identity)
        self.assertEqual((info["state"], info["reason"]), ("ended_by_reboot", "reboot"))
        self.assertEqual(self.ops.state(), "idle")
        with self.refused("Expired"):
            self.ops.confirm(identity)
        set_sysctl("net.core.somaxconn", "4096")
        self.assertEqual(self.ops.apply(FIVE)[1], "applied")

    def test_a_journal_of_another_boot_is_never_applied(self):
        self.check(keep_run=True)

    def test_the_note_on_the_disk_tells_of_it(self):
        self.check(keep_run=False)


class Suspended(ArmedTest):
    def test_a_sleep_longer_than_the_deadline(self):
        """The next helper sees a boot-time clock that is a day ahead, as after a suspend."""
        identity = self.ops.apply(FIVE, timeout=3600)[0]
        self.helper.kill()
        self.start(prefix=("unshare", "-T", "--boottime", "86400"))
        self.assert_values(old())
        info = self.ops.transaction(identity)
        self.assertEqual((info["state"], info["reason"]), ("rolled_back", "deadline"))


class AnotherNamespace(ArmedTest):
    def test_a_caller_in_another_network_namespace_does_not_tune_this_one(self):
        other = run("unshare", "-n", "/usr/bin/python3", "-B", "-c",
                    "import sys; sys.path.insert(0, sys.argv[1])\n"
                    "import bus_client; print(bus_client.namespace_id())",
                    os.path.dirname(os.path.abspath(__file__))).stdout.strip()
        self.assertNotEqual(other, namespace_id())
        for netns in (other, "inode:4:1", "cookie:", "x"):
            with self.nothing_written(), self.refused("WrongNamespace"):
                self.ops.apply(FIVE, netns=netns)
        for netns in ("n" * 65, "a\nb", "\x1b[2J"):
            with self.nothing_written(), self.refused("InvalidArgs"):
                self.ops.apply(FIVE, netns=netns)

    def test_a_helper_in_another_namespace_leaves_this_ones_journal_alone(self):
        """A container that was restarted with its /run: same boot, another namespace."""
        identity = self.ops.apply(FIVE, timeout=3600)[0]
        self.helper.kill()
        journals = file_tree(RUN)
        recover("unshare", "-n")
        self.assert_values(new())
        for path, was in journals.items():
            self.assertEqual(file_tree(RUN)[path], was)
        self.start()
        self.assertEqual(self.ops.rollback(identity)[0], "rolled_back")
        self.assert_values(old())


class Bound(ArmedTest):
    def test_sigterm_with_a_bound_change(self):
        identity = self.ops.apply(FIVE, flags=BOUND)[0]
        self.helper.signal(signal.SIGTERM)
        self.assertEqual(self.helper.process.wait(60), 0)
        self.assert_values(old())
        self.assertTrue(any(identity in name for name in os.listdir(STATE + "/history")))


if __name__ == "__main__":
    main(together=True)

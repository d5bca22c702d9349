#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Others at work at the same time: a second apply, another tool that sets the same keys."""
import fcntl
import os
import threading

from bus_client import FORCE, PERSIST, Client, Refused, wait_until
from harness import (CONFIGURATION, DROP_IN, FIVE, ONE, OPS, RUN, BusTest, file_tree, key_path,
                     main, new, old, read, run, set_sysctl, sysctl, values, write)

KEY = ONE[0][0]


class TwoAtOnce(BusTest):
    def setUp(self):
        super().setUp()
        self.start()

    def test_one_wins_and_the_other_is_told_so(self):
        """Twenty times two calls, sent together."""
        pairs = 0
        for _ in range(20):
            first, second = self.client(OPS), self.client(0)
            for client in (first, second):
                client.begin_apply(FIVE)
            endings, identity = [], ""
            for client in (first, second):
                try:
                    identity, state, _, _ = client.finish()
                    endings.append(state)
                except Refused as refused:
                    endings.append(refused.fault)
            self.assertEqual(sorted(endings), ["Busy", "applied"])
            self.assert_values(new())
            self.root.rollback(identity)
            self.assert_values(old())
            pairs += 1
            for client in (first, second):
                client.close()
                self.clients.remove(client)
        self.assertEqual(pairs, 20)

    def test_while_one_is_armed_nothing_else_begins(self):
        identity = self.client(OPS).apply(ONE)[0]
        for call in (lambda: self.root.apply(FIVE[1:]), self.root.checkpoint):
            with self.nothing_written(), self.refused("Busy"):
                call()
        self.assertEqual(self.root.rollback(identity)[0], "rolled_back")
        identity = self.root.checkpoint()[0]
        with self.nothing_written(), self.refused("Busy"):
            self.client(OPS).apply(ONE)
        self.assertEqual(self.root.confirm(identity)[0], "committed")

    def test_an_older_commit_is_not_undone_under_an_armed_change(self):
        committed = self.root.apply(ONE, flags=PERSIST)[0]
        self.root.confirm(committed)
        armed = self.root.apply(FIVE[1:])[0]
        with self.nothing_written(), self.refused("Busy"):
            self.root.rollback(committed)
        self.assertEqual(self.root.confirm(armed)[0], "committed")
        self.assertEqual(self.root.rollback(committed)[0], "rolled_back")

    def test_another_process_with_the_lock_is_at_work(self):
        identity = self.root.apply(ONE)[0]
        self.root.rollback(identity)
        with open(RUN + "/lock", "ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with self.nothing_written(), self.refused("Busy"):
                self.root.apply(ONE)
        self.assertEqual(self.root.apply(ONE)[1], "applied")
        # And the other way round: ours holds it while something is armed.
        with open(RUN + "/lock", "ab") as lock, self.assertRaises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def test_a_second_helper_does_not_get_the_name(self):
        identity = self.root.apply(FIVE)[0]
        own = self.root.helper_pid()
        result = run("/usr/libexec/tcptuned", check=False, env={"PATH": "/usr/bin:/bin"})
        self.assertNotEqual(result.returncode, 0)
        self.assertEqual(self.root.helper_pid(), own)
        self.assertEqual(self.root.transaction(identity)["state"], "applied")
        self.assert_values(new())


class AnotherTool(BusTest):
    def setUp(self):
        super().setUp()
        self.start()
        self.ops = self.client(OPS)

    def test_a_value_changed_between_plan_and_apply(self):
        set_sysctl("net.ipv4.tcp_fin_timeout", "61")
        set_sysctl("net.ipv4.tcp_keepalive_time", "7100")
        with self.nothing_written(), self.refused("Drift") as caught:
            self.ops.apply(FIVE, flags=PERSIST)
        # All of them at once, each with what was found.
        message = caught.exception.message
        self.assertIn("net.ipv4.tcp_fin_timeout is 61, not 60", message)
        self.assertIn("net.ipv4.tcp_keepalive_time is 7100, not 7200", message)
        self.assertEqual(self.ops.state(), "idle")

    def test_a_value_changed_before_the_confirmation_takes_everything_back(self):
        identity = self.ops.apply(FIVE, flags=PERSIST)[0]
        set_sysctl("net.ipv4.tcp_fin_timeout", "77")
        state, reason, items = self.ops.confirm(identity)
        self.assertEqual((state, reason), ("rolled_back_with_conflicts", "drift"))
        conflicts = [item for item in items if item[1] == "conflict"]
        self.assertEqual([(item[0], item[3]) for item in conflicts],
                         [("net.ipv4.tcp_fin_timeout", "77")])
        expected = old()
        expected[1] = "77"
        self.assert_values(expected)
        self.assertFalse(os.path.exists(DROP_IN))

    def test_a_loader_that_runs_while_it_is_armed_is_drift(self):
        """As `sysctl --system` does when a package is installed meanwhile."""
        write(CONFIGURATION + "/99-vendor.conf", "net.core.somaxconn = 4096\n")
        identity = self.ops.apply(FIVE)[0]
        for line in read(CONFIGURATION + "/99-vendor.conf").decode().splitlines():
            set_sysctl(*line.split(" = "))
        state, reason, _ = self.ops.confirm(identity)
        self.assertEqual((state, reason), ("rolled_back", "drift"))
        self.assert_values(old())

    def test_a_third_value_is_left_alone_by_the_rollback_unless_forced(self):
        identity = self.ops.apply(FIVE)[0]
        set_sysctl(KEY, "9999")
        state, _, items = self.ops.rollback(identity)
        self.assertEqual(state, "rolled_back_with_conflicts")
        self.assertEqual([item[1] for item in items if item[0] == KEY], ["conflict"])
        self.assert_values(["9999", *old()[1:]])
        set_sysctl(KEY, "4096")
        identity = self.ops.apply(FIVE)[0]
        set_sysctl(KEY, "9999")
        self.assertEqual(self.ops.rollback(identity, FORCE)[0], "rolled_back")
        self.assert_values(old())

    def test_the_same_for_a_committed_change(self):
        identity = self.ops.apply(FIVE, flags=PERSIST)[0]
        self.ops.confirm(identity)
        set_sysctl(KEY, "9999")
        self.assertEqual([row[3] for row in self.ops.call("Verify")[0] if row[0] == KEY],
                         ["differs"])
        state, _, _ = self.ops.rollback(identity)
        self.assertEqual(state, "rolled_back_with_conflicts")
        self.assert_values(["9999", *old()[1:]])
        self.assertFalse(os.path.exists(DROP_IN))

    def test_a_key_that_the_kernel_no_longer_has(self):
        identity = self.ops.apply(FIVE)[0]
        run("mount", "-t", "tmpfs", "tmpfs", os.path.dirname(key_path(KEY)))
        try:
            state, _, items = self.ops.rollback(identity)
        finally:
            run("umount", os.path.dirname(key_path(KEY)))
        self.assertEqual([item[1] for item in items if item[0] == KEY], ["gone"])
        self.assertEqual([item[1] for item in items[1:]], ["restored"] * 4)
        self.assertEqual(state, "rolled_back")
        self.assert_values([new()[0], *old()[1:]])

    def test_a_committed_drop_in_that_somebody_edited_is_never_overwritten(self):
        first = self.ops.apply(ONE, flags=PERSIST)[0]
        self.ops.confirm(first)
        with open(DROP_IN, "ab") as file:
            file.write(b"net.ipv4.tcp_syncookies = 2\n")
        before = file_tree(CONFIGURATION)
        with self.refused("DropInModified"):
            self.ops.apply(FIVE[1:], flags=PERSIST)
        state, _, items = self.ops.rollback(first)
        self.assertEqual(state, "rolled_back_with_conflicts")
        self.assertIn((DROP_IN, "conflict"), [item[:2] for item in items])
        self.assertEqual(file_tree(CONFIGURATION), before)
        self.assertEqual(values(ONE), old(ONE))


class DuringTheWrites(BusTest):
    """A tool that writes in the moment between two of our system calls, held open by strace."""

    def foreign_write(self, after, key, value):
        """Sets the key after our nth write has been done and before what we do next."""
        self.start(strace=("-e", "trace=pwrite64", "-e",
                           f"inject=pwrite64:delay_exit=700000:when={after}"))
        target = FIVE[after - 1]
        state = []

        def meddle():
            wait_until(lambda: sysctl(target[0]) == target[2], "our write", pause=0.002)
            set_sysctl(key, value)
            state.append(True)
        thread = threading.Thread(target=meddle)
        thread.start()
        # With another connection than the one that the rest of the test looks with.
        client = Client(OPS)
        try:
            result = client.apply(FIVE, flags=PERSIST)
        finally:
            thread.join()
            client.close()
        self.assertTrue(state)
        return result

    def test_before_we_read_the_same_key_back(self):
        _, state, reason, items = self.foreign_write(2, "net.ipv4.tcp_fin_timeout", "99")
        self.assertEqual((state, reason), ("rolled_back_with_conflicts", "write_failed"))
        self.assertEqual([item[1] for item in items if item[0] == "net.ipv4.tcp_fin_timeout"],
                         ["conflict"])
        expected = old()
        expected[1] = "99"
        self.assert_values(expected)

    def test_after_we_read_it_back_and_before_the_last_key(self):
        _, state, reason, _ = self.foreign_write(4, KEY, "99")
        self.assertEqual((state, reason), ("rolled_back_with_conflicts", "drift"))
        self.assert_values(["99", *old()[1:]])
        self.assertFalse(os.path.exists(DROP_IN))


if __name__ == "__main__":
    main()

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Hostile files and disks: a drop-in that is something else, a damaged journal, a disk that is
full, read-only or limited."""
import contextlib
import os
import resource
import shutil

from bus_client import PERSIST, Refused, namespace_id, wait_until
from harness import (CONFIGURATION, DROP_IN, FIVE, ONE, OPS, PLAIN, RUN, STATE, BusTest, Helper,
                     file_tree, main, new, old, read, run, set_sysctl, values, write)


def mounted(place, options):
    os.makedirs(place, exist_ok=True)
    run("mount", "-t", "tmpfs", "-o", options, "tmpfs", place)


class DropIn(BusTest):
    """Something else lies where the drop-in belongs: told before any write, never replaced."""

    def setUp(self):
        super().setUp()
        self.start()
        self.ops = self.client(OPS)
        identity = self.ops.apply(ONE, flags=PERSIST)[0]
        self.ops.confirm(identity)
        self.good = read(DROP_IN)
        self.committed = identity

    def assert_left_alone(self):
        before = file_tree(CONFIGURATION), os.lstat(DROP_IN).st_ino
        with self.nothing_written(), self.refused("DropInModified", "WriteFailed") as caught:
            self.ops.apply(FIVE[1:], flags=PERSIST)
        self.assertIn(DROP_IN, caught.exception.message)
        # Without the file the change is none of its business.
        identity = self.ops.apply(FIVE[1:])[0]
        self.ops.rollback(identity)
        state, _, items = self.ops.rollback(self.committed)
        self.assertIn(state, ("rolled_back_with_conflicts", "rollback_incomplete"))
        self.assertIn(DROP_IN, [item[0] for item in items])
        self.assertEqual((file_tree(CONFIGURATION), os.lstat(DROP_IN).st_ino), before)
        self.assertEqual(values(ONE), old(ONE))

    def test_a_link(self):
        write("/etc/other.conf", self.good)
        os.unlink(DROP_IN)
        os.symlink("/etc/other.conf", DROP_IN)
        self.assert_left_alone()
        self.assertEqual(read("/etc/other.conf"), self.good)

    def test_a_link_to_a_secret(self):
        os.unlink(DROP_IN)
        os.symlink("/etc/shadow", DROP_IN)
        self.assert_left_alone()

    def test_a_second_name_for_it(self):
        os.link(DROP_IN, CONFIGURATION + "/backup")
        self.assert_left_alone()

    def test_a_directory(self):
        os.unlink(DROP_IN)
        os.mkdir(DROP_IN)
        self.assert_left_alone()

    def test_a_pipe(self):
        os.unlink(DROP_IN)
        os.mkfifo(DROP_IN)
        self.assert_left_alone()

    def test_a_file_of_somebody_else(self):
        os.chown(DROP_IN, PLAIN, PLAIN)
        self.assert_left_alone()

    def test_a_file_that_others_may_write(self):
        os.chmod(DROP_IN, 0o666)
        self.assert_left_alone()

    def test_an_edited_file(self):
        write(DROP_IN, self.good.replace(b"5001", b"5002"))
        self.assert_left_alone()

    def test_a_foreign_file(self):
        write(DROP_IN, "net.core.somaxconn = 1\n")
        self.assert_left_alone()

    def test_a_cut_off_file(self):
        write(DROP_IN, self.good[:-5])
        self.assert_left_alone()

    def test_replaced_between_apply_and_confirm(self):
        for replace in (lambda: write(DROP_IN, "x = 1\n"), lambda: os.unlink(DROP_IN) or
                        os.symlink("/etc/passwd", DROP_IN)):
            identity = self.ops.apply(FIVE[1:], flags=PERSIST)[0]
            replace()
            before = file_tree(CONFIGURATION)
            state, reason, _ = self.ops.confirm(identity)
            self.assertEqual((state, reason), ("rolled_back", "file_failed"))
            self.assert_values(new(ONE) + old()[1:])
            self.assertEqual(file_tree(CONFIGURATION), before)
            os.unlink(DROP_IN)
            write(DROP_IN, self.good)

    def test_a_directory_that_others_may_write(self):
        os.chmod(CONFIGURATION, 0o777)
        try:
            with self.nothing_written(), self.refused("WriteFailed", "DropInModified"):
                self.ops.apply(FIVE[1:], flags=PERSIST)
        finally:
            os.chmod(CONFIGURATION, 0o755)


class FullDisk(BusTest):
    def setUp(self):
        super().setUp()
        self.mounts = []

    def tearDown(self):
        super().tearDown()
        for place in reversed(self.mounts):
            run("umount", place)

    def mount(self, place, options):
        mounted(place, options)
        self.mounts.append(place)

    def fill(self, place):
        with open(os.path.join(place, "filler"), "wb", buffering=0) as file, \
                contextlib.suppress(OSError):
            while True:
                file.write(b"x" * 4096)

    def assert_refused_and_then_served(self, place, *faults):
        self.start()
        with self.nothing_written(), self.refused(*faults):
            self.root.apply(FIVE, flags=PERSIST)
        self.assertEqual(self.root.state(), "idle")
        os.unlink(os.path.join(place, "filler"))
        identity = self.root.apply(FIVE, flags=PERSIST)[0]
        self.assertEqual(self.root.confirm(identity)[0], "committed")
        self.assert_values(new())

    def test_no_room_where_the_drop_in_goes(self):
        self.mount(CONFIGURATION, "mode=755,size=16k")
        self.fill(CONFIGURATION)
        self.assert_refused_and_then_served(CONFIGURATION, "NoSpace")

    def test_no_room_for_the_history(self):
        self.mount(STATE, "mode=700,size=64k")
        self.fill(STATE)
        self.assert_refused_and_then_served(STATE, "NoSpace")

    def test_no_room_for_the_journal(self):
        self.mount(RUN, "mode=700,size=16k")
        self.fill(RUN)
        self.assert_refused_and_then_served(RUN, "NoSpace")

    def test_no_name_is_left_where_the_drop_in_goes(self):
        self.mount(CONFIGURATION, "mode=755,size=16k,nr_inodes=2")
        self.fill(CONFIGURATION)
        self.assert_refused_and_then_served(CONFIGURATION, "NoSpace")

    def test_it_fills_up_between_apply_and_confirm(self):
        self.mount(CONFIGURATION, "mode=755,size=16k")
        self.start()
        identity = self.root.apply(FIVE, flags=PERSIST)[0]
        self.fill(CONFIGURATION)
        state, reason, items = self.root.confirm(identity)
        self.assertEqual((state, reason), ("rolled_back", "file_failed"))
        self.assert_values(old())
        self.assertFalse(os.path.exists(DROP_IN))
        self.assertEqual([item[1] for item in items], ["restored"] * 5 + ["failed"])

    def test_a_read_only_disk(self):
        self.mount(CONFIGURATION, "mode=755")
        run("mount", "-o", "remount,ro", CONFIGURATION)
        self.start()
        with self.nothing_written(), self.refused("WriteFailed"):
            self.root.apply(FIVE, flags=PERSIST)
        # Only running values need no disk there.
        self.root.rollback(self.root.apply(FIVE)[0])

    def test_no_directory_for_the_drop_in(self):
        os.rmdir(CONFIGURATION)
        self.start()
        with self.refused("WriteFailed"):
            self.root.apply(FIVE, flags=PERSIST)
        self.assert_values(old())
        self.root.rollback(self.root.apply(FIVE)[0])

    def test_read_only_between_apply_and_confirm(self):
        self.mount(CONFIGURATION, "mode=755")
        self.start()
        identity = self.root.apply(FIVE, flags=PERSIST)[0]
        run("mount", "-o", "remount,ro", CONFIGURATION)
        state, reason, _ = self.root.confirm(identity)
        self.assertEqual((state, reason), ("rolled_back", "file_failed"))
        self.assert_values(old())


class Limits(BusTest):
    def test_a_file_size_limit_of_nothing_is_an_error_and_not_the_end(self):
        self.start(limits=((resource.RLIMIT_FSIZE, 0),))
        with self.nothing_written(), self.refused("WriteFailed", "NoSpace"):
            self.root.apply(FIVE, flags=PERSIST)
        self.assertEqual(self.helper.process.poll(), None)
        self.assertEqual(self.root.state(), "idle")

    def test_hardly_any_descriptors(self):
        """It does not start, or refuses, or does all of it; and whoever calls gets an answer."""
        endings = set()
        for number in range(8, 32, 1):
            self.helper = Helper(limits=((resource.RLIMIT_NOFILE, number),))
            wait_until(lambda: self.root.has_owner() or self.helper.process.poll() is not None,
                       "it is there or has ended")
            if self.helper.process.poll() is None:
                with self.subTest(number=number):
                    endings.add(self.attempt())
            self.end_helpers()
            self.start()  # with enough of them it mends what may be left
            self.assert_values(old())
            self.assertFalse(os.path.exists(DROP_IN))
            self.end_helpers()
        self.assertIn("applied", endings)
        self.assertGreater(len(endings), 1)

    def attempt(self):
        client = self.client(OPS)
        try:
            identity, state, _, _ = client.call("Apply", FIVE, 60, namespace_id(), PERSIST, "", "",
                                                timeout=15)
            client.rollback(identity)
            return state
        except Refused as refused:
            self.assertNotIn(refused.fault, ("NoReply", "Disconnected"), str(refused))
            return refused.fault

    def test_no_standard_streams(self):
        self.start(prefix=("sh", "-c", 'exec "$0" "$@" <&- >&- 2>&-'))
        identity = self.root.apply(FIVE, flags=PERSIST)[0]
        self.assertEqual(self.root.confirm(identity)[0], "committed")
        self.assertEqual(self.root.rollback(identity)[0], "rolled_back")
        self.assert_values(old())
        self.assertFalse(os.path.exists(DROP_IN))


class DamagedJournal(BusTest):
    def armed_and_killed(self):
        self.start()
        identity = self.root.apply(FIVE, timeout=3600)[0]
        self.helper.kill()
        self.helper = None
        self.journal = next(os.path.join(RUN, name) for name in os.listdir(RUN)
                            if name.startswith("journal"))
        return identity

    def assert_kept_and_nothing_begun(self):
        """Nothing is guessed: a person has to look."""
        before = values(), file_tree(RUN).get(self.journal)
        self.start()
        try:
            self.assertEqual(self.root.state(), "recovery_required")
            for call in (lambda: self.root.apply(ONE), self.root.checkpoint):
                with self.refused("RecoveryRequired"):
                    call()
            self.assertEqual((values(), file_tree(RUN).get(self.journal)), before)
        finally:
            self.end_helpers()

    def test_damage_of_every_kind(self):
        self.armed_and_killed()
        good = read(self.journal)
        first = good.index(b"\n")
        flipped = bytearray(good)
        flipped[first // 2] ^= 1
        newer = good.replace(b" v=1 ", b" v=9 ", 1)
        self.assertNotEqual(newer, good)
        for damage in (bytes(flipped), b"x" + good, good[first + 1:]):
            write(self.journal, damage, 0o600)
            self.assert_kept_and_nothing_begun()
        for make in (lambda: os.symlink("/etc/passwd", self.journal),
                     lambda: os.mkdir(self.journal), lambda: os.mkfifo(self.journal)):
            os.unlink(self.journal)
            make()
            self.assert_kept_and_nothing_begun()
            (os.rmdir if os.path.isdir(self.journal) and not os.path.islink(self.journal)
             else os.unlink)(self.journal)
            write(self.journal, good, 0o600)
        os.chown(self.journal, PLAIN, 0)
        self.assert_kept_and_nothing_begun()
        os.chown(self.journal, 0, 0)
        os.link(self.journal, "/run/second-name")
        self.assert_kept_and_nothing_begun()
        os.unlink("/run/second-name")
        # Whole again, it still leads back.
        write(self.journal, good, 0o600)
        self.start()
        self.assertEqual(self.root.state(), "armed")
        self.assertEqual(self.root.rollback(self.root.transactions()[0][0])[0], "rolled_back")
        self.assert_values(old())

    def test_a_torn_end_leads_to_all_old_or_to_the_armed_values(self):
        identity = self.armed_and_killed()
        good = read(self.journal)
        endings = set()
        end = good.rindex(b"\n", 0, -1) + 1  # of what was there when the values stood
        for length in [*range(end, len(good), 9), len(good)]:
            for key, _, desired in FIVE:
                set_sysctl(key, desired)
            shutil.rmtree(STATE, ignore_errors=True)
            write(self.journal, good[:length], 0o600)
            self.start()
            state = self.root.state()
            self.assertEqual(values(), new() if state == "armed" else old())
            endings.add(state)
            self.helper.kill()
            write(self.journal, b"", 0o600)
        self.assertEqual(endings, {"armed", "idle"})
        self.assertTrue(identity)

    def test_a_state_directory_of_somebody_else(self):
        for place in (RUN, STATE):
            os.makedirs(place, mode=0o700, exist_ok=True)
            os.chown(place, PLAIN, PLAIN)
            self.start()
            with self.nothing_written(), self.refused("RecoveryRequired", "WriteFailed"):
                self.root.apply(FIVE, flags=PERSIST)
            self.helper.kill()
            os.chown(place, 0, 0)
        os.rmdir(RUN) if not os.listdir(RUN) else shutil.rmtree(RUN)
        os.symlink("/etc", RUN)
        before = os.listdir("/etc")
        self.start()
        with self.nothing_written(), self.refused("RecoveryRequired", "WriteFailed"):
            self.root.apply(FIVE)
        self.assertEqual(os.listdir("/etc"), before)
        os.unlink(RUN)


if __name__ == "__main__":
    main(together=True)

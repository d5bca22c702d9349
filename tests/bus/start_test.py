#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""How the helper starts, what may steer it, what it tells: activation, environment, signals,
properties, history, checkpoints."""
import contextlib
import os
import re
import subprocess

from bus_client import BOUND, PERSIST, Refused, wait_until
from harness import (CONFIGURATION, DROP_IN, FIVE, HELPER, HELPER_LOG, NOBODY, ONE, OPS, RUN, STATE,
                     BusTest, Helper, file_tree, main, new, old, read, run, set_sysctl, sysctl,
                     write)

CLEAN = {"PATH": "/usr/bin:/bin"}


class Activation(BusTest):
    def test_the_first_call_starts_it_as_root(self):
        client = self.client(OPS)
        self.assertFalse(client.has_owner())
        identity, state, _, _ = client.apply(FIVE, flags=PERSIST)
        self.assertEqual(state, "applied")
        pid = client.helper_pid()
        self.assertEqual(os.stat(f"/proc/{pid}").st_uid, 0)
        self.assertEqual(client.confirm(identity)[0], "committed")
        self.assertEqual(os.stat(RUN).st_mode & 0o7777, 0o700)
        self.assertEqual(os.stat(STATE).st_mode & 0o7777, 0o700)
        for path, (mode, uid, _) in file_tree(RUN, STATE).items():
            self.assertEqual((uid, mode & 0o077), (0, 0), path)

    def test_a_call_of_nobody_starts_it_and_changes_nothing(self):
        with self.nothing_written(), self.refused("InteractiveAuthorizationRequired"):
            self.client(NOBODY).apply(FIVE)

    def test_it_writes_with_its_own_mode_and_not_the_callers(self):
        """Started with a careless umask, the files are as narrow as ever."""
        self.start(prefix=("sh", "-c", 'umask 0; exec "$0" "$@"'))
        identity = self.root.apply(ONE, flags=PERSIST)[0]
        self.root.confirm(identity)
        for path, (mode, _, _) in file_tree(RUN, STATE).items():
            self.assertEqual(mode & 0o077, 0, path)
        self.assertEqual(os.stat(DROP_IN).st_mode & 0o7777, 0o644)


class Environment(BusTest):
    def test_an_unknown_variable_of_ours_is_refused(self):
        for name in ("TCPTUNE_RULES", "TCPTUNE_X", "TCPTUNE_NO_POLKIT", "TCPTUNE_"):
            result = run(HELPER, check=False, env={**CLEAN, name: "\x1b[2J"})
            self.assertEqual(result.returncode, 78, name)
            self.assertNotIn("\x1b", result.stderr)
            self.assertIn(name, result.stderr)

    def test_no_variable_moves_it_to_another_bus(self):
        """A bus without polkit, made by whoever can set a variable."""
        self.helper = Helper(environment={
            "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/run/elsewhere", "LANG": "../../x",
            "LC_ALL": "tr_TR", "DBUS_STARTER_ADDRESS": "unix:path=/run/elsewhere",
            "LD_LIBRARY_PATH": "", "SYSTEMD_BUS_TIMEOUT": "0"}).wait_on_bus(self.root)
        with self.refused("InteractiveAuthorizationRequired"):
            self.client(NOBODY).apply(ONE)

    def test_the_program_of_users_has_no_switch_that_moves_its_files(self):
        for word in ("--state=/x", "--run=/x", "--conf=/x", "--rules=/x", "--root=/x", "--nonsense",
                     "extra", "--idle-exit=", "--idle-exit=-1", "--idle-exit=nan",
                     "--idle-exit=1e99", "\x1b[2J"):
            result = run(HELPER, word, check=False, env=CLEAN)
            self.assertEqual(result.returncode, 64, word)
            self.assertNotIn("\x1b", result.stderr)

    def test_it_tells_its_version(self):
        self.assertRegex(run(HELPER, "--version", env=CLEAN).stdout, r"^tcptuned \d+\.\d+")

    def test_without_a_bus_it_says_so(self):
        result = run("unshare", "--mount", "sh", "-c",
                     "mount -t tmpfs tmpfs /run && exec " + HELPER, check=False, env=CLEAN)
        self.assertEqual(result.returncode, 69)
        self.assertIn("system bus", result.stderr)


class Told(BusTest):
    def setUp(self):
        super().setUp()
        self.start()
        self.ops = self.client(OPS)

    def test_everybody_hears_of_changes_and_nobody_of_values(self):
        log = "/run/signals.log"
        with open(log, "wb") as file:
            monitor = subprocess.Popen(
                ["dbus-monitor", "--system", "type=signal,interface=org.tcptune1"],
                stdout=file, stderr=file)
        try:
            wait_until(lambda: b"NameLost" in read(log), "the monitor listens")
            first = self.ops.apply(FIVE)[0]
            self.ops.confirm(first)
            second = self.ops.apply([(ONE[0][0], "5001", "5002")], flags=BOUND)[0]
            self.ops.rollback(second)
            wait_until(lambda: b"rolled_back" in read(log), "the signals are there")
        finally:
            monitor.kill()
            monitor.wait()
        text = read(log).decode()
        self.assertEqual(text.count("member=TransactionChanged"), 4)
        self.assertLess(text.index(first), text.index(second))
        for state in ("applied", "committed", "rolled_back"):
            self.assertIn(f'string "{state}"', text)
        # Times and ids have digits of their own.
        told = re.sub(r'time=\S+|string "[0-9a-f]{32}"', "", text)
        self.assertNotIn("5001", told)
        self.assertNotIn("somaxconn", told)

    def test_the_log_names_who_what_and_how(self):
        identity = self.ops.apply(FIVE, label="CHG-9: x")[0]
        self.ops.rollback(identity)
        # It is written after the caller has been answered.
        for line in (f"{identity}: applied (asked)", f"{identity}: rolled_back (asked)",
                     "net.core.somaxconn: restored", "net.ipv4.ip_local_reserved_ports: restored"):
            wait_until(lambda line=line: line in read(HELPER_LOG).decode(), line)

    def test_the_newest_fifty_are_remembered(self):
        for number in range(55):
            identity = self.ops.apply(ONE, label=f"n{number}")[0]
            self.ops.rollback(identity)
        self.assertEqual(len(self.ops.transactions()), 50)
        self.assertEqual(self.ops.transactions()[0], (identity, "rolled_back"))
        self.assertEqual(len(os.listdir(STATE + "/history")), 50)
        self.assertLess(max(os.path.getsize(os.path.join(STATE, "history", name))
                            for name in os.listdir(STATE + "/history")), 256 * 1024)

    def test_what_is_committed_is_verified_against_the_kernel(self):
        identity = self.ops.apply(FIVE, flags=PERSIST)[0]
        self.ops.confirm(identity)
        verdicts = {row[0]: row[3] for row in self.ops.call("Verify")[0]}
        self.assertEqual(verdicts, {key: "same" for key, _, _ in FIVE})
        set_sysctl("net.core.somaxconn", "1")
        rows = {row[0]: row[1:] for row in self.ops.call("Verify")[0]}
        self.assertEqual(rows["net.core.somaxconn"], ("5001", "1", "differs"))

    def test_a_confirmation_whose_answer_got_lost_may_be_repeated(self):
        identity = self.ops.apply(FIVE, flags=PERSIST)[0]
        self.assertEqual(self.ops.confirm(identity)[0], "committed")
        with self.nothing_written():
            self.assertEqual(self.client(OPS).confirm(identity)[0], "committed")
            with contextlib.suppress(Refused):
                self.client(NOBODY).confirm(identity)
        self.assertEqual(self.ops.transaction(identity)["state"], "committed")

    def test_a_step_that_is_set_already_is_unchanged(self):
        changes = [(ONE[0][0], "4096", "4096"), FIVE[1]]
        _, state, _, items = self.ops.apply(changes)
        self.assertEqual(state, "applied")
        self.assertEqual([item[1] for item in items], ["unchanged", "applied"])


class Checkpoint(BusTest):
    def setUp(self):
        super().setUp()
        self.start()
        self.ops = self.client(OPS)

    def somebody_else(self):
        for key, _, desired in FIVE:
            set_sysctl(key, desired)

    def test_what_others_changed_is_written_back(self):
        identity, state, _, items = self.ops.checkpoint(label="playbook")
        self.assertEqual((state, items), ("applied", []))
        self.somebody_else()
        state, _, items = self.ops.rollback(identity)
        self.assertEqual(state, "rolled_back")
        self.assertEqual({(item[0], item[1]) for item in items},
                         {(key, "restored") for key, _, _ in FIVE})
        self.assert_values(old())

    def test_kept_it_stays_writes_no_file_and_can_be_taken_back(self):
        identity = self.ops.checkpoint()[0]
        self.somebody_else()
        state, _, items = self.ops.confirm(identity)
        self.assertEqual(state, "committed")
        self.assertEqual({(item[0], item[2], item[3]) for item in items}, set(FIVE))
        self.assert_values(new())
        self.assertEqual(os.listdir(CONFIGURATION), [])
        # And later taken back like any other change.
        set_sysctl("net.core.somaxconn", "7")
        self.assertEqual(self.ops.rollback(identity)[0], "rolled_back_with_conflicts")
        self.assert_values(["7", *old()[1:]])

    def test_it_outlives_the_helper(self):
        identity = self.ops.checkpoint(timeout=3600)[0]
        self.somebody_else()
        self.helper.kill()
        self.start()
        self.assertEqual(self.ops.state(), "armed")
        self.assertEqual(self.ops.rollback(identity)[0], "rolled_back")
        self.assert_values(old())

    def test_files_of_others_are_not_touched(self):
        identity = self.ops.checkpoint()[0]
        write(CONFIGURATION + "/50-vendor.conf", "net.core.somaxconn = 7\n")
        set_sysctl("net.core.somaxconn", "7")
        self.ops.rollback(identity)
        self.assertEqual(sysctl("net.core.somaxconn"), "4096")
        self.assertEqual(os.listdir(CONFIGURATION), ["50-vendor.conf"])


if __name__ == "__main__":
    main(together=True)

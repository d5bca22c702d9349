#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What may be written is decided by rule files: those of strangers do not count."""
import os
import shutil

from bus_client import Refused
from harness import (FIVE, HELPER_LOG, LOCAL_RULES, ONE, PLAIN, RULES, BusTest, main, read, sysctl,
                     write)

KEY = ONE[0][0]
SYN = "net.ipv4.tcp_synack_retries"  # in no shipped rule file
DECLARATION = f"""schema = 1
[parameter]
key = "{SYN}"
summary = "x"
type = "int"
min = 1
max = 20
unit = "retries"
scope = "netns"
access = "apply"
takes_effect = "at once"
"""


class RuleFiles(BusTest):
    def setUp(self):
        super().setUp()
        os.makedirs(LOCAL_RULES)
        os.chmod(os.path.dirname(LOCAL_RULES), 0o755)
        os.chmod(LOCAL_RULES, 0o755)
        self.path = os.path.join(LOCAL_RULES, SYN + ".toml")
        self.was = sysctl(SYN)

    def request(self):
        """What the helper says to a change of the locally declared key."""
        self.start()
        try:
            identity = self.root.apply([(SYN, self.was, "7")])[0]
            self.root.rollback(identity)
            return "applied"
        except Refused as refused:
            return refused.fault
        finally:
            self.helper.kill()
            self.helper = None

    def assert_not_used(self):
        self.assertEqual(self.request(), "KeyNotAllowed")
        self.assertIn(LOCAL_RULES, read(HELPER_LOG).decode())
        # The others are as they were.
        self.start()
        self.root.rollback(self.root.apply(FIVE)[0])

    def assert_all_refused(self):
        """What an untrusted directory may mask is not known: no key is allowed at all."""
        self.assertEqual(self.request(), "KeyNotAllowed")
        self.assertIn(LOCAL_RULES.rsplit("/", 1)[0], read(HELPER_LOG).decode())
        self.start()
        with self.refused("KeyNotAllowed"):
            self.root.apply(FIVE)

    def test_a_declaration_of_root_counts(self):
        self.assertEqual(self.request(), "KeyNotAllowed")
        write(self.path, DECLARATION)
        self.assertEqual(self.request(), "applied")
        self.assertEqual(sysctl(SYN), self.was)

    def test_a_file_of_somebody_else(self):
        write(self.path, DECLARATION)
        os.chown(self.path, PLAIN, 0)
        self.assert_not_used()

    def test_a_file_that_others_may_write(self):
        for mode in (0o664, 0o646, 0o666):
            write(self.path, DECLARATION, mode)
            self.assert_not_used()
            self.end_helpers()

    def test_a_link(self):
        write("/etc/tcptune/elsewhere.toml", DECLARATION)
        os.symlink("/etc/tcptune/elsewhere.toml", self.path)
        self.assert_not_used()

    def test_a_pipe_a_directory_a_socket_and_a_device(self):
        for make in (lambda: os.mkfifo(self.path), lambda: os.mkdir(self.path),
                     lambda: os.mknod(self.path, 0o600 | 0o020000, os.makedev(1, 5))):
            make()
            self.assert_not_used()
            self.end_helpers()
            shutil.rmtree(self.path) if os.path.isdir(self.path) else os.unlink(self.path)

    def test_a_file_that_declares_another_key_than_its_name_or_nonsense(self):
        for text in (DECLARATION.replace(SYN, "net.ipv4.tcp_retries1"), "\x00\xff", "schema = 9",
                     DECLARATION.replace(f'"{SYN}"', '"kernel.core_pattern"'),
                     DECLARATION[:40], "[" * 100000, "x" * 2_000_000):
            write(self.path, text)
            self.assert_not_used()
            self.end_helpers()
            for key in ("kernel.core_pattern", "net.ipv4.tcp_retries1"):
                self.start()
                with self.refused("KeyNotAllowed"):
                    self.root.apply([(key, "1", "2")])
                self.end_helpers()

    def test_a_key_outside_net_cannot_be_declared_into_reach(self):
        key = "kernel.printk_delay"
        write(os.path.join(LOCAL_RULES, key + ".toml"), DECLARATION.replace(SYN, key))
        self.start()
        with self.refused("ReadOnly", "KeyMissing", "KeyNotAllowed"):
            self.root.apply([(key, "0", "7")])
        self.assertEqual(sysctl(key), "0")

    def test_a_directory_of_somebody_else_or_that_others_may_write(self):
        write(self.path, DECLARATION)
        for uid, mode in ((PLAIN, 0o755), (0, 0o775), (0, 0o777)):
            os.chown(LOCAL_RULES, uid, 0)
            os.chmod(LOCAL_RULES, mode)
            self.assert_all_refused()
            self.end_helpers()
        os.chown(LOCAL_RULES, 0, 0)
        os.chmod(LOCAL_RULES, 0o755)
        parent = os.path.dirname(LOCAL_RULES)
        os.chmod(parent, 0o777)
        try:
            self.assert_all_refused()
        finally:
            os.chmod(parent, 0o755)

    def test_a_mask_takes_a_shipped_key_away(self):
        for make in (lambda path: os.symlink("/dev/null", path), lambda path: write(path, "")):
            make(os.path.join(LOCAL_RULES, KEY + ".toml"))
            self.start()
            with self.refused("KeyNotAllowed"):
                self.root.apply(ONE)
            self.assertEqual(self.root.apply(FIVE[1:])[1], "applied")
            self.end_helpers()
            os.unlink(os.path.join(LOCAL_RULES, KEY + ".toml"))
            self.reset()
            os.makedirs(LOCAL_RULES)

    def test_no_rules_at_all_allow_nothing(self):
        for rules in (RULES, RULES.replace("/usr/", "/usr/local/")):
            os.chmod(rules, 0o777)
        try:
            self.start()
            for changes in (ONE, FIVE):
                with self.nothing_written(), self.refused("KeyNotAllowed"):
                    self.root.apply(changes)
        finally:
            for rules in (RULES, RULES.replace("/usr/", "/usr/local/")):
                os.chmod(rules, 0o755)


if __name__ == "__main__":
    main()

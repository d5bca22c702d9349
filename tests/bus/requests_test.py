#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Hostile requests, straight to the bus, by callers who are allowed to change things: refused with
the documented error, nothing written, nothing unescaped said."""
import contextlib
import os
import re

import dbus

from bus_client import PERSIST, Refused
from harness import (BEFORE, CONFIGURATION, DROP_IN, FIVE, HELPER_LOG, ONE, OPS, PLAIN, RULES,
                     STATE, BusTest, file_tree, kernel_tree, key_path, main, new, old, read, run,
                     sysctl, values)

FIN = "net.ipv4.tcp_fin_timeout"
PORTS = "net.ipv4.ip_local_port_range"
RESERVED = "net.ipv4.ip_local_reserved_ports"
MAXIMUM = 2**31 - 1
PRINTABLE = re.compile(r"[ -~]*")


class RequestTest(BusTest):
    def setUp(self):
        super().setUp()
        self.start()
        self.ops = self.client(OPS)
        self.tree = kernel_tree(), file_tree(CONFIGURATION)

    def tearDown(self):
        """Whatever was sent, in the end every value of the kernel is as it was."""
        with contextlib.suppress(Refused, StopIteration):
            self.root.rollback(next(row[0] for row in self.root.transactions()
                                    if row[1] == "applied"))
        self.assertEqual((kernel_tree(), file_tree(CONFIGURATION)), self.tree)
        super().tearDown()

    @contextlib.contextmanager
    def untouched(self):
        before = values(), file_tree(STATE, CONFIGURATION)
        yield
        self.assertEqual((values(), file_tree(STATE, CONFIGURATION)), before)

    def assert_refused(self, faults, changes, **more):
        """By the one who may, and before anybody asks who it is where the form is wrong."""
        for flags in (0, PERSIST):
            more["flags"] = more.get("flags", flags)
            with self.subTest(changes=str(changes)[:100], more=more), self.untouched(), \
                    self.refused(*faults) as caught:
                self.ops.apply(changes, **more)
            # What comes back is shown on terminals.
            self.assertTrue(PRINTABLE.fullmatch(caught.exception.message),
                            repr(caught.exception.message))
            self.assertLess(len(caught.exception.message), 20000)


class Keys(RequestTest):
    def test_what_is_not_the_name_of_a_sysctl(self):
        keys = ["net.ipv4.../../kernel/core_pattern", "net/ipv4/../../kernel/core_pattern",
                "net.ipv4.tcp_fin_timeout/../../../kernel/modprobe", "net/ipv4/..", "net..ipv4",
                "/etc/passwd", "/proc/sys/net/ipv4/tcp_fin_timeout", "net.ipv4.tcp_rmem/",
                "net/ipv4/tcp_fin_timeout", "net.ipv4/tcp_fin_timeout", "", ".", "..", "net",
                ".net.ipv4", "net.ipv4.", "a" * 129, "net." + "a" * 4096, FIN + "\n", "\n" + FIN,
                FIN + "=5", FIN + " ", " " + FIN, FIN + "\t", FIN + "\x1b[2J", FIN.upper(),
                "-" + FIN, "net.ipv4.*", "net.ipv4.tcp_f?n_timeout",
                "net.ipv4.tcp_fin_timeo\u0443t",
                "net.ipv4.tcp\u202e_fin", "%s%n%s%n", "net.ipv4.tcp_fin_timeout;reboot",
                "net.ipv4.$(reboot)", "net.ipv4.tcp_fin_timeout\\x00", "kernel\\.core_pattern"]
        for key in keys:
            self.assert_refused(("InvalidKey",), [(key, "60", "30")])
            # Also as the last of several.
            self.assert_refused(("InvalidKey",), [*ONE, (key, "60", "30")])

    def test_keys_that_no_rule_file_declares_or_that_are_only_advised_about(self):
        for key in ("kernel.core_pattern", "kernel.modprobe", "kernel.sysrq", "vm.swappiness",
                    "net.core.bpf_jit_enable", "net.core.bpf_jit_harden", "net.ipv4.tcp_rmem",
                    "net.ipv4.route.flush", "net.ipv6.route.flush", "net.ipv4.conf.all.rp_filter",
                    "net.ipv6.conf.all.stable_secret", "net.ipv4.tcp_fastopen_key", "fs.file-max",
                    "fs.nr_open", "net.ipv4.ip_forward", "net.ipv4.tcp_tw_recycle", "no.such.key"):
            self.assert_refused(("KeyNotAllowed",), [(key, "0", "1")])
        # The refusal names the key and shows no value of it.
        with self.refused("KeyNotAllowed") as caught:
            self.ops.apply([("kernel.ostype", "x", "y")])
        self.assertTrue(caught.exception.message.startswith("kernel.ostype: "))
        self.assertNotIn(sysctl("kernel.ostype"), caught.exception.message)

    def test_keys_that_this_kernel_does_not_have_or_does_not_let_us_write(self):
        for key in ("net.netfilter.nf_conntrack_max", "net.ipv4.tcp_tw_reuse_delay"):
            if os.path.exists(key_path(key)):
                continue
            self.assert_refused(("KeyMissing",), [(key, "1", "2" if "max" in key else "1")])
        # Read only in a child namespace: named all at once.
        backlog = "net.core.netdev_max_backlog"
        if not os.path.exists(key_path(backlog)):
            self.assert_refused(("KeyMissing",), [*ONE, (backlog, "1000", "2000")])

    def test_a_read_only_sysctl_tree(self):
        run("mount", "--bind", "/proc/sys/net/ipv4", "/proc/sys/net/ipv4")
        run("mount", "-o", "remount,bind,ro", "/proc/sys/net/ipv4")
        try:
            self.assert_refused(("ReadOnly",), FIVE)
            with self.refused("ReadOnly") as caught:
                self.ops.apply(FIVE)
            for key, _, _ in FIVE[1:]:
                self.assertIn(key, caught.exception.message)
        finally:
            run("umount", "/proc/sys/net/ipv4")
        self.assertEqual(self.ops.apply(FIVE)[1], "applied")

    def test_a_bind_mount_over_the_tree_is_no_obstacle(self):
        run("mount", "--bind", "/proc/sys/net", "/proc/sys/net")
        try:
            self.helper.kill()
            self.start()
            identity, state, _, _ = self.ops.apply(FIVE)
            self.assertEqual(state, "applied")
            self.assert_values(new())
            self.ops.rollback(identity)
        finally:
            run("umount", "--lazy", "/proc/sys/net")


class Values(RequestTest):
    def test_a_number_is_written_in_one_way_only(self):
        for value in ("010", "0x10", "+7", " 7", "7 ", "1e3", "7_7", "\u0667", "", " ", "-",
                      "--1", "7.0", "7,0", "0b1", "seven", "7\n", "\n7", "77 88", "77\n88",
                      "7\t", "1\nkernel.core_pattern=|/x", "1\rx", "\x1b[2J", "%n", "-0", "00"):
            self.assert_refused(("InvalidValue",), [(FIN, "60", value)])

    def test_a_number_has_bounds(self):
        for value in (2**31, 2**32, 2**32 + 30, 2**63, 10**19, 10**20, -(2**31), -2147484, 2147484):
            self.assert_refused(("InvalidValue",), [(FIN, "60", str(value))])
        for value in ("0", "-1", str(MAXIMUM + 1)):
            self.assert_refused(("InvalidValue",), [("net.core.somaxconn", "4096", value)])
        for value in ("1", str(MAXIMUM)):
            identity, state, _, items = self.ops.apply([("net.core.somaxconn", "4096", value)])
            self.assertEqual((state, items[0][3]), ("applied", value))
            self.ops.rollback(identity)
        self.assert_values(old())

    def test_every_declared_bound_of_the_shipped_rules_holds(self):
        """One below the smallest and one above the largest, of each key that may be written."""
        tried = 0
        for name in sorted(os.listdir(RULES)):
            if not name.endswith(".toml"):
                continue
            text = read(os.path.join(RULES, name)).decode()
            head = text[text.index("[parameter]"):].split("\n[", 1)[0]
            fields = dict(re.findall(r"^(\w+) *= *\"?([^\"\n#]*)", head, re.M))
            if fields["access"].strip() != "apply" or fields["type"].strip() != "int":
                continue
            key = fields["key"]
            for value in [int(fields[bound]) + step for bound, step in (("min", -1), ("max", 1))
                          if bound in fields]:
                self.assert_refused(("InvalidValue",), [(key, "1", str(value))])
                tried += 1
        self.assertGreater(tried, 20)

    def test_lists_have_their_length_and_do_not_fall(self):
        for value in ("20000", "20000 60999 1", "20000 60999 70000", "20000,60999", "20000-60999",
                      "20000\n60999", "20000  60999", "20000\t60999", "60999 20000", "0 60999",
                      "20000 65536", "20000 ", " 20000 60999", "20000 x", ""):
            self.assert_refused(("InvalidValue",), [(PORTS, "32768 60999", value)])

    def test_sets_of_ports(self):
        for value in ("1-", "-1", "5-3", "65536", "1-65536", "1,,2", "1, 2", "1;2", "a", "1-2-3",
                      ",", "1\n2", "70000-80000", "9" * 40):
            self.assert_refused(("InvalidValue",), [(RESERVED, "", value)])

    def test_enumerated_values(self):
        reuse = "net.ipv4.tcp_tw_reuse"
        now = sysctl(reuse)
        for value in ("3", "-1", "yes", "", "1 1"):
            self.assert_refused(("InvalidValue",), [(reuse, now, value)])

    def test_an_expected_value_that_is_not_the_kernels(self):
        for expected in ("59", "", "x", "60 60", "6O"):
            self.assert_refused(("Drift",), [(FIN, expected, "30")])
        for expected in ("60\n", "\x1b]0;x\x07", "\u202e60", "9" * 4097):
            self.assert_refused(("InvalidValue",), [(FIN, expected, "30")])

    def test_large_texts(self):
        for size in (4097, 65536):
            self.assert_refused(("InvalidValue", "InvalidArgs"), [(FIN, "60", "1" * size)])
        self.assert_refused(("InvalidArgs",), [(FIN, "60", "1" * 10**6)])
        self.assert_refused(("InvalidArgs", "InvalidKey"), [("k" * 10**6, "60", "1")])
        self.assert_refused(("InvalidArgs", "InvalidValue"), [(FIN, "6" * 10**6, "1")])

    def test_a_value_that_the_kernel_gives_back_otherwise_is_no_danger(self):
        """Sets of ports are joined by the kernel: what is compared is the set."""
        identity, state, _, _ = self.ops.apply([(RESERVED, "", "1000-1005,2000")])
        self.assertEqual((state, sysctl(RESERVED)), ("applied", "1000-1005,2000"))
        self.assertEqual(self.ops.rollback(identity)[0], "rolled_back")
        self.assertEqual(sysctl(RESERVED), "")
        self.assert_refused(("InvalidValue",), [(RESERVED, "", "1-3,2-5,9")])


class Arguments(RequestTest):
    def test_counts_and_doubles(self):
        self.assert_refused(("InvalidArgs",), dbus.Array([], signature="(sss)"))
        many = [(f"net.ipv4.key{number}", "1", "2") for number in range(65)]
        self.assert_refused(("InvalidArgs",), many)
        self.assert_refused(("InvalidArgs",), many * 154)
        self.assert_refused(("KeyNotAllowed",), many[:64])
        self.assert_refused(("InvalidArgs",), [*ONE, (FIN, "60", "30"), *ONE])

    def test_timeouts(self):
        for timeout in (0, 1, 9, 3601, 2**31, 2**32 - 1):
            self.assert_refused(("InvalidArgs",), ONE, timeout=timeout)
            with self.untouched(), self.refused("InvalidArgs"):
                self.ops.checkpoint(timeout=timeout)
        for timeout in (10, 3600):
            identity = self.ops.apply(ONE, timeout=timeout)[0]
            left = self.ops.transaction(identity)["left"]
            self.assertLessEqual(left, timeout)
            self.assertGreater(left, timeout - 9)
            self.ops.rollback(identity)

    def test_labels_and_digests(self):
        for label in ("x" * 65, "a\nb", "\x1b[?1047h", "\u202ecba", "caf\u00e9", "a\tb",
                      "x" * 10000,
                      "\x7f"):
            self.assert_refused(("InvalidArgs",), ONE, label=label)
            with self.untouched(), self.refused("InvalidArgs"):
                self.ops.checkpoint(label=label)
        for plan in ("0" * 63, "0" * 65, "G" * 64, "A" * 64, "0" * 63 + "\n", "/etc/shadow"):
            self.assert_refused(("InvalidArgs",), ONE, plan=plan)
        identity = self.ops.apply(ONE, label="%s%n $(x) `y` \\ \"'", plan="ab" * 32)[0]
        info = self.root.transaction(identity)
        self.assertEqual((info["label"], info["plan"]), ("%s%n $(x) `y` \\ \"'", "ab" * 32))

    def test_every_unknown_flag(self):
        for bit in range(2, 32):
            self.assert_refused(("Unsupported",), ONE, flags=2**bit)
            with self.untouched(), self.refused("Unsupported"):
                self.ops.checkpoint(flags=2**bit)
        with self.untouched(), self.refused("Unsupported"):
            self.ops.checkpoint(flags=PERSIST)
        identity = self.ops.apply(ONE)[0]
        for bit in range(1, 32):
            with self.untouched(), self.refused("Unsupported"):
                self.ops.rollback(identity, 2**bit)

    def test_ids_that_are_none_and_ids_of_nothing(self):
        for identity in ("", "x", "0" * 31, "0" * 33, "G" * 32, "A" * 32, "../armed", "*",
                         "0" * 31 + "\n", "/etc/shadow", "0" * 100000):
            for method, more in (("Confirm", ()), ("Rollback", (0,)), ("ExtendDeadline", (60,)),
                                 ("GetTransaction", ())):
                with self.untouched(), self.refused("InvalidArgs"):
                    self.ops.call(method, identity, *more)
        for method, more in (("Confirm", ()), ("Rollback", (0,)), ("ExtendDeadline", (60,)),
                             ("GetTransaction", ())):
            with self.untouched(), self.refused("NotFound"):
                self.ops.call(method, "0123456789abcdef" * 2, *more)

    def test_ids_cannot_be_guessed(self):
        seen = set()
        for _ in range(20):
            identity = self.ops.apply(ONE)[0]
            self.assertRegex(identity, "^[0-9a-f]{32}$")
            self.ops.rollback(identity)
            seen.add(identity)
        self.assertEqual(len(seen), 20)
        for place in range(0, 32, 4):
            self.assertGreater(len({identity[place:place + 4] for identity in seen}), 10)

    def test_wrong_types_and_missing_arguments(self):
        wrong = [("Apply", ""), ("Apply", "s", "x"), ("Apply", "a(sss)", ONE),
                 ("Apply", "a(ss)ususs", [("a", "b")], 60, "n", 0, "", ""),
                 ("Apply", "a{ss}ususs", {"a": "b"}, 60, "n", 0, "", ""),
                 ("Apply", "a(sss)isuss", ONE, 60, "n", 0, "", ""),
                 ("Apply", "a(sss)ususss", ONE, 60, "n", 0, "", "", ""),
                 ("Apply", "vususs", "x", 60, "n", 0, "", ""), ("Confirm", ""),
                 ("Confirm", "u", 1), ("Confirm", "ay", b"x"), ("Rollback", "s", "0" * 32),
                 ("Rollback", "sa{sv}", "0" * 32, dbus.Dictionary({}, signature="sv")),
                 ("ListTransactions", "s", "x"), ("Verify", "b", True)]
        for member, signature, *arguments in wrong:
            with self.subTest(member=member, signature=signature), self.untouched(), \
                    self.assertRaises(Refused):
                self.ops.send(self.ops.message(member, signature, *arguments))
        self.assertEqual(self.ops.state(), "idle")

    def test_callers_without_permission_learn_nothing_more(self):
        plain = self.client(PLAIN)
        for changes in ([("kernel.core_pattern", "a", "b")], [(FIN, "1", "2")], [(FIN, "60", "-9")],
                        ONE):
            with self.untouched(), self.refused("InteractiveAuthorizationRequired"):
                plain.apply(changes)

    def test_nothing_foreign_is_in_the_log_as_it_came(self):
        for text in ("a\nb", "\x1b[2J", "\u202e"):
            for changes, label in (([(text, "1", "2")], ""), ([(FIN, text, "2")], ""),
                                   ([(FIN, "60", text)], ""), (ONE, text)):
                with contextlib.suppress(Refused):
                    self.ops.apply(changes, label=label)
        self.assert_clean(HELPER_LOG)
        self.assertFalse(os.path.exists(STATE + "/history") and os.listdir(STATE + "/history"))


class WholeTree(RequestTest):
    def test_each_listed_key_changes_itself_and_nothing_else(self):
        """One apply at a time, all of /proc/sys/net before and after."""
        wanted = {"int": lambda value: str(int(value) + 1),
                  "bool": lambda value: str(1 - int(value))}
        tried = []
        for name in sorted(os.listdir(RULES)):
            key = name.removesuffix(".toml")
            text = read(os.path.join(RULES, name)).decode() if name.endswith(".toml") else ""
            if 'access       = "apply"' not in re.sub(r" +=", "       =", text) or \
                    not os.path.exists(key_path(key)):
                continue
            kind = re.search(r'^type *= *"([\w-]+)"', text, re.M)[1]
            now = sysctl(key)
            if kind == "enum":
                value = "0" if now != "0" else "1"
            elif kind == "int-list":
                first, *rest = now.split()
                value = " ".join([str(int(first) + 2), *rest])
            elif kind == "port-set":
                value = "50000-50003"
            else:
                value = wanted[kind](now)
            before = kernel_tree()
            try:
                identity, state, _, items = self.ops.apply([(key, now, value)])
            except Refused as refused:
                if refused.fault == "InvalidValue":  # at its largest already
                    value = str(int(now) - 1)
                    identity, state, _, items = self.ops.apply([(key, now, value)])
                else:
                    self.assertIn(refused.fault, ("ReadOnly", "KeyMissing"), str(refused))
                    continue
            with self.subTest(key=key):
                self.assertEqual((state, items[0][3]), ("applied", value))
                after = kernel_tree()
                self.assertEqual([path for path in before if after.get(path) != before[path]],
                                 [key_path(key)])
                self.assertEqual(self.ops.rollback(identity)[0], "rolled_back")
                self.assertEqual(kernel_tree(), before)
            tried.append(key)
        self.assertGreater(len(tried), 15, tried)

    def test_undoing_in_reverse_order_where_keys_depend_on_each_other(self):
        start = "net.ipv4.ip_unprivileged_port_start"
        changes = [(start, "1024", "500"), (PORTS, BEFORE[PORTS], "600 60999")]
        identity, state, _, _ = self.ops.apply(changes, flags=PERSIST)
        self.assertEqual(state, "applied")
        self.assertEqual(self.ops.rollback(identity)[0], "rolled_back")
        self.assertEqual(values(changes), old(changes))
        identity = self.ops.apply(changes, flags=PERSIST)[0]
        self.ops.confirm(identity)
        self.assertEqual(self.ops.rollback(identity)[0], "rolled_back")
        self.assertEqual(values(changes), old(changes))

    def test_a_value_that_the_kernel_refuses_takes_all_back(self):
        """Within our bounds and refused by the kernel: a range below the first free port."""
        changes = [*FIVE[:3], (PORTS, BEFORE[PORTS], "600 60999"), FIVE[4]]
        _, state, reason, items = self.ops.apply(changes, flags=PERSIST)
        self.assertEqual((state, reason), ("rolled_back", "write_failed"))
        self.assertEqual([item[1] for item in items],
                         ["restored"] * 3 + ["failed", "not_tried"])
        self.assertFalse(os.path.exists(DROP_IN))


if __name__ == "__main__":
    main()

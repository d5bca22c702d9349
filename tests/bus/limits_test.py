#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Too much of everything: calls, bytes, descriptors, nonsense; and the exit when idle."""
import array
import os
import random
import signal
import socket
import threading
import time

import dbus
import dbus.lowlevel

from bus_client import NAME, OBJECT, Client, ClientProcess, Refused, namespace_id, wait_until
from harness import (BLOCKED, FIVE, HELPER_LOG, NOBODY, ONE, OPS, PLAIN, STATE, BusTest, main, new,
                     old, read, values)

MIB = 1024


class Flood(BusTest):
    def setUp(self):
        super().setUp()
        self.start()

    def test_ten_thousand_calls_and_others_are_served_meanwhile(self):
        ops = self.client(OPS)
        committed = ops.apply(ONE)[0]
        ops.confirm(committed)
        crowd = [self.client(PLAIN) for _ in range(4)]
        for _ in range(50):
            with self.refused("InteractiveAuthorizationRequired"):
                crowd[0].apply(FIVE)
        before = self.helper.memory_kib()
        answers = []

        def flood():
            """From four connections, half a hundred at a time on each."""
            for _ in range(50):
                for number in range(50):
                    for client in crowd:
                        if number % 5 == 0:
                            client.begin_apply(FIVE)
                        else:
                            client.begin("Rollback", committed, 0)
                for client in crowd:
                    for _ in range(50):
                        try:
                            client.finish()
                            answers.append("served")
                        except Refused as refused:
                            answers.append(refused.fault)
        thread = threading.Thread(target=flood)
        thread.start()
        slowest, served, most = 0.0, 0, before
        while thread.is_alive():
            begun = time.monotonic()
            if served < 40:  # fifty ended ones are remembered, and `committed` is to be among them
                identity, state, _, _ = ops.apply(FIVE[1:])
                self.assertEqual(state, "applied")
                self.assertEqual(ops.rollback(identity)[0], "rolled_back")
                served += 1
            slowest = max(slowest, time.monotonic() - begun)
            most = max(most, self.helper.memory_kib())
        thread.join()
        print(f"10000 calls: {served} applies of another meanwhile, the slowest {slowest:.2f} s, "
              f"memory {before} -> {most} KiB")
        self.assertEqual(len(answers), 10000)
        self.assertEqual(set(answers), {"Busy", "LimitsExceeded",
                                        "InteractiveAuthorizationRequired"})
        self.assertGreater(served, 2)
        self.assertLess(slowest, 10)
        self.assertLess(most, before + 8 * MIB)
        self.assert_values(new(ONE) + old()[1:])
        # Denied calls fill no disk.
        self.assertLess(len(read(HELPER_LOG)), 4_000_000)
        self.assertLess(read(HELPER_LOG).count(b"61001"), 200)
        self.assertLessEqual(len(os.listdir(STATE + "/history")), 50)

    def test_a_million_bytes_and_twenty_millions(self):
        ops = self.client(OPS)
        identity = ops.apply(ONE)[0]
        ops.rollback(identity)
        before = self.helper.memory_kib()
        for size in (10**6, 20 * 10**6):
            big = "7" * size
            for changes, label, plan in (([(ONE[0][0], "4096", big)], "", ""),
                                         ([(big, "1", "2")], "", ""), (ONE, big, ""),
                                         (ONE, "", big)):
                with self.nothing_written(), self.refused("InvalidArgs"):
                    ops.apply(changes, label=label, plan=plan)
        with self.refused("InvalidArgs"):
            ops.confirm("0" * 20 * 10**6)
        with self.refused("InvalidArgs"):
            ops.apply([(f"net.ipv4.key{number}", "1", "2") for number in range(10000)])
        wait_until(lambda: self.helper.memory_kib() < before + 16 * MIB, "the memory is given back",
                   10)
        # More than the bus takes: it throws the sender out, and the helper never sees it.
        rude = ClientProcess(PLAIN)
        rude.begin("apply", [(ONE[0][0], "4096", "7" * 40 * 10**6)])
        with self.assertRaises((Refused, AssertionError)):
            rude.finish()
        rude.kill()
        self.assertEqual(ops.state(), "idle")

    def test_many_connections_of_one_user(self):
        """As many as the bus gives to a user; each call gets its answer."""
        crowd = [Client(NOBODY) for _ in range(200)]
        for client in crowd:
            client.begin_apply(ONE)
        endings = set()
        for client in crowd:
            with self.assertRaises(Refused) as caught:
                client.finish()
            endings.add(caught.exception.fault)
            client.close()
        self.assertLessEqual(endings, {"InteractiveAuthorizationRequired", "LimitsExceeded"})
        self.assertEqual(self.root.state(), "idle")


class Descriptors(BusTest):
    def setUp(self):
        super().setUp()
        self.start()

    def raw_call(self, sock, serial, count):
        """One call with descriptors attached, on a connection made by hand."""
        def text(value):
            data = value.encode()
            return len(data).to_bytes(4, "little") + data + b"\0"

        def padded(data, to=8):
            return data + b"\0" * (-len(data) % to)
        fields = b""
        for code, kind, value in ((1, b"o", OBJECT), (6, b"s", NAME), (2, b"s", NAME),
                                  (3, b"s", "ListTransactions")):
            fields = padded(fields) + bytes((code, 1)) + kind + b"\0" + text(value)
        fields = padded(fields) + bytes((9, 1)) + b"u\0" + count.to_bytes(4, "little")
        head = b"l\1\0\1" + (0).to_bytes(4, "little") + serial.to_bytes(4, "little") + \
            len(fields).to_bytes(4, "little")
        descriptors = [os.open("/dev/null", os.O_RDONLY) for _ in range(count)]
        sock.sendmsg([padded(head + fields)],
                     [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))])
        for each in descriptors:
            os.close(each)

    def test_descriptors_attached_to_a_call_are_closed(self):
        self.root.transactions()
        before = self.helper.descriptors()
        with socket.socket(socket.AF_UNIX) as sock:
            sock.connect("/run/dbus/system_bus_socket")
            sock.settimeout(30)
            sock.sendall(b"\0AUTH EXTERNAL " + str(os.geteuid()).encode().hex().encode() + b"\r\n")
            self.assertIn(b"OK", sock.recv(4096))
            sock.sendall(b"NEGOTIATE_UNIX_FD\r\n")
            self.assertIn(b"AGREE_UNIX_FD", sock.recv(4096))
            sock.sendall(b"BEGIN\r\n")
            hello = bytes.fromhex("6c01000100000000010000006d000000")
            fields = b"\1\1o\0\x15\0\0\0/org/freedesktop/DBus\0\0\0" \
                     b"\2\1s\0\x14\0\0\0org.freedesktop.DBus\0\0\0\0" \
                     b"\3\1s\0\5\0\0\0Hello\0\0\0" \
                     b"\6\1s\0\x14\0\0\0org.freedesktop.DBus\0"
            hello = hello[:12] + len(fields).to_bytes(4, "little")
            sock.sendall(hello + fields + b"\0" * (-len(hello + fields) % 8))
            answers = b""
            while b"NameAcquired" not in answers:
                answers += sock.recv(65536)
            for serial in range(2, 102):
                self.raw_call(sock, serial, 8)
            # A last one on the quiet: when it is answered, all before it were handled.
            self.root.transactions()
            wait_until(lambda: self.helper.descriptors() <= before, "they are closed", 30)
            self.assertEqual(self.helper.process.poll(), None)

    def test_no_call_leaves_a_descriptor_behind(self):
        ops, nobody = self.client(OPS), self.client(NOBODY)

        def round_of_calls():
            identity = ops.apply(FIVE, flags=1)[0]
            ops.confirm(identity)
            ops.rollback(identity)
            ops.rollback(ops.checkpoint()[0])
            ops.call("Verify")
            for client, changes in ((nobody, ONE), (ops, [("no.such", "1", "2")]),
                                    (ops, [(ONE[0][0], "1", "2")])):
                try:
                    client.apply(changes, flags=1)
                except Refused:
                    pass
        round_of_calls()
        before = self.helper.descriptors()
        for _ in range(30):
            round_of_calls()
        self.assertLessEqual(self.helper.descriptors(), before)


class Fuzz(BusTest):
    """Random methods, signatures and values, from a seed that is printed."""

    TYPES = "ybnqiuxtdsogav"

    def value(self, chance, depth=0):
        """A random signature and a value of it."""
        kind = chance.choice(self.TYPES[:-2] if depth > 2 else self.TYPES)
        if kind == "a":
            signature, sample = self.value(chance, depth + 1)
            return "a" + signature, [sample] * chance.randint(0, 4)
        if kind == "v":
            return "v", dbus.String(self.text(chance), variant_level=1)
        if kind in "so":
            return kind, "/a/b" if kind == "o" else self.text(chance)
        if kind == "g":
            return kind, "a(sss)"
        if kind == "b":
            return kind, chance.random() < 0.5
        if kind == "d":
            return kind, chance.random()
        bits = {"y": 8, "n": 15, "q": 16, "i": 31, "u": 32, "x": 63, "t": 64}[kind]
        return kind, chance.choice((0, 1, 10, 2**bits - 1, chance.randrange(2**bits))) % 2**bits

    def text(self, chance):
        return chance.choice(("", "x", "net.ipv4.tcp_fin_timeout", "60", "30", "0" * 32, "../..",
                              "\n", "\x1b[2J", "\u202e", "%n", "-1", "9" * chance.randint(1, 5000),
                              self.live_id))

    def test_three_thousand_random_calls(self):
        self.start()
        seed = random.SystemRandom().randrange(2**32)
        chance = random.Random(seed)
        print("seed", seed)
        identity = self.root.apply(ONE, timeout=3600)[0]
        self.live_id = identity
        senders = [self.client(uid) for uid in (PLAIN, NOBODY, BLOCKED)]
        methods = ["Apply", "Checkpoint", "Confirm", "Rollback", "ExtendDeadline", "GetTransaction",
                   "ListTransactions", "Verify", "Get", "GetAll", "Set", "Introspect", "Nonsense"]
        interfaces = [NAME, NAME, NAME, "org.freedesktop.DBus.Properties",
                      "org.freedesktop.DBus.Introspectable", "org.freedesktop.DBus.Peer", None]
        right = {"Apply": "a(sss)ususs", "Checkpoint": "usus", "Rollback": "su", "Confirm": "s",
                 "ExtendDeadline": "su", "GetTransaction": "s"}
        endings = {}
        for _ in range(3500):  # some cannot be made into a message
            member = chance.choice(methods)
            if member in right and chance.random() < 0.6:
                signature = right[member]
                arguments = []
                if member == "Apply":
                    arguments = [[tuple(self.text(chance) for _ in range(3))
                                  for _ in range(chance.randint(0, 70))] or
                                 dbus.Array([], signature="(sss)")]
                for kind in signature.removeprefix("a(sss)"):
                    arguments.append(self.text(chance) if kind == "s"
                                     else chance.choice((0, 1, 2, 60, 3600, 2**32 - 1)))
                if member in ("Apply", "Checkpoint") and chance.random() < 0.7:
                    arguments[-3 if member == "Apply" else 1] = namespace_id()
            else:
                parts = [self.value(chance) for _ in range(chance.randint(0, 6))]
                signature, arguments = "".join(part[0] for part in parts), [p[1] for p in parts]
            sender = chance.choice(senders)
            own = member not in ("Get", "GetAll", "Set", "Introspect") and chance.random() < 0.9
            message = sender.message(member, interface=NAME if own else chance.choice(interfaces),
                                     path=OBJECT if chance.random() < 0.9 else "/org")
            if signature:
                try:
                    message.append(*arguments, signature=signature)
                except (TypeError, ValueError, OverflowError, UnicodeError):
                    continue
            try:
                sender.send(message)
                ending = "answered"
            except Refused as refused:
                ending = refused.fault
            endings[ending] = endings.get(ending, 0) + 1
        print(endings)
        self.assertEqual(self.helper.process.poll(), None)
        self.assertEqual(endings.get("NoReply", 0), 0)
        self.assertGreater(endings["InvalidArgs"], 100)
        self.assertGreater(endings["AccessDenied"], 100)
        self.assertGreater(sum(endings.values()), 3000)
        self.assertNotIn("Failed", endings)
        # None of them had permission.
        self.assertEqual(self.root.transaction(identity)["state"], "applied")
        self.assertEqual(values(ONE), new(ONE))
        self.assertEqual(len(self.root.transactions()), 1)


class IdleExit(BusTest):
    def tearDown(self):
        super().tearDown()
        self.scene.restore_service_file()

    def test_no_call_is_lost_when_the_helper_is_just_going(self):
        """Callers of different pace against a helper that leaves after a hundredth of a second."""
        self.scene.restore_service_file("--idle-exit=0.01")
        starts, answered = set(), 0
        client = self.client(OPS)
        for number in range(300):
            self.assertEqual(client.transactions(), [], number)
            answered += 1
            if number % 10 == 0:
                try:
                    starts.add(client.helper_pid())
                except Refused:
                    starts.add(-number)  # gone already: as good as another start
            time.sleep((number % 7) * 0.004)
        self.assertEqual(answered, 300)
        self.assertGreater(len(starts), 5)

    def test_an_armed_helper_does_not_leave(self):
        self.scene.restore_service_file("--idle-exit=0.05")
        client = self.client(OPS)
        identity = client.apply(FIVE, timeout=3600)[0]
        pid = client.helper_pid()
        time.sleep(1)
        self.assertEqual(client.helper_pid(), pid)
        self.assertEqual(client.confirm(identity)[0], "committed")
        wait_until(lambda: not client.has_owner(), "it leaves when nothing is armed any more")
        self.assertEqual(client.transactions(), [(identity, "committed")])
        self.assertEqual(values(), new())

    def test_it_does_not_leave_while_a_call_waits(self):
        self.scene.restore_service_file("--idle-exit=0.05")
        client = self.client(OPS)
        client.transactions()
        os.kill(self.scene.polkit.pid, signal.SIGSTOP)
        try:
            client.begin_apply(ONE)
            time.sleep(1)
            self.assertTrue(self.root.has_owner())
        finally:
            os.kill(self.scene.polkit.pid, signal.SIGCONT)
        self.assertEqual(client.finish()[1], "applied")


if __name__ == "__main__":
    main(together=True)

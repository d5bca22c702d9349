#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""`tcptune diagnose --errno`: what a message means, and which of its causes this host shows."""
import errno
import json

import scene
from scene import HERE_ADDRESS, PEER_ADDRESS, PORTS

SERVICE = 8080
NGINX = "nginx: [emerg] bind() to 0.0.0.0:%d failed (98: Address already in use)\n"
JAVA = "java.net.ConnectException: Cannot assign requested address (connect failed)\n"


class Asked(scene.Scenario):
    def ask(self, text, message):
        """By a pasted line; the document."""
        document = scene.diagnose_json("--errno", "-", stdin=text)
        self.assertEqual(document["answer"]["id"], message)
        return document

    def assert_cause(self, document, name):
        self.assert_found(document, name)
        found = scene.finding(document, name)
        self.assertTrue(found["asked"])
        self.assertIn(found["title"], document["answer"]["confirmed"])
        return found


class Restart(Asked):
    ports = None

    def server_has_gone(self, reuse=True):
        """It closed first and its listener is gone: only TIME_WAITs are left of it."""
        server = scene.listener("0.0.0.0", SERVICE, reuse=reuse)
        with self.net.peer():
            made, _ = scene.pairs(server, HERE_ADDRESS, SERVICE, 50)
        scene.close_first(made, 1)
        server.close()
        self.assertEqual(scene.sockstat("tw"), 50)

    def bind(self, reuse):
        return scene.error_of(scene.bind_only, "0.0.0.0", SERVICE, reuse)

    def test_fails_by_what_the_old_server_left(self):
        self.server_has_gone()
        self.assertEqual(self.bind(reuse=False), errno.EADDRINUSE)
        self.assertEqual(self.bind(reuse=True), 0)
        self.assert_cause(scene.diagnose_json("--errno", "EADDRINUSE"), "port-left-over")
        document = self.ask(NGINX % SERVICE, "EADDRINUSE")
        self.assert_cause(document, "port-left-over")
        self.assertIn("SO_REUSEADDR", json.dumps(document["advice"]))

    def test_and_the_option_of_the_new_one_alone_does_not_help(self):
        """The kernel asks the TIME_WAITs, too: they have it from the old server."""
        self.server_has_gone(reuse=False)
        self.assertEqual(self.bind(reuse=True), errno.EADDRINUSE)
        self.assert_cause(self.ask(NGINX % SERVICE, "EADDRINUSE"), "port-left-over")

    def test_and_without_the_question_nothing_is_said(self):
        self.server_has_gone()
        self.assert_found(scene.diagnose_json())

    def test_on_another_port_it_is_not_the_cause(self):
        self.server_has_gone()
        document = self.ask(NGINX % (SERVICE + 1), "EADDRINUSE")
        self.assert_found(document)
        self.assertEqual(document["answer"]["confirmed"], [])
        self.assertTrue(document["answer"]["ruled_out"])


class Taken(Asked):
    def bind(self, port, reuse=True):
        return scene.error_of(scene.bind_only, "0.0.0.0", port, reuse)

    def test_by_another_listener(self):
        owner = self.net.actor("lazy", "0.0.0.0", SERVICE, "--name", "first-app")
        self.assertEqual(self.bind(SERVICE), errno.EADDRINUSE)
        document = self.ask(NGINX % SERVICE, "EADDRINUSE")
        found = self.assert_cause(document, "port-taken")
        self.assertIn(owner.pid, [pid for one in found["subjects"] for pid in one["pids"]])

    def test_by_a_connection_to_another_host(self):
        made, _ = self.hold(self.server(), 1)
        port = made[0][0].getsockname()[1]
        self.assertTrue(scene.FIRST <= port < scene.FIRST + PORTS)
        self.assertEqual(self.bind(port), errno.EADDRINUSE)
        self.assert_cause(self.ask(NGINX % port, "EADDRINUSE"), "port-taken")

    def test_by_the_time_wait_of_such_a_connection(self):
        made, _ = scene.pairs(self.server(), PEER_ADDRESS, 5432, 1)
        port = made[0][0].getsockname()[1]
        scene.close_first(made, 0)
        self.assertEqual(self.bind(port), errno.EADDRINUSE)
        self.assert_cause(self.ask(NGINX % port, "EADDRINUSE"), "port-in-range")

    def test_by_a_socket_that_is_only_bound(self):
        self.net.keep(scene.bind_only(HERE_ADDRESS, 33001))
        self.assertEqual(self.bind(33001), errno.EADDRINUSE)
        self.assert_cause(self.ask(NGINX % 33001, "EADDRINUSE"), "port-taken")

    def test_by_nobody(self):
        self.assertEqual(self.bind(SERVICE), 0)
        document = self.ask(NGINX % SERVICE, "EADDRINUSE")
        self.assert_found(document)
        self.assertEqual(document["answer"]["confirmed"], [])


class Address(Asked):
    def test_is_not_of_this_host(self):
        self.assertEqual(scene.error_of(scene.bind_only, "10.99.99.99", 80), errno.EADDRNOTAVAIL)
        for line in ("bind: Cannot assign requested address 10.99.99.99:80\n",
                     "nginx: [emerg] bind() to 10.99.99.99:80 failed "
                     "(99: Cannot assign requested address)\n",
                     "Error: listen EADDRNOTAVAIL: address not available 10.99.99.99:80\n"):
            document = self.ask(line, "EADDRNOTAVAIL")
            self.assertEqual(document["answer"]["question"], line.rstrip("\n"))
            self.assert_cause(document, "address-not-here")

    def test_is_given_to_this_host_before_the_check_is_switched_off(self):
        line = "bind() to 10.99.99.99:80 failed (99: Cannot assign requested address)\n"
        titles = [advice["title"] for advice in self.ask(line, "EADDRNOTAVAIL")["advice"]]
        first = {word: next(at for at, title in enumerate(titles) if word in title)
                 for word in ("give this host", "FREEBIND", "nonlocal")}
        self.assertLess(first["give this host"], first["FREEBIND"])
        self.assertLess(first["FREEBIND"], first["nonlocal"])
        scene.run("ip", "addr", "add", "10.99.99.99/32", "dev", "lo")
        self.assertEqual(scene.error_of(scene.bind_only, "10.99.99.99", 8080), 0)
        self.assert_found(self.ask(line, "EADDRNOTAVAIL"))

    def test_in_ipv6_is_not_of_this_host(self):
        line = "bind() to [2001:db8::99]:80 failed (99: Cannot assign requested address)\n"
        self.assert_cause(self.ask(line, "EADDRNOTAVAIL"), "address-not-here")

    def test_is_of_this_host(self):
        line = f"bind() to {HERE_ADDRESS}:80 failed (99: Cannot assign requested address)\n"
        self.assert_found(self.ask(line, "EADDRNOTAVAIL"))

    def test_of_a_connect_is_the_remote_one_and_proves_nothing(self):
        line = f"connect() to {PEER_ADDRESS}:5432 failed (99: Cannot assign requested address)\n"
        self.assert_found(self.ask(line, "EADDRNOTAVAIL"))

    def test_is_not_told(self):
        document = scene.diagnose_json("--errno", "99")
        self.assert_found(document)
        self.assertEqual(document["answer"]["id"], "EADDRNOTAVAIL")
        self.assertNotIn("address-not-here", [one["id"] for one in document["findings"]])


class NoPort(Asked):
    def test_is_told_apart_from_the_missing_address(self):
        self.time_waits(self.server(), PORTS)
        self.assert_no_port()
        for line in (JAVA, "EADDRNOTAVAIL", "connect() to 10.9.9.2:5432 failed (99: Cannot "
                     "assign requested address) while connecting to upstream\n"):
            document = self.ask(line, "EADDRNOTAVAIL")
            self.assert_cause(document, "ports-by-time-wait")
        titles = " ".join(document["answer"]["confirmed"])
        self.assertIn(scene.finding(document, "ports-by-time-wait")["title"], titles)
        text = scene.diagnose("--errno", "-", stdin=JAVA).stdout
        self.assertIn("EADDRNOTAVAIL", text)
        self.assertIn("TIME_WAIT", text)


class OtherWords(Asked):
    ports = None

    def test_of_many_programs_and_of_the_kernel(self):
        for line, message in (
                ("dial tcp 10.0.0.7:80: connect: cannot assign requested address", "EADDRNOTAVAIL"),
                ("OSError: [Errno 98] Address already in use", "EADDRINUSE"),
                ("accept4: too many open files", "EMFILE"),
                ("socket: Too many open files in system", "ENFILE"),
                ("connect: Connection timed out", "ETIMEDOUT"),
                ("connect(): Connection refused", "ECONNREFUSED"),
                ("read: Connection reset by peer", "ECONNRESET"),
                ("No buffer space available (maximum connections reached?)", "ENOBUFS"),
                ("nginx: bind() to 0.0.0.0:80 failed (13: Permission denied)", "EACCES"),
                ("TCP: Possible SYN flooding on port 80. Sending cookies.", "syn-flooding"),
                ("kernel: nf_conntrack: table full, dropping packet", "conntrack-table-full"),
                ("TCP: too many orphaned sockets", "too-many-orphans"),
                ("TCP: out of memory -- consider tuning tcp_mem", "tcp-out-of-memory"),
                ("VFS: file-max limit 1000 reached", "file-max-reached"),
                ("ip_local_port_range: prefer different parity for start/end values.",
                 "port-parity"),
                ("sysctl: cannot stat /proc/sys/net/ipv4/tcp_tw_recycle: No such file or directory",
                 "tw-recycle-missing")):
            with self.subTest(line):
                document = self.ask(line + "\n", message)
                self.assert_found(document)
                self.assertEqual(document["answer"]["confirmed"], [])
                self.assertTrue(document["answer"]["text"])

    def test_that_nobody_knows_are_an_error_of_the_user(self):
        for text in ("EWHATEVER", "the quick brown fox"):
            result = scene.diagnose("--errno", text, check=False)
            self.assertEqual(result.returncode, 64, result.stdout + result.stderr)
            self.assertTrue(result.stderr.strip())

    def test_hostile_ones_reach_no_terminal(self):
        line = "bind: \x1b[31mCannot assign requested address\x07 10.99.99.99:80\x9b\n"
        for form in ("text", "markdown"):
            result = scene.diagnose("--errno", "-", f"--format={form}", stdin=line)
            self.assertNotRegex(result.stdout, r"[\x00-\x09\x0b-\x1f\x7f\x9b]")
        result = scene.diagnose("--errno", "-", stdin="x" * 5_000_000, check=False)
        self.assertIn(result.returncode, (64, 65))
        self.assertLess(len(result.stderr), 2000)


if __name__ == "__main__":
    scene.main(__file__)

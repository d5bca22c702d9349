#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Options of `tcptune diagnose`, on a host with something to find."""
import errno
import json
import os
import pty
import re
import select
import signal
import subprocess
import tempfile
import termios
import time

import scene
from scene import HERE_ADDRESS, PEER_ADDRESS, PORTS

ESCAPE = "\x1b"


def outline(document):
    return [(one["id"], one["severity"], [subject["name"] for subject in one["subjects"]])
            for one in document["findings"]]


class Busy(scene.Scenario):
    """A full destination, one past half, and one that is fine."""

    def setUp(self):
        super().setUp()
        self.time_waits(self.server(), PORTS)
        self.time_waits(self.server("10.9.9.3", 6379), 1200, "10.9.9.3", 6379)
        self.process = self.net.actor("connect", "10.9.9.4", 443, "--count", 20) \
            if self.server("10.9.9.4", 443) else None

    def remotes(self, *arguments):
        document = scene.diagnose_json(*arguments)
        return [(one["remote_address"], one["remote_port"]) for one in document["destinations"]]


class Narrowed(Busy):
    FULL, SLOW, FINE = (PEER_ADDRESS, 5432), ("10.9.9.3", 6379), ("10.9.9.4", 443)

    def test_not_at_all_the_nearest_to_its_end_comes_first(self):
        self.assertEqual(self.remotes(), [self.FULL, self.SLOW, self.FINE])
        self.assert_found(scene.diagnose_json(), "ports-by-time-wait", "half-range-slow")

    def test_to_a_destination_by_address_and_port(self):
        self.assertEqual(self.remotes("--dest", f"{PEER_ADDRESS}:5432"), [self.FULL])
        self.assert_found(scene.diagnose_json("--dest", "10.9.9.3:6379"), "half-range-slow")
        self.assert_found(scene.diagnose_json("--dest", "10.9.9.4:443"))
        self.assertEqual(self.remotes("--dest", f"{PEER_ADDRESS}:5433"), [])

    def test_to_a_destination_by_address(self):
        self.assertEqual(self.remotes("--dest", "10.9.9.3"), [self.SLOW])
        self.assertEqual(self.remotes("--dest", "::ffff:10.9.9.3"), [self.SLOW])
        self.assertEqual(self.remotes("--dest", "10.9.9.77"), [])

    def test_to_an_ipv6_destination(self):
        scene.run("ip", "addr", "add", "fd00::1/64", "dev", "client0", "nodad")
        with self.net.peer():
            scene.run("ip", "addr", "add", "fd00::2/64", "dev", "server0", "nodad")
        self.hold(self.server("fd00::2", 8443), 50, "fd00::2", 8443)
        for asked in ("[fd00::2]:8443", "fd00::2", "[fd00::2]", "[FD00:0:0::2]:8443"):
            self.assertEqual(self.remotes("--dest", asked), [("fd00::2", 8443)], asked)
        self.assertEqual(self.remotes("--dest", "[fd00::2]:1"), [])

    def test_to_nonsense_is_refused(self):
        for asked in ("", "10.9.9.2:", "10.9.9.2:0", "10.9.9.2:65536", "10.9.9.2:x", "10.9.9",
                      "[fd00::2", "fd00::2]:1", "example", "10.9.9.2:5432:1"):
            result = scene.diagnose("--dest", asked, check=False)
            self.assertEqual(result.returncode, 64, asked)

    def test_to_a_process(self):
        self.assertEqual(self.remotes("--pid", str(self.process.pid)), [self.FINE])
        self.assert_found(scene.diagnose_json("--pid", str(self.process.pid)))
        for asked in ("0", "-1", "x", "1e3"):
            self.assertEqual(scene.diagnose("--pid", asked, check=False).returncode, 64, asked)
        self.assertNotEqual(scene.diagnose("--pid", "4194304", check=False).returncode, 0)


class Namespaces(scene.Scenario):
    def test_of_another_process(self):
        server = self.net.keep(scene.listener(HERE_ADDRESS, 5432))
        with self.net.peer():
            scene.sysctl("net.ipv4.ip_local_port_range",
                         f"{scene.FIRST} {scene.FIRST + PORTS - 1}")
        process = self.net.actor("connect", HERE_ADDRESS, 5432, "--count", 1200, "--name",
                                 "far-app", peer=True)
        for _ in range(1200):
            self.net.keep(server.accept()[0])
        self.assert_found(scene.diagnose_json())
        document = scene.diagnose_json("--netns", str(process.pid))
        self.assert_found(document, "half-range-slow")
        self.assertEqual(document["destinations"][0]["owners"][0]["pid"], process.pid)
        self.assertNotEqual(scene.diagnose("--netns", "4194304", check=False).returncode, 0)


class FailOn(scene.Scenario):
    def code(self, level):
        result = scene.diagnose(f"--fail-on={level}", "--format=json", check=False)
        self.assertEqual(json.loads(result.stdout)["exit_code"], result.returncode)
        return result.returncode

    def test_a_level_that_is_reached_or_not(self):
        self.assertEqual([self.code(level) for level in ("info", "warning", "critical")],
                         [0, 0, 0])
        server = self.server()
        self.time_waits(server, 1200)
        self.assertEqual([self.code(level) for level in ("info", "warning", "critical")],
                         [2, 2, 0])
        self.assertEqual(scene.diagnose().returncode, 0)
        self.time_waits(server, PORTS)
        self.assertEqual([self.code(level) for level in ("info", "warning", "critical")],
                         [2, 2, 2])
        self.assertEqual(scene.diagnose("--fail-on=loud", check=False).returncode, 64)


class Shown(Busy):
    def test_as_markdown(self):
        text = scene.diagnose("--format=markdown").stdout
        self.assertTrue(text.startswith("**tcptune diagnose**"), text[:80])
        self.assertIn(f"{PEER_ADDRESS}:5432", text)
        self.assertIn("`net.ipv4.tcp_tw_reuse`", text)
        self.assertNotIn(ESCAPE, text)

    def test_most_urgent_first(self):
        text = scene.diagnose().stdout
        places = [text.index(word) for word in (f"{PEER_ADDRESS}:5432", "10.9.9.3:6379",
                                                "TIME_WAIT  ", "critical", "warning")]
        self.assertEqual(places, sorted(places), text)
        self.assertEqual([line for line in text.splitlines() if len(line) > 80], [])
        self.assertTrue(text.isascii())

    def test_from_saved_facts_the_same(self):
        with tempfile.TemporaryDirectory() as folder:
            saved = os.path.join(folder, "facts.json")
            scene.run(scene.TCPTUNE, "facts", "--out", saved)
            again = scene.diagnose_json("--facts", saved)
            self.assertEqual(outline(again), outline(scene.diagnose_json()))
            self.assert_found(again, "ports-by-time-wait", "half-range-slow")
            self.assertEqual(again, scene.diagnose_json("--facts", saved))

    def test_without_permission_for_sockets_it_is_unknown_and_not_fine(self):
        document = scene.diagnose_json(prefix=(scene.DENY,))
        self.assert_found(document)
        self.assertNotEqual(document["open"], [])
        self.assertIn("denied", {one["status"] for one in document["sources"]})
        text = scene.diagnose(prefix=(scene.DENY,)).stdout
        self.assertIn("unknown", text.rstrip().splitlines()[-1] + text[-400:])
        self.assertNotRegex(text, r"(?i)nothing (is )?wrong|no finding|healthy")


class ManyDestinations(scene.Scenario):
    ports = 20

    def spread(self, destinations, each):
        server = self.net.keep(scene.listener("0.0.0.0", 9000))
        for number in range(destinations * each):
            where = f"127.1.{number % destinations // 250}.{number % destinations % 250 + 1}"
            self.net.keep(scene.connect(where, 9000), server.accept()[0])

    def test_are_all_counted_and_not_listed_when_they_are_fine(self):
        self.spread(3000, 1)
        started = time.monotonic()
        document = scene.diagnose_json()
        self.assertLess(time.monotonic() - started, 5)
        self.assertEqual(document["sockets"]["method"], "dump")
        self.assertEqual(len(document["destinations"]) + document["more_destinations"], 3000)
        self.assert_found(document)
        text = scene.diagnose().stdout
        self.assertIn("3,000", text)
        self.assertLess(len(text.splitlines()), 60)

    def test_are_bounded_and_the_rest_is_counted_when_they_are_not(self):
        self.spread(400, 12)
        self.assertEqual(scene.error_of(scene.bind_only, "127.0.0.1", 0), errno.EADDRINUSE)
        document = scene.diagnose_json()
        self.assert_found(document, "half-range-slow", "bind-pool-full")
        found = scene.finding(document, "half-range-slow")
        self.assertEqual(len(found["subjects"]) + found["more_subjects"], 400)
        self.assertLessEqual(len(found["subjects"]), 8)
        text = scene.diagnose().stdout
        self.assertLess(len(text.splitlines()), 200)
        listed = text[text.index("Destinations"):text.index("Findings")]
        more = re.search(r"([\d,]+) more", listed)
        self.assertTrue(more, text)
        shown = len(re.findall(r"-> 127\.1\.", listed))
        self.assertEqual(int(more[1].replace(",", "")) + shown, 400)


class Terminal:
    """A terminal of 100 columns that somebody looks at."""

    def __enter__(self):
        self.outer, self.inner = pty.openpty()
        termios.tcsetwinsize(self.inner, (40, 100))
        self.process = None
        return self

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.communicate()
        os.close(self.outer)
        os.close(self.inner)

    def start(self, *arguments, stdout):
        self.process = subprocess.Popen(
            [scene.TCPTUNE, "diagnose", *arguments], stdin=self.inner, stdout=stdout,
            stderr=self.inner, start_new_session=True)
        return self.process

    def read(self, seconds):
        end, seen = time.monotonic() + seconds, b""
        while time.monotonic() < end:
            if select.select([self.outer], [], [], 0.1)[0]:
                seen += os.read(self.outer, 65536)
        return seen

    def type(self, keys):
        os.write(self.outer, keys)


class Window(scene.Scenario):
    ports = None

    def test_says_nothing_of_its_progress_to_a_pipe(self):
        result = scene.diagnose("--window", "1s", "--format=json")
        self.assertEqual(result.stderr, "")
        self.assertGreaterEqual(json.loads(result.stdout)["window_s"], 1)

    def test_and_shows_it_on_a_terminal(self):
        with Terminal() as terminal:
            process = terminal.start("--window", "2s", stdout=subprocess.PIPE)
            self.assertTrue(terminal.read(1.5).strip(), "no progress before the end")
            self.assertNotIn(ESCAPE.encode(), process.communicate(timeout=30)[0])
            self.assertEqual(process.returncode, 0)


class Watch(scene.Scenario):
    def start(self):
        process = subprocess.Popen(
            [scene.TCPTUNE, "diagnose", "--watch=1s"], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def test_on_a_pipe_prints_plain_lines_and_ends_with_sigint(self):
        self.time_waits(self.server(), 1200)
        process = self.start()
        time.sleep(2.6)
        self.assertIsNone(process.poll(), "it ended by itself")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=5)
        self.assertIn(process.returncode, (0, 130, -signal.SIGINT))
        self.assertEqual(err, "")
        self.assertNotRegex(out, r"[\x00-\x09\x0b-\x1f\x7f]")
        self.assertGreaterEqual(out.count(f"{PEER_ADDRESS}:5432"), 2)

    def test_ends_when_nobody_reads(self):
        process = self.start()
        process.stdout.readline()
        process.stdout.close()
        self.assertIn(process.wait(10), (0, 141, -signal.SIGPIPE))

    def test_on_a_terminal_q_quits_and_leaves_it_as_it_was(self):
        with Terminal() as terminal:
            before = scene.run("stty", "-g", stdin=terminal.inner).stdout
            process = terminal.start("--watch=1s", stdout=terminal.inner)
            self.assertIn(ESCAPE.encode(), terminal.read(2.5))
            self.assertIsNone(process.poll(), "it ended by itself")
            terminal.type(b"q")
            terminal.read(0.5)
            self.assertEqual(process.wait(5), 0)
            self.assertEqual(scene.run("stty", "-g", stdin=terminal.inner).stdout, before)


if __name__ == "__main__":
    scene.main(__file__)

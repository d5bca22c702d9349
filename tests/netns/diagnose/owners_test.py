#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""The processes behind the sockets: named, inferred, hidden, hostile, gone."""
import errno
import re
import shutil
import subprocess
import time

import scene
from scene import PEER_ADDRESS

# No escape code, newline or other control character but the newline of the report itself; nor one
# of the upper half, which some terminals take for an escape code as well.
CONTROL = rb"[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]"


class Owners(scene.Scenario):
    def client(self, number, *more, name="pool-app"):
        """A process with open connections, and the peer's ends."""
        server = self.server()
        process = self.net.actor("connect", PEER_ADDRESS, 5432, "--count", number, "--name", name,
                                 *more)
        for _ in range(number):
            self.net.keep(server.accept()[0])
        return server, process


class Named(Owners):
    def test_by_process_id_and_command(self):
        _, process = self.client(1200)
        document = scene.diagnose_json()
        self.assert_found(document, "half-range-slow")
        owner = document["destinations"][0]["owners"][0]
        self.assertEqual((owner["pid"], owner["command"], owner["sockets"], owner["inferred"]),
                         (process.pid, "pool-app", 1200, False))
        self.assertEqual(scene.finding(document, "half-range-slow")["subjects"][0]["pids"],
                         [process.pid])
        text = scene.diagnose().stdout
        self.assertIn(f"pool-app (pid {process.pid}", text)
        self.assertNotIn("inferred", text)

    def test_two_of_one_destination_most_sockets_first(self):
        server, process = self.client(700)
        other = self.net.actor("connect", PEER_ADDRESS, 5432, "--count", 500, "--name", "second")
        for _ in range(500):
            self.net.keep(server.accept()[0])
        document = scene.diagnose_json()
        owners = document["destinations"][0]["owners"]
        self.assertEqual([(one["pid"], one["sockets"]) for one in owners],
                         [(process.pid, 700), (other.pid, 500)])

    def test_of_time_waits_are_inferred_and_said_to_be(self):
        server, process = self.client(30)
        self.assertEqual(self.time_waits(server, 1400), (1400, 0))
        document = scene.diagnose_json()
        self.assert_found(document, "half-range-slow")
        owners = document["destinations"][0]["owners"]
        self.assertEqual([(one["pid"], one["sockets"], one["inferred"]) for one in owners],
                         [(process.pid, 30, True)])
        text = scene.diagnose().stdout
        self.assertIn(f"pool-app (pid {process.pid}", text)
        self.assertIn("inferred", text)

    def test_nobody_when_nothing_is_alive(self):
        self.time_waits(self.server(), 1400)
        document = scene.diagnose_json()
        self.assert_found(document, "half-range-slow")
        self.assertEqual(document["destinations"][0]["owners"], [])


class NotToBeSeen(Owners):
    def test_is_said_and_nothing_is_guessed(self):
        """As for a user who may not look into another one's process."""
        if not shutil.which("setpriv"):
            self.skipTest("no setpriv(1)")
        self.client(1200, "--secret")
        document = scene.diagnose_json(prefix=("setpriv", "--bounding-set=-all",
                                               "--inh-caps=-all"))
        self.assert_found(document, "half-range-slow")
        self.assertEqual(document["destinations"][0]["owners"], [])
        self.assertIn("permission denied", document["owners_unknown"])


class Hostile(Owners):
    NAMES = ("\x1b[31mred\n\x07x", "\x1b]0;own\x07\r\n", "a|b`c<b>*d*", "\x7f\x08\x08\x08root",
             "\x9b31mred", "\u202eevil")

    def look(self, name, server):
        """All forms of the report on a process of that name, as bytes."""
        process = self.net.actor("connect", PEER_ADDRESS, 5432, "--count", 1100, "--name", name)
        accepted = [server.accept()[0] for _ in range(1100)]
        try:
            results = [subprocess.run([scene.TCPTUNE, "diagnose", f"--format={form}"],
                                      capture_output=True, timeout=60, check=False)
                       for form in ("text", "markdown", "json")]
        finally:
            for one in accepted:
                one.close()  # first: no TIME_WAIT here
            self.net.stop(process)
        for result in results:
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertIn(str(process.pid).encode(), result.stdout)
        return b"".join(result.stdout + result.stderr for result in results)

    def test_names_reach_no_terminal(self):
        server = self.server()
        for name in self.NAMES:
            with self.subTest(ascii(name)):
                self.assertEqual(re.findall(CONTROL, self.look(name, server)), [])

    def test_a_name_that_is_no_text_at_all(self):
        name = b"\xff\xfe\xc3(x".decode(errors="surrogateescape")
        self.look(name, self.server()).decode("utf-8")


class Vanishing(Owners):
    def test_sockets_and_processes_while_it_looks(self):
        self.net.start(scene.LOAD, "serve", f"{PEER_ADDRESS}:5432", "--seconds", "60", "--limit",
                       "70", peer=True)
        for _ in range(3):
            self.net.actor("churn", PEER_ADDRESS, 5432)
        deadline = time.monotonic() + 60
        while scene.sockstat("tw") < 1000 and time.monotonic() < deadline:
            time.sleep(0.05)
        methods = []
        for _ in range(10):
            short = self.net.actor("connect", PEER_ADDRESS, 5432, "--count", 0)
            document = scene.diagnose_json()
            methods.append(document["sockets"]["method"])
            self.net.stop(short)
            self.assertLess({one["id"] for one in document["findings"]},
                            {"ports-by-time-wait", "half-range-slow", "server-time-wait"})
        self.assertEqual(set(methods), {"dump"})

    def test_a_reader_that_goes_away(self):
        self.time_waits(self.server(), 1200)
        process = subprocess.Popen([scene.TCPTUNE, "diagnose", "--format=json"],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdout.close()
        self.assertIn(process.wait(30), (0, 141, -scene.signal.SIGPIPE))
        self.assertEqual(process.stderr.read(), b"")
        process.stderr.close()

    def test_a_full_disk_is_told(self):
        with open("/dev/full", "w", encoding="ascii") as full:
            result = subprocess.run([scene.TCPTUNE, "diagnose"], stdout=full,
                                    stderr=subprocess.PIPE, timeout=60, check=False)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn(scene.os.strerror(errno.ENOSPC).encode(), result.stderr)


if __name__ == "__main__":
    scene.main(__file__)

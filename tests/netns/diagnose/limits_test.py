#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Tables and limits that run full, and a setting without effect."""
import errno
import json
import os
import tempfile
import threading
import time

import conntrack
import scene
from scene import PEER_ADDRESS, PORTS

CONNTRACK = "/proc/sys/net/netfilter/nf_conntrack_"


class TimeWaitBuckets(scene.Scenario):
    def test_reached(self):
        scene.sysctl("net.ipv4.tcp_max_tw_buckets", 100)
        self.assertEqual(self.time_waits(self.server(), 300), (300, 0))
        self.assertEqual((scene.sockstat("tw"), scene.counter("TCPTimeWaitOverflow")), (100, 200))
        self.assert_found(scene.diagnose_json(), "time-wait-overflow")
        document = scene.diagnose_json(
            "--errno", "-", stdin="kernel: TCP: time wait bucket table overflow\n")
        self.assertEqual(document["answer"]["id"], "time-wait-bucket-overflow")
        self.assert_found(document, "time-wait-overflow")
        self.assertTrue(scene.finding(document, "time-wait-overflow")["asked"])

    def test_not_reached(self):
        scene.sysctl("net.ipv4.tcp_max_tw_buckets", 1000)
        self.time_waits(self.server(), 300)
        self.assert_found(scene.diagnose_json())

    def test_beside_sockets_that_are_only_bound(self):
        """Two mixed causes."""
        scene.sysctl("net.ipv4.tcp_max_tw_buckets", 100)
        self.time_waits(self.server(), 300)
        self.net.keep(*[scene.bind_only(scene.HERE_ADDRESS, 0) for _ in range(300)])
        self.assert_found(scene.diagnose_json(), "time-wait-overflow", "bound-only")


class Tracker(scene.Scenario):
    ports = None

    def filled(self, share):
        """Real entries; the limit itself belongs to the whole host and stays."""
        if not os.path.exists(CONNTRACK + "max"):
            self.skipTest("no connection tracking in this kernel")
        with open(CONNTRACK + "max", encoding="ascii") as file:
            limit = int(file.read())
        if not 0 < limit <= 300000:
            self.skipTest(f"{limit} entries are too many for a test")
        if not conntrack.fill(int(limit * share)):
            self.skipTest("this kernel makes no entries on request")
        with open(CONNTRACK + "count", encoding="ascii") as file:
            self.assertEqual(int(file.read()), int(limit * share))

    def test_nearly_full(self):
        self.filled(0.91)
        document = scene.diagnose_json()
        self.assert_found(document, "conntrack-full")
        self.assertEqual(scene.finding(document, "conntrack-full")["severity"], "critical")
        line = "nf_conntrack: nf_conntrack: table full in netns 4026532297, dropping packet\n"
        document = scene.diagnose_json("--errno", "-", stdin=line)
        self.assertEqual(document["answer"]["id"], "conntrack-table-full")
        self.assertTrue(scene.finding(document, "conntrack-full")["asked"])

    def test_half_full(self):
        self.filled(0.5)
        self.assert_found(scene.diagnose_json())


class OpenFiles(scene.Scenario):
    def greedy(self):
        server = self.server()
        process = self.net.actor("connect", PEER_ADDRESS, 5432, "--count", 250, "--name",
                                 "greedy-app", "--nofile", 300, "--files", 42)
        for _ in range(250):
            self.net.keep(server.accept()[0])
        used = len(os.listdir(f"/proc/{process.pid}/fd"))
        self.assertTrue(270 <= used <= 300, used)
        return process, used

    def judge(self, document, process, used):
        self.assert_found(document, "file-limit-process")
        found = scene.finding(document, "file-limit-process")
        self.assertEqual(len(found["subjects"]), 1)
        self.assertIn("greedy-app", found["subjects"][0]["name"])
        self.assertIn(str(process.pid), found["subjects"][0]["name"])
        one = next(one for one in document["processes"] if one["pid"] == process.pid)
        self.assertEqual((one["open_files"], one["open_files_limit"]), (used, 300))

    def test_of_a_process_that_owns_sockets_shown(self):
        process, used = self.greedy()
        self.hold(self.server("10.9.9.3"), 900, "10.9.9.3")
        self.judge(scene.diagnose_json(), process, used)

    def test_of_the_process_that_was_asked_about(self):
        process, used = self.greedy()
        self.judge(scene.diagnose_json("--pid", str(process.pid)), process, used)

    def test_of_a_process_with_room_are_nothing(self):
        process = self.net.actor("lazy", "0.0.0.0", 8080, "--nofile", 200, "--files", 100)
        self.assert_found(scene.diagnose_json("--pid", str(process.pid)))


class OfAnotherHost(scene.Scenario):
    """What a namespace cannot have: host-wide limits and kernels of long ago. From saved facts."""
    ports = None

    def with_values(self, changes):
        with tempfile.TemporaryDirectory() as folder:
            saved = os.path.join(folder, "facts.json")
            scene.run(scene.TCPTUNE, "facts", "--out", saved)
            with open(saved, encoding="utf-8") as file:
                document = json.load(file)
            document["values"].update(changes)
            with open(saved, "w", encoding="utf-8") as file:
                json.dump(document, file)
            return scene.diagnose_json("--facts", saved)

    def test_file_handles_of_the_host(self):
        document = self.with_values({"file.open": 950_000, "file.limit": 1_000_000})
        self.assert_found(document, "file-handles-host")
        self.assert_found(self.with_values({"file.open": 500_000,
                                            "file.limit": 1_000_000}))

    def test_a_tracker_that_has_room(self):
        values = {"conntrack.count": 100_000, "sysctl.net.netfilter.nf_conntrack_max": 262_144}
        self.assert_found(self.with_values(values))
        values["conntrack.count"] = 250_000
        self.assert_found(self.with_values(values), "conntrack-full")

    def test_recycling_on_an_old_kernel(self):
        old = {"kernel.release": "3.10.0-1160.el7.x86_64", "kernel.version": {"version": "3.10.0"}}
        key = "sysctl.net.ipv4.tcp_tw_recycle"
        self.assert_found(self.with_values({**old, key: True}), "tw-recycle-nat")
        self.assert_found(self.with_values({**old, key: False}))


class Reuse(scene.Scenario):
    def fill(self, number, peer_timestamps):
        """TIME_WAITs towards one destination while tcp_tw_reuse is on, made within a second."""
        scene.sysctl("net.ipv4.tcp_tw_reuse", 1)
        with self.net.peer():
            scene.sysctl("net.ipv4.tcp_timestamps", peer_timestamps)
        server = self.server()
        self.assertEqual(self.time_waits(server, number), (min(number, PORTS),
                                                           0 if number <= PORTS
                                                           else errno.EADDRNOTAVAIL))
        return server

    def after_the_delay(self):
        time.sleep(1.2)  # tcp_tw_reuse_delay: now they could serve again

    def fill_slowly(self, number, peer_timestamps):
        """In four bursts: the later ones come when the first could serve again."""
        server = self.fill(number // 4, peer_timestamps)
        for _ in range(3):
            time.sleep(0.7)
            self.assertEqual(self.time_waits(server, number // 4), (number // 4, 0))

    def test_has_no_effect_when_the_peer_has_no_timestamps(self):
        self.fill_slowly(PORTS, 0)
        self.after_the_delay()
        self.assert_no_port()
        self.assertEqual(scene.counter("TWRecycled"), 0)
        document = scene.diagnose_json("--errno", "EADDRNOTAVAIL")
        self.assert_found(document, "reuse-without-effect", "ports-by-time-wait")

    def test_has_no_effect_past_half_too(self):
        self.fill_slowly(1400, 0)
        self.after_the_delay()
        self.assertEqual((scene.sockstat("tw"), scene.counter("TWRecycled")), (1400, 0))
        self.assert_found(scene.diagnose_json(), "reuse-without-effect",
                          also=("half-range-slow",))

    def test_has_effect_in_the_same_traffic_with_timestamps(self):
        self.fill_slowly(1400, 1)
        self.assertGreater(scene.counter("TWRecycled"), 0)
        self.after_the_delay()
        self.assert_found(scene.diagnose_json())

    def test_has_no_effect_within_a_window(self):
        """Connects go on meanwhile, and not one takes a port that was used."""
        server = self.fill(1400, 0)
        self.after_the_delay()
        worker = threading.Timer(0.5, self.time_waits, (server, 100))
        worker.start()
        document = scene.diagnose_json("--window", "2s")
        worker.join()
        self.assert_found(document, "reuse-without-effect", also=("half-range-slow",))

    def works(self):
        server = self.fill(1200, 1)
        self.after_the_delay()
        self.assertEqual(self.time_waits(server, 300), (300, 0))
        self.assertGreaterEqual(scene.counter("TWRecycled"), 100)
        self.after_the_delay()

    def test_that_works_is_no_fault(self):
        self.works()
        self.assert_found(scene.diagnose_json())

    def test_that_works_is_no_fault_in_a_quiet_minute_either(self):
        """Nobody connects within the window: nothing can be recycled in it."""
        self.works()
        self.assert_found(scene.diagnose_json("--window", "1s"))

    def test_of_time_waits_too_young_to_serve_again_cannot_be_judged(self):
        self.fill(1200, 1)
        self.assertEqual(scene.counter("TWRecycled"), 0)
        self.assert_found(scene.diagnose_json(), also=("half-range-slow",))

    def test_serves_connect_and_not_bind(self):
        """A burst took all ports: connect() takes them again, bind() does not."""
        self.fill(PORTS, 1)
        self.after_the_delay()
        self.assert_served()
        self.assertEqual(scene.error_of(scene.bind_only, scene.HERE_ADDRESS, 0),
                         errno.EADDRINUSE)
        self.assert_found(scene.diagnose_json(), "bind-pool-full")


if __name__ == "__main__":
    scene.main(__file__)

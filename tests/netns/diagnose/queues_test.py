#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Listeners that cannot keep up: accept queues, unfinished handshakes, on the real kernel."""
import select
import socket
import threading
import time

import packets
import scene
from scene import HERE_ADDRESS

SERVICE = 8080


def accept_all(server, seconds):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if select.select([server], [], [], 0.05)[0]:
            server.accept()[0].close()


class Queue(scene.Scenario):
    ports = None

    def knock(self, number, port=SERVICE):
        """Connects of the peer that do not wait for an answer."""
        for _ in range(number):
            with self.net.peer():
                one = self.net.keep(socket.socket())
            one.setblocking(False)
            one.connect_ex((HERE_ADDRESS, port))
        time.sleep(0.1)


class NobodyAccepts(Queue):
    def test_the_listener_and_its_process_are_named(self):
        lazy = self.net.actor("lazy", "0.0.0.0", SERVICE, "--backlog", 8, "--name", "lazy-app")
        before = scene.counter("ListenOverflows")
        self.knock(20)
        self.assertGreater(scene.counter("ListenOverflows"), before)
        document = scene.diagnose_json()
        self.assert_found(document, "accept-queue-full")
        found = scene.finding(document, "accept-queue-full")
        self.assertEqual(found["severity"], "critical")
        self.assertEqual(len(found["subjects"]), 1)
        self.assertIn(f":{SERVICE}", found["subjects"][0]["name"])
        self.assertEqual(found["subjects"][0]["pids"], [lazy.pid])
        one = document["listeners"][0]
        self.assertEqual((one["port"], one["queue"], one["backlog"]), (SERVICE, 9, 8))
        self.assertEqual([owner["pid"] for owner in one["owners"]], [lazy.pid])
        names = {process["pid"]: process["command"] for process in document["processes"]}
        self.assertEqual(names[lazy.pid], "lazy-app")

    def test_with_a_window_the_counter_moves_and_it_is_still_one_cause(self):
        self.net.actor("lazy", "0.0.0.0", SERVICE, "--backlog", 8)
        self.knock(20)
        before = scene.counter("ListenOverflows")
        worker = threading.Timer(0.5, self.knock, (10,))
        worker.start()
        document = scene.diagnose_json("--window", "2s")
        worker.join()
        self.assertGreater(scene.counter("ListenOverflows"), before)
        self.assert_found(document, "accept-queue-full")
        self.assertGreaterEqual(document["window_s"], 2)

    def test_only_the_full_one_of_several_listeners(self):
        for port in (8081, 8082, 8083):
            self.net.keep(scene.listener("0.0.0.0", port, 8))
        self.net.actor("lazy", "0.0.0.0", SERVICE, "--backlog", 4)
        self.knock(10)
        self.knock(5, 8081)  # some wait there, but there is room
        found = scene.finding(scene.diagnose_json(), "accept-queue-full")
        self.assertEqual(len(found["subjects"]), 1, found)
        self.assertIn(f":{SERVICE}", found["subjects"][0]["name"])

    def test_a_queue_that_just_holds_them_all_is_no_fault(self):
        self.net.actor("lazy", "0.0.0.0", SERVICE, "--backlog", 64)
        self.knock(40)
        self.assertEqual(scene.counter("ListenOverflows"), 0)
        self.assert_found(scene.diagnose_json())

    def test_beside_a_leak_of_another_program(self):
        """Two mixed causes."""
        lazy = self.net.actor("lazy", "0.0.0.0", SERVICE, "--backlog", 8, "--name", "lazy-app")
        leaky = self.net.actor("leak", "0.0.0.0", 8090, "--name", "leaky-app")
        self.knock(20)
        with self.net.peer():
            clients = [scene.connect(HERE_ADDRESS, 8090) for _ in range(300)]
        for client in clients:
            client.close()
        time.sleep(0.2)
        self.assertEqual(scene.count("close-wait"), 300)
        document = scene.diagnose_json()
        self.assert_found(document, "accept-queue-full", "close-wait-leak")
        self.assertEqual(scene.finding(document, "accept-queue-full")["subjects"][0]["pids"],
                         [lazy.pid])
        self.assertIn(leaky.pid, scene.finding(document, "close-wait-leak")
                      ["subjects"][0]["pids"])


class Overflows(Queue):
    def test_in_the_window_though_no_queue_is_full_when_looked_at(self):
        server = self.net.keep(scene.listener("0.0.0.0", SERVICE, 4))
        before = scene.counter("ListenOverflows")

        def burst():
            """Between the two readings: a full queue, then all that wait are accepted."""
            time.sleep(0.7)
            self.knock(12)
            accept_all(server, 1.5)

        worker = threading.Thread(target=burst)
        worker.start()
        document = scene.diagnose_json("--window", "3s")
        worker.join()
        self.assertGreater(scene.counter("ListenOverflows"), before)
        self.assertEqual(scene.run("ss", "-Hltn").stdout.split()[1], "0")
        self.assert_found(document, "listen-overflows")

    def test_long_ago_are_no_finding_of_today(self):
        server = self.net.keep(scene.listener("0.0.0.0", SERVICE, 4))
        self.knock(8)
        self.assertGreater(scene.counter("ListenOverflows"), 0)
        accept_all(server, 1.5)  # the peer's second tries, too
        self.assert_found(scene.diagnose_json("--window", "1s"))


class Handshakes(Queue):
    def judged(self, cookies, backlog):
        scene.sysctl("net.ipv4.tcp_syncookies", cookies)
        self.net.keep(scene.listener("0.0.0.0", SERVICE, backlog))
        packets.flood(self.net, HERE_ADDRESS, SERVICE, 3 * backlog)
        time.sleep(0.1)
        self.assertEqual(scene.count("syn-recv"), backlog + 1)
        self.assertGreater(scene.counter("TCPReqQFullDoCookies" if cookies
                                         else "TCPReqQFullDrop"), 0)
        document = scene.diagnose_json()
        self.assert_found(document, "syn-queue-full")
        found = scene.finding(document, "syn-queue-full")
        self.assertEqual(found["severity"], "warning")
        self.assertIn(f":{SERVICE}", found["subjects"][0]["name"])
        one = document["listeners"][0]
        self.assertEqual((one["port"], one["syn_received"]), (SERVICE, backlog + 1))
        return document

    def test_that_never_end_fill_the_queue_with_cookies(self):
        self.judged(1, 64)

    def test_and_without_cookies_others_are_dropped(self):
        self.judged(0, 64)

    def test_a_few_slow_ones_are_nothing(self):
        self.net.keep(scene.listener("0.0.0.0", SERVICE, 1024))
        packets.flood(self.net, HERE_ADDRESS, SERVICE, 100)
        time.sleep(0.1)
        self.assertEqual(scene.count("syn-recv"), 100)
        self.assert_found(scene.diagnose_json())

    def test_the_message_of_the_kernel_finds_it(self):
        self.net.keep(scene.listener("0.0.0.0", SERVICE, 64))
        packets.flood(self.net, HERE_ADDRESS, SERVICE, 200)
        time.sleep(0.1)
        line = ("TCP: request_sock_TCP: Possible SYN flooding on port "
                f"0.0.0.0:{SERVICE}. Sending cookies.\n")
        document = scene.diagnose_json("--errno", "-", stdin=line)
        self.assertEqual(document["answer"]["id"], "syn-flooding")
        self.assert_found(document, "syn-queue-full")
        self.assertTrue(scene.finding(document, "syn-queue-full")["asked"])


if __name__ == "__main__":
    scene.main(__file__)

#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Which side closed, and which never did: CLOSE_WAIT, FIN_WAIT_2, TIME_WAIT of a server, PAWS."""
import socket
import threading
import time

import scene
from scene import HERE_ADDRESS, PEER_ADDRESS, PORTS

SERVICE = 8080


class State(scene.Scenario):
    ports = None

    def visits(self, server, number, port=SERVICE):
        """Connections of the peer to a server here, both ends."""
        with self.net.peer():
            made, problem = scene.pairs(server, HERE_ADDRESS, port, number)
        self.assertEqual((len(made), problem), (number, 0))
        return made


class Leak(State):
    def test_of_accepted_connections_names_the_process(self):
        leaky = self.net.actor("leak", "0.0.0.0", SERVICE, "--name", "leaky-app")
        with self.net.peer():
            clients = [scene.connect(HERE_ADDRESS, SERVICE) for _ in range(400)]
        for client in clients:
            client.close()
        time.sleep(0.2)
        self.assertEqual(scene.count("close-wait"), 400)
        self.judge(leaky, "leaky-app", 400)

    def test_of_connections_to_others_names_the_process(self):
        server = self.server()
        leaky = self.net.actor("connect", PEER_ADDRESS, 5432, "--count", 300, "--name", "pool-app")
        for _ in range(300):
            server.accept()[0].close()
        time.sleep(0.2)
        self.assertEqual(scene.count("close-wait"), 300)
        self.judge(leaky, "pool-app", 300)

    def judge(self, process, command, number):
        document = scene.diagnose_json()
        self.assert_found(document, "close-wait-leak")
        found = scene.finding(document, "close-wait-leak")
        self.assertEqual(found["severity"], "warning")
        self.assertIn(process.pid, found["subjects"][0]["pids"])
        one = next(one for one in document["processes"] if one["pid"] == process.pid)
        self.assertEqual((one["command"], one["close_wait"]), (command, number))
        self.assertEqual(document["sockets"]["by_state"]["CLOSE_WAIT"], number)
        text = scene.diagnose().stdout
        self.assertIn(command, text)
        self.assertIn(str(process.pid), text)
        self.assertEqual(document["steps"], [], "no sysctl helps here")

    def test_is_not_what_still_waits_for_accept(self):
        """No program has them: the clients gave up before it came to them."""
        self.net.keep(scene.listener("0.0.0.0", SERVICE))
        with self.net.peer():
            clients = [scene.connect(HERE_ADDRESS, SERVICE) for _ in range(300)]
        for client in clients:
            client.close()
        time.sleep(0.2)
        self.assertEqual(scene.count("close-wait"), 300)
        document = scene.diagnose_json()
        self.assert_found(document)
        self.assertEqual(document["sockets"]["by_state"]["CLOSE_WAIT"], 300)

    def test_of_a_few_is_none(self):
        server = self.net.keep(scene.listener("0.0.0.0", SERVICE))
        made = self.visits(server, 40)
        for client, accepted in made:
            client.close()
            self.net.keep(accepted)
        self.assertEqual(scene.count("close-wait"), 40)
        self.assert_found(scene.diagnose_json())


class Orphans(State):
    def test_that_wait_for_a_peer_which_does_not_close(self):
        server = self.server()
        made, _ = scene.pairs(server, PEER_ADDRESS, 5432, 5000)
        for client, accepted in made:
            client.close()
            self.net.keep(accepted)
        time.sleep(0.3)
        self.assertEqual(scene.count("fin-wait-2"), 5000)
        document = scene.diagnose_json()
        self.assert_found(document, "fin-wait2-orphans")
        self.assertEqual(document["sockets"]["by_state"].get("FIN_WAIT2"), 5000)

    def test_of_accepted_connections_too(self):
        server = self.net.keep(scene.listener("0.0.0.0", SERVICE, reuse=True))
        for client, accepted in self.visits(server, 5000):
            accepted.close()
            self.net.keep(client)
        time.sleep(0.3)
        self.assertEqual(scene.count("fin-wait-2"), 5000)
        self.assert_found(scene.diagnose_json(), "fin-wait2-orphans")

    def test_a_few_are_nothing(self):
        made, _ = scene.pairs(self.server(), PEER_ADDRESS, 5432, 50)
        for client, accepted in made:
            client.close()
            self.net.keep(accepted)
        self.assert_found(scene.diagnose_json())


class ServerClosesFirst(State):
    def closed_here(self, number):
        server = self.net.keep(scene.listener("0.0.0.0", SERVICE, reuse=True))
        scene.close_first(self.visits(server, number), 1)
        self.assertEqual(scene.sockstat("tw"), number)

    def test_its_time_waits_are_no_fault(self):
        self.closed_here(3000)
        self.assert_found(scene.diagnose_json())
        self.assertEqual(scene.diagnose("--fail-on=warning").returncode, 0)

    def test_and_it_is_said_when_there_are_more_than_ports(self):
        scene.sysctl("net.ipv4.ip_local_port_range", f"{scene.FIRST} {scene.FIRST + PORTS - 1}")
        self.closed_here(3000)
        document = scene.diagnose_json()
        self.assert_found(document)
        self.assertEqual([one["id"] for one in document["findings"]], ["server-time-wait"])
        self.assertEqual(document["destinations"], [])
        self.server()
        self.assert_served()


class Paws(State):
    def reject(self, first, then, port):
        """The same tuples again with another clock, while this side holds their TIME_WAITs."""
        server = self.net.keep(scene.listener("0.0.0.0", port, reuse=True))
        with self.net.peer():
            scene.sysctl("net.ipv4.tcp_timestamps", first)
            made = []
            for number in range(30):
                made.append((self.client(port, 40000 + number), server.accept()[0]))
        scene.close_first(made, 1)
        with self.net.peer():
            scene.sysctl("net.ipv4.tcp_timestamps", then)
        # A thread may have a namespace of its own; so the sockets are made here.
        with self.net.peer():
            again = [self.bound(40000 + number) for number in range(30)]
        return [(one, port) for one in again]

    def bound(self, own_port):
        one = socket.socket()
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind((PEER_ADDRESS, own_port))
        one.setblocking(False)
        return self.net.keep(one)

    def client(self, port, own_port):
        one = self.bound(own_port)
        one.setblocking(True)
        one.connect((HERE_ADDRESS, port))
        return one

    def test_rejections_within_the_window_are_found(self):
        """Each connection's clock has a random offset with 1 and none with 2: one of the two
        orders is older, each time at random."""
        again = self.reject(1, 2, SERVICE)

        def connect_again():
            time.sleep(0.8)
            for one, port in again:
                one.connect_ex((HERE_ADDRESS, port))

        worker = threading.Thread(target=connect_again)
        names = ("PAWSTimewait", "PAWSEstab")
        before = sum(scene.counter(name) for name in names)
        worker.start()
        document = scene.diagnose_json("--window", "3s")
        worker.join()
        self.assertGreater(sum(scene.counter(name) for name in names), before)
        self.assert_found(document, "paws-rejects")

    def test_without_any_there_is_no_finding(self):
        server = self.net.keep(scene.listener("0.0.0.0", SERVICE, reuse=True))
        scene.close_first(self.visits(server, 30), 1)
        self.assert_found(scene.diagnose_json("--window", "1s"))


if __name__ == "__main__":
    scene.main(__file__)

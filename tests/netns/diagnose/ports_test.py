#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Who holds the local ports towards a destination: `tcptune diagnose` on real sockets."""
import errno
import os
import socket
import time
import unittest

import scene
from scene import HERE_ADDRESS, PEER_ADDRESS, PORTS


def destination(document, address=PEER_ADDRESS):
    return next(one for one in document["destinations"] if one["remote_address"] == address)


class Exhausted(scene.Scenario):
    def test_by_connections_that_this_side_closed(self):
        server = self.server()
        made, problem = self.time_waits(server, PORTS + 1)
        self.assertEqual((made, problem), (PORTS, errno.EADDRNOTAVAIL))
        self.assert_no_port()
        self.assertEqual(scene.sockstat("tw"), PORTS)
        document = scene.diagnose_json()
        self.assert_found(document, "ports-by-time-wait")
        found = scene.finding(document, "ports-by-time-wait")
        self.assertEqual(found["severity"], "critical")
        self.assertEqual([one["name"] for one in found["subjects"]],
                         [f"{HERE_ADDRESS} -> {PEER_ADDRESS}:5432"])
        self.assertEqual(document["sockets"]["method"], "dump")
        self.assertEqual(document["sockets"]["by_state"]["TIME_WAIT"], PORTS)
        self.assertEqual(document["ports"]["usable"], PORTS)
        one = destination(document)
        self.assertEqual((one["ports_in_use"], one["usable_ports"], one["stage"]),
                         (PORTS, PORTS, "exhausted"))
        self.assertEqual(one["states"]["time_wait"], PORTS)

    def test_by_closed_connections_is_cured_by_the_application_first(self):
        self.time_waits(self.server(), PORTS)
        document = scene.diagnose_json()
        remedies = [advice["remedy"] for advice in document["advice"]]
        self.assertEqual(remedies[0], "application", document["advice"])
        self.assertNotIn("sysctl", remedies[:remedies.index("topology")])
        self.assertTrue(document["plan_was_asked"])
        self.assertIn("net.ipv4.tcp_tw_reuse", [step["key"] for step in document["steps"]])
        not_cures = " ".join(one["what"] for one in document["not_cures"])
        for tried in ("tcp_fin_timeout", "SO_REUSEADDR", "SO_LINGER"):
            self.assertIn(tried, not_cures)
        text = scene.diagnose().stdout
        self.assertRegex(text, r"2,000 of 2,000\s+exhausted")
        self.assertIn("tcptune plan", text.rstrip().splitlines()[-1])
        self.assertEqual([line for line in text.splitlines() if len(line) > 80], [])

    def test_by_open_connections(self):
        made, problem = self.hold(self.server(), PORTS + 1)
        self.assertEqual((len(made), problem), (PORTS, errno.EADDRNOTAVAIL))
        document = scene.diagnose_json()
        self.assert_found(document, "ports-by-established")
        one = destination(document)
        self.assertEqual((one["stage"], one["states"]["established"]), ("exhausted", PORTS))
        self.assertEqual(one["states"]["time_wait"], 0)
        owner = one["owners"][0]
        self.assertEqual((owner["pid"], owner["inferred"]), (os.getpid(), False))
        self.assertEqual(owner["sockets"], PORTS)

    def test_by_connections_that_only_the_peer_closed(self):
        made, problem = self.hold(self.server(), PORTS + 1)
        self.assertEqual((len(made), problem), (PORTS, errno.EADDRNOTAVAIL))
        for pair in made:
            pair[1].close()
        self.assertEqual(scene.count("close-wait"), PORTS)
        self.assert_no_port()
        document = scene.diagnose_json()
        self.assert_found(document, "ports-by-close-wait", also=("close-wait-leak",))
        self.assertIn(os.getpid(), scene.finding(document, "ports-by-close-wait")
                      ["subjects"][0]["pids"])

    def test_by_connects_that_nobody_answers(self):
        scene.run("ip", "route", "add", "10.8.0.0/24", "via", PEER_ADDRESS)
        problem = 0
        for _ in range(PORTS + 1):
            one = self.net.keep(socket.socket())
            one.setblocking(False)
            problem = one.connect_ex(("10.8.0.1", 5432))
        self.assertEqual(problem, errno.EADDRNOTAVAIL)
        self.assertEqual(scene.count("syn-sent"), PORTS)
        document = scene.diagnose_json()
        self.assert_found(document, "ports-by-syn-sent")
        one = destination(document, "10.8.0.1")
        self.assertEqual((one["stage"], one["states"]["syn_sent"]), ("exhausted", PORTS))

    def test_by_orphans_whose_peer_does_not_close(self):
        made, _ = scene.pairs(self.server(), PEER_ADDRESS, 5432, PORTS)
        for client, accepted in made:
            client.close()
            self.net.keep(accepted)
        time.sleep(0.2)
        self.assertEqual(scene.count("fin-wait-2"), PORTS)
        self.assert_no_port()
        self.assert_found(scene.diagnose_json(), "ports-by-half-closed",
                          also=("fin-wait2-orphans",))

    def test_to_an_ipv6_destination(self):
        scene.run("ip", "addr", "add", "fd00::1/64", "dev", "client0", "nodad")
        with self.net.peer():
            scene.run("ip", "addr", "add", "fd00::2/64", "dev", "server0", "nodad")
        server = self.server("fd00::2", 8443)
        made, problem = self.time_waits(server, PORTS + 1, "fd00::2", 8443)
        self.assertEqual((made, problem), (PORTS, errno.EADDRNOTAVAIL))
        document = scene.diagnose_json()
        self.assert_found(document, "ports-by-time-wait")
        self.assertEqual(scene.finding(document, "ports-by-time-wait")["subjects"][0]["name"],
                         "fd00::1 -> [fd00::2]:8443")


class PastHalf(scene.Scenario):
    def test_of_closed_connections_is_slow_and_no_error(self):
        server = self.server()
        self.assertEqual(self.time_waits(server, 1200), (1200, 0))
        document = scene.diagnose_json()
        self.assert_found(document, "half-range-slow")
        self.assertEqual(scene.finding(document, "half-range-slow")["severity"], "warning")
        self.assertEqual(destination(document)["stage"], "slow")
        self.assert_served()

    def test_of_open_connections_too(self):
        self.assertEqual(self.hold(self.server(), 1200)[1], 0)
        self.assert_found(scene.diagnose_json(), "half-range-slow")
        self.assert_served()

    def test_and_below_half_nothing_is_said(self):
        self.hold(self.server(), 900)
        self.assert_found(scene.diagnose_json())


class TwoCauses(scene.Scenario):
    def test_one_destination_full_of_closed_the_other_of_open_connections(self):
        self.time_waits(self.server(), PORTS)
        self.hold(self.server("10.9.9.3", 6379), PORTS, "10.9.9.3", 6379)
        for where in ((PEER_ADDRESS, 5432), ("10.9.9.3", 6379)):
            self.assert_no_port(*where)
        document = scene.diagnose_json()
        self.assert_found(document, "ports-by-time-wait", "ports-by-established")
        for name, remote in (("ports-by-time-wait", f"{PEER_ADDRESS}:5432"),
                             ("ports-by-established", "10.9.9.3:6379")):
            self.assertEqual([one["name"] for one in scene.finding(document, name)["subjects"]],
                             [f"{HERE_ADDRESS} -> {remote}"])

    def test_both_in_one_destination(self):
        server = self.server()
        self.hold(server, PORTS // 2)
        self.time_waits(server, PORTS // 2)
        self.assert_no_port()
        self.assert_found(scene.diagnose_json(), "ports-by-time-wait", "ports-by-established")

    def test_a_few_open_connections_are_no_cause_beside_many_closed_ones(self):
        server = self.server()
        self.hold(server, 40)
        self.time_waits(server, PORTS - 40)
        self.assert_no_port()
        document = scene.diagnose_json()
        self.assert_found(document, "ports-by-time-wait")
        owner = destination(document)["owners"][0]
        self.assertEqual((owner["pid"], owner["inferred"], owner["sockets"]),
                         (os.getpid(), True, 40))


class Mixed(scene.Scenario):
    """No state alone has a quarter of the ports, and yet none is left."""

    def mix(self, server, each):
        """So many open, closed, half-closed and leaked ones, and connects without an answer."""
        made, problem = scene.pairs(server, PEER_ADDRESS, 5432, 4 * each)
        self.assertEqual((len(made), problem), (4 * each, 0))
        closed, half_closed = made[:each], made[each:2 * each]
        leaked, opened = made[2 * each:3 * each], made[3 * each:]
        scene.close_first(closed, 0)
        for client, accepted in half_closed:
            client.close()
            self.net.keep(accepted)
        for client, accepted in leaked:
            accepted.close()
            self.net.keep(client)
        self.net.keep(*(end for pair in opened for end in pair))
        time.sleep(0.3)
        with self.net.peer():
            scene.run("ip", "route", "add", "blackhole", HERE_ADDRESS + "/32")
        problem = 0
        while problem in (0, errno.EINPROGRESS):
            one = self.net.keep(socket.socket())
            one.setblocking(False)
            problem = one.connect_ex((PEER_ADDRESS, 5432))
        return problem

    def test_of_five_states_holds_every_port(self):
        each = PORTS // 5
        self.assertEqual(self.mix(self.server(), each), errno.EADDRNOTAVAIL)
        for state in ("established", "time-wait", "close-wait", "fin-wait-2", "syn-sent"):
            self.assertEqual(scene.count(state, "dst", PEER_ADDRESS), each, state)
        document = scene.diagnose_json()
        self.assert_found(document, "ports-by-mixture", also=("close-wait-leak",))
        found = scene.finding(document, "ports-by-mixture")
        self.assertEqual(found["severity"], "critical")
        self.assertEqual([one["name"] for one in found["subjects"]],
                         [f"{HERE_ADDRESS} -> {PEER_ADDRESS}:5432"])
        self.assertEqual(destination(document)["stage"], "exhausted")
        remedies = [advice["remedy"] for advice in document["advice"]
                    if "ports-by-mixture" in advice["finding_ids"]]
        self.assertEqual((remedies[0], remedies[-1]), ("application", "sysctl"))
        asked = scene.diagnose_json("--errno", "EADDRNOTAVAIL")
        self.assertIn(found["title"], asked["answer"]["confirmed"])
        self.assertEqual(scene.diagnose("--fail-on=critical", check=False).returncode, 2)

    def test_in_which_one_state_has_a_quarter_is_that_states_matter(self):
        each = PORTS // 6
        self.assertEqual(self.mix(self.server(), each), errno.EADDRNOTAVAIL)
        self.assertEqual(scene.count("syn-sent", "dst", PEER_ADDRESS), PORTS - 4 * each)
        self.assert_found(scene.diagnose_json(), "ports-by-syn-sent", also=("close-wait-leak",))


class Filling(scene.Scenario):
    """Ports chosen by programs: the half that connect() prefers is not used up first."""

    def local_range(self, number):
        """IP_LOCAL_PORT_RANGE on each socket."""
        self.net.start(scene.LOAD, "hold-established", "--server-in-process", "--count",
                       str(number), "--to", "127.0.1.1:9000", "--until-eof")
        self.assertEqual(scene.count("established", "dst", "127.0.1.1", "dport", "=", ":9000"),
                         number)

    def judge(self, address, number, *names):
        document = scene.diagnose_json("--dest", address)
        self.assert_found(document, *names)
        one = destination(document, address)
        self.assertEqual((one["ports_in_use"], one["stage"]), (number, "free"))
        return document

    def test_most_are_taken_without_a_slow_connect(self):
        self.local_range(1790)
        document = self.judge("127.0.1.1", 1790, "ports-filling")
        found = scene.finding(document, "ports-filling")
        self.assertEqual((found["severity"], found["subjects"][0]["name"]),
                         ("warning", "127.0.0.1 -> 127.0.1.1:9000"))
        self.assert_found(scene.diagnose_json(), "ports-filling")
        plain = self.net.keep(scene.connect("127.0.1.1", 9000))
        self.assertEqual(plain.getsockname()[1] % 2, 0, "the preferred half was full")

    def test_two_thirds_are_no_trouble_yet(self):
        self.local_range(1350)
        self.judge("127.0.1.1", 1350)

    def test_nine_tenths_are(self):
        self.local_range(1810)
        self.judge("127.0.1.1", 1810, "ports-by-established")

    def test_by_a_program_that_binds_first_to_one_destination(self):
        made, problem = self.hold(self.server(), 1500, bind=(HERE_ADDRESS, 0))
        self.assertEqual((len(made), problem), (1500, 0))
        self.judge(PEER_ADDRESS, 1500, "ports-filling")
        self.assert_served()


class Healthy(unittest.TestCase):
    """Not one of the small ranges: kernel defaults, as on any host."""

    def setUp(self):
        # The kernel counts "alloc" for the whole host: orphans of scenarios before live a minute.
        deadline = time.monotonic() + 75
        while scene.sockstat("alloc") > 2500 and time.monotonic() < deadline:
            time.sleep(0.5)
        self.net = scene.Network(ports=None)
        self.addCleanup(self.net.close)

    def test_an_idle_namespace_has_no_finding_and_needs_no_dump(self):
        document = scene.diagnose_json()
        self.assertEqual(document["findings"], [])
        self.assertEqual(document["sockets"]["method"], "counters")
        self.assertEqual((document["kind"], document["format_version"], document["exit_code"]),
                         ("diagnosis", "1.0", 0))
        self.assertEqual((document["steps"], document["advice"]), ([], []))
        self.assertEqual(scene.diagnose("--fail-on=info").returncode, 0)

    def test_a_busy_one_far_from_its_limits_neither(self):
        with self.net.peer():
            server = self.net.keep(scene.listener(PEER_ADDRESS, 443))
        made, _ = scene.pairs(server, PEER_ADDRESS, 443, 500)
        scene.close_first(made[:300], 0)
        self.net.keep(*(end for pair in made[300:] for end in pair))
        document = scene.diagnose_json()
        self.assertEqual(document["findings"], [])
        self.assertEqual(document["sockets"]["method"], "counters")


if __name__ == "__main__":
    scene.main(__file__)

#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Programs that bind() before they connect(): one pool of ports for all destinations."""
import errno

import scene
from scene import HERE_ADDRESS, PORTS

PEERS = [f"10.9.9.{last}" for last in range(2, 6)]


class Bound(scene.Scenario):
    def spread(self, number, peers, bind=None):
        """Open connections to each peer; their local ports, one list per peer."""
        ports = []
        for address in peers:
            server = self.server(address)
            made, problem = self.hold(server, number, address, bind=bind)
            self.assertEqual((len(made), problem), (number, 0))
            ports.append([client.getsockname()[1] for client, _ in made])
        return ports


class OnePool(Bound):
    def test_several_destinations_share_it_though_none_is_full(self):
        ports = self.spread(400, PEERS[:3], (HERE_ADDRESS, 0))
        taken = [port for list_of_one in ports for port in list_of_one]
        self.assertEqual(len(set(taken)), len(taken), "the kernel shared a port")
        document = scene.diagnose_json()
        self.assert_found(document, "bind-before-connect")
        self.assertEqual({one["stage"] for one in document["destinations"]}, {"free"})
        self.assertIn("IP_BIND_ADDRESS_NO_PORT", " ".join(
            advice["title"] + advice["text"] for advice in document["advice"]))

    def test_with_time_waits_just_the_same(self):
        for address in PEERS[:3]:
            made, problem = self.time_waits(self.server(address), 400, address,
                                            bind=(HERE_ADDRESS, 0))
            self.assertEqual((made, problem), (400, 0))
        self.assert_found(scene.diagnose_json(), "bind-before-connect")

    def test_connect_shares_ports_between_destinations_so_as_many_are_fine(self):
        ports = self.spread(900, PEERS[:3])
        taken = [port for list_of_one in ports for port in list_of_one]
        self.assertLess(len(set(taken)), PORTS * 3 // 5)
        self.assertGreater(len(taken), PORTS)
        self.assert_found(scene.diagnose_json())

    def test_one_destination_alone_shares_it_with_nobody(self):
        """bind() takes the ports that connect() likes least: connect() is not slow yet."""
        ports, = self.spread(1200, PEERS[:1], (HERE_ADDRESS, 0))
        self.assertGreater(len([port for port in ports if port % 2]), PORTS * 0.45)
        self.assert_found(scene.diagnose_json())

    def test_one_destination_past_half_by_connect_is_that_destinations_matter(self):
        self.spread(1200, PEERS[:1])
        self.assert_found(scene.diagnose_json(), "half-range-slow")

    def test_full_the_next_bind_fails_though_no_destination_is_exhausted(self):
        self.spread(PORTS // len(PEERS), PEERS, (HERE_ADDRESS, 0))
        self.assertEqual(scene.error_of(scene.bind_only, HERE_ADDRESS, 0), errno.EADDRINUSE)
        self.assertEqual(scene.error_of(scene.bind_only, HERE_ADDRESS, 0, True),
                         errno.EADDRINUSE)
        document = scene.diagnose_json()
        self.assertNotIn("exhausted", {one["stage"] for one in document["destinations"]})
        self.assert_found(document, "bind-pool-full")
        self.assertEqual(scene.finding(document, "bind-pool-full")["severity"], "critical")

    def test_full_it_also_fails_the_plain_connect_of_another_program(self):
        self.spread(PORTS // len(PEERS), PEERS, (HERE_ADDRESS, 0))
        self.server("10.9.9.6")
        self.assert_no_port("10.9.9.6")
        for asked in ("EADDRNOTAVAIL", "EADDRINUSE"):
            document = scene.diagnose_json("--errno", asked)
            self.assert_found(document, "bind-pool-full")
            self.assertTrue(scene.finding(document, "bind-pool-full")["asked"], asked)


class OnlyBound(Bound):
    def bind_only(self, number):
        self.net.keep(*[scene.bind_only(HERE_ADDRESS, 0) for _ in range(number)])

    def test_sockets_that_never_connect_hold_ports_that_no_list_shows(self):
        self.bind_only(300)
        self.assertEqual(scene.run("ss", "-Htan").stdout, "")
        server = self.server()
        made, problem = self.hold(server, PORTS)
        self.assertEqual((len(made), problem), (PORTS - 300, errno.EADDRNOTAVAIL))
        for pair in made:
            scene.close_first([pair], 1)
        self.assertEqual(scene.count("time-wait"), 0)
        document = scene.diagnose_json()
        self.assert_found(document, "bound-only")
        self.assertEqual(document["ports"]["bound"], 300)
        self.assertEqual(document["ports"]["usable"], PORTS - 300)

    def test_a_few_are_nothing(self):
        self.bind_only(40)
        self.assert_found(scene.diagnose_json())

    def test_they_fill_the_pool_of_bind_too(self):
        self.bind_only(PORTS)
        self.assertEqual(scene.error_of(scene.bind_only, HERE_ADDRESS, 0), errno.EADDRINUSE)
        self.assert_found(scene.diagnose_json(), "bound-only", "bind-pool-full")

    def test_all_but_one_are_told_as_a_share_of_all_ports(self):
        """Not of the one port that connect() has left."""
        self.bind_only(PORTS - 1)
        document = scene.diagnose_json()
        self.assert_found(document, "bound-only", "bind-pool-full")
        self.assertEqual(document["ports"]["usable"], 1)
        values = {line["expression"]: line["value"] for name in ("bound-only", "bind-pool-full")
                  for line in scene.finding(document, name)["subjects"][0]["evidence"]}
        self.assertIn("1999 > 100", values.values())
        self.assertRegex(values["port.pool_share >= 0.98"], r"^(1|0\.999\d*) >= 0\.98$")

    def test_they_leave_bind_a_part_of_the_pool(self):
        """More than are left for connect(), and still there are some."""
        self.bind_only(1400)
        self.assertEqual(scene.error_of(scene.bind_only, HERE_ADDRESS, 0), 0)
        self.assert_found(scene.diagnose_json(), "bound-only")

    def test_and_are_found_beside_a_full_destination(self):
        self.bind_only(300)
        self.time_waits(self.server(), PORTS)
        self.assert_no_port()
        document = scene.diagnose_json()
        self.assert_found(document, "bound-only", "ports-by-time-wait")


class Listening(Bound):
    def test_listeners_inside_the_range_take_ports_and_are_no_fault(self):
        self.net.keep(*[scene.listener("127.0.0.1", scene.FIRST + 10 * n, 8) for n in range(20)])
        document = scene.diagnose_json()
        self.assert_found(document)
        self.assertEqual(document["ports"]["usable"], PORTS - 20)


if __name__ == "__main__":
    scene.main(__file__)

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The whole story: planned from traffic, applied under watch and check, looked at, taken back."""
import json
import os
import subprocess
import time

from commands import (CONFIGURATION, DROP_IN, FIN, KEEPALIVE, LOAD, SOMAXCONN, TWO, ApplyTest, run,
                      set_sysctl, sysctl, write)
from harness import main, read

REUSE = "net.ipv4.tcp_tw_reuse"
SERVER = "10.9.9.2"


class FromTraffic(ApplyTest):
    """A client and its server on two ends of a veth, in two network namespaces."""

    def setUp(self):
        super().setUp()
        set_sysctl(REUSE, "2")
        self.background = []
        holder = self.start_process("unshare", "-n", "sleep", "110")
        own = os.readlink("/proc/self/ns/net")
        end = time.monotonic() + 20
        while os.readlink(f"/proc/{holder.pid}/ns/net") == own and time.monotonic() < end:
            time.sleep(0.01)
        pid = str(holder.pid)
        run("ip", "link", "add", "client0", "type", "veth", "peer", "name", "server0", "netns", pid)
        # The other namespace, and the link with it, ends some time after its last process.
        self.addCleanup(run, "ip", "link", "del", "client0")
        run("ip", "addr", "add", "10.9.9.1/24", "dev", "client0")
        run("ip", "link", "set", "client0", "up")
        self.enter = ("nsenter", "-t", pid, "-n")
        run(*self.enter, "sh", "-c",
            f"ip addr add {SERVER}/24 dev server0; ip link set server0 up")

    def fill(self, port):
        """A server, and TIME_WAITs towards it; each test its own, as they live for a minute."""
        remote = f"{SERVER}:{port}"
        server = self.start_process(*self.enter, LOAD, "serve", remote, "--seconds", "100",
                                    "--limit", "110", stdout=subprocess.PIPE, text=True)
        self.assertTrue(server.stdout.readline().startswith("ready"))
        made = run(LOAD, "hold-time-wait", "--count", "20000", "--to", remote)
        self.assertTrue(made.stdout.startswith("ready"), made.stdout)
        return remote

    def start_process(self, *command, **more):
        process = subprocess.Popen(command, **more)
        self.background.append(process)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def test_plan_apply_look_and_roll_back(self):
        remote = self.fill(5432)
        plan = self.path("plan.json")
        self.tcptune("plan", "--out", plan, status=0)
        load = self.start_process(LOAD, "load", "--to", remote, "--rate", "200", "--seconds", "8",
                                  stdout=subprocess.PIPE, text=True)
        check = "test $(cat /proc/sys/net/ipv4/tcp_tw_reuse) = 1 && test -n $TCPTUNE_TRANSACTION"
        done = self.apply(plan, "--check", check, "--watch=1s", "--ticket=CHG-7",
                          "--comment=ports run out")
        identity = self.newest()["id"]
        for line in ("net.ipv4.tcp_tw_reuse: 2 -> 1", "passed", "Tcp.ActiveOpens",
                     "TcpExt.TWRecycled", "10.9.9.1 -> 10.9.9.2:5432", "Applied and kept.",
                     f"tcptune rollback {identity[:8]}"):
            self.assertIn(line, done.out)
        opens = next(line.split() for line in done.out.splitlines() if "Tcp.ActiveOpens" in line)
        for rate in opens[1:3]:
            self.assertGreater(float(rate.removesuffix("/s").replace(",", "")), 20, done.out)
        self.assertEqual(sysctl(REUSE), "1")
        self.assertIn(REUSE + " = 1\n", read(DROP_IN).decode())
        load.wait(60)
        self.look_back(identity)
        self.assertIn(f"{identity[:8]}", self.tcptune("status", status=0).out)
        undone = self.tcptune("rollback", identity[:6], "--yes", status=0)
        self.assertIn("rolled back", undone.out)
        self.assertEqual(sysctl(REUSE), "2")
        self.assertFalse(os.path.exists(DROP_IN))

    def look_back(self, identity):
        history = self.tcptune("history", status=0).out
        self.assertRegex(history, rf"{identity[:8]} .*apply +committed +CHG-7: ports run out")
        shown = self.tcptune("show", identity[:4], status=0).out
        self.assertIn(REUSE + ": 2 -> 1", shown)
        self.assertIn("uid 0", shown)
        self.assertIn("No difference", self.tcptune("diff", "@" + identity, "@now", status=0).out)
        set_sysctl(REUSE, "0")
        self.assertIn(REUSE, self.tcptune("diff", "@" + identity, "@now", status=0).out)
        set_sysctl(REUSE, "1")

    def test_without_a_file_the_plan_is_made_now(self):
        self.fill(5433)
        document = self.apply_json("--watch=1s")
        self.assertEqual([(each["key"], each["before"], each["after"])
                          for each in document["changes"]], [(REUSE, "2", "1")])
        self.assertTrue(document["changed"])
        guards = {guard["id"]: guard["verdict"] for guard in document["watch"]["guards"]}
        self.assertEqual(guards, {REUSE + "/paws-established": "holds",
                                  REUSE + "/paws-syn-ack": "holds",
                                  REUSE + "/syn-retransmissions": "holds"})
        self.assertGreater(document["watch"]["destinations"][0]["ports_in_use_before"], 15000)
        self.assertEqual(sysctl(REUSE), "1")
        again = self.apply_json()
        self.assertEqual((again["changes"], again["changed"], again["id"]), ([], False, None))


class BackAndForth(ApplyTest):
    def test_the_file_comes_back_with_bytes_mode_and_owner(self):
        """Two commits; the second one's rollback gives the first one's file back as it was."""
        self.apply(self.plan({SOMAXCONN: "8192"}))
        os.chmod(DROP_IN, 0o640)
        os.chown(DROP_IN, 0, 4)
        first = read(DROP_IN)
        self.apply(self.plan({KEEPALIVE: "600"}))
        self.assertIn(b"net.core.somaxconn = 8192\nnet.ipv4.tcp_keepalive_time = 600\n",
                      read(DROP_IN))
        self.tcptune("rollback", "--last", "--yes", status=0)
        info = os.stat(DROP_IN)
        self.assertEqual((read(DROP_IN), info.st_mode & 0o7777, info.st_uid, info.st_gid),
                         (first, 0o640, 0, 4))
        self.assert_sysctls({SOMAXCONN: "8192", KEEPALIVE: "7200"})
        self.tcptune("rollback", "--last", "--yes", status=0)
        self.assert_nothing_kept()
        self.assertIn("no transaction that was kept",
                      self.tcptune("rollback", "--last", "--yes", status=66).err)

    def test_other_files_are_not_touched(self):
        write(CONFIGURATION + "/10-ours.conf", "net.core.somaxconn = 4096\n", 0o600)
        identity = self.apply_json(self.plan())["id"]
        self.assertEqual(sorted(os.listdir(CONFIGURATION)), ["10-ours.conf", "90-tcptune.conf"])
        self.tcptune("rollback", identity, "--yes", status=0)
        self.assertEqual(os.listdir(CONFIGURATION), ["10-ours.conf"])
        self.assertEqual(read(CONFIGURATION + "/10-ours.conf"), b"net.core.somaxconn = 4096\n")

    def test_runtime_only_writes_no_file(self):
        document = self.apply_json(self.plan(), "--runtime-only")
        self.assertFalse(document["persist"])
        self.assert_sysctls(TWO)
        self.assertEqual(os.listdir(CONFIGURATION), [])
        self.tcptune("rollback", document["id"], "--yes", status=0)
        self.assert_old()

    def test_rollback_to_an_earlier_transaction(self):
        first = self.apply_json(self.plan({SOMAXCONN: "8192"}))["id"]
        self.apply(self.plan({KEEPALIVE: "600"}))
        self.apply(self.plan({FIN: "45"}))
        foreseen = self.tcptune("rollback", "--to", first, "--dry-run", status=0).out
        self.assertIn(KEEPALIVE + ": 600 -> 7200", foreseen)
        self.assert_sysctls({SOMAXCONN: "8192", KEEPALIVE: "600", FIN: "45"})
        document = self.json("rollback", "--to", first, "--yes", status=0)
        self.assertEqual(document["kind"], "rollbacks")
        self.assert_sysctls({SOMAXCONN: "8192", KEEPALIVE: "7200", FIN: "60"})
        self.assertIn(b"\nnet.core.somaxconn = 8192\n", read(DROP_IN))
        self.assertNotIn(KEEPALIVE.encode(), read(DROP_IN))

    def test_diff_of_two_transactions(self):
        first = self.apply_json(self.plan({SOMAXCONN: "8192"}))["id"]
        second = self.apply_json(self.plan({SOMAXCONN: "16384"}))["id"]
        text = self.tcptune("diff", "@" + first, "@" + second, status=0).out
        self.assertIn("net.core.somaxconn: 8192 -> 16384", text)
        self.json("diff", "@" + first, "@" + second, status=0)

    def test_the_second_apply_of_a_plan_has_nothing_to_do(self):
        plan = self.plan()
        self.apply(plan)
        history = self.json("history", status=0)
        document = self.apply_json(plan)
        self.assertFalse(document["changed"])
        self.assertEqual(self.json("history", status=0), history)

    def test_plan_from_standard_input(self):
        with open(self.plan(), encoding="ascii") as file:
            self.apply("-", text=file.read())
        self.assert_sysctls(TWO)

    def test_every_event_of_json_lines_comes_in_order(self):
        done = self.apply(self.plan(), "--check=true", "--watch=1s", "--format=jsonl")
        lines = [json.loads(line) for line in done.out.splitlines()]
        self.assertEqual([line["event"] for line in lines],
                         ["plan", "applied", "check", "watch", "confirmed", "result"])
        times = [line["time"] for line in lines]
        self.assertEqual(times, sorted(times))
        self.check(lines[-1], 0)
        failed = self.apply(self.plan({FIN: "45"}), "--check=false", "--format=jsonl", status=12)
        lines = [json.loads(line) for line in failed.out.splitlines()]
        self.assertEqual([line["event"] for line in lines],
                         ["plan", "applied", "check", "rolled_back", "result"])
        self.check(lines[-1], 12)


if __name__ == "__main__":
    main(together=True)

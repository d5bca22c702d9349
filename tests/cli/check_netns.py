#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""--netns and --all-netns, as root of a user namespace of the test's own."""
import os
import subprocess

from program import TCPTUNE, ProgramTest, main, parsed, run

# A second namespace with a range of ports of its own, held by a process.
SECOND = """
set -e
mount -t tmpfs tmpfs /run
mkdir /run/netns
unshare -n sh -c 'echo 50000 50099 > /proc/sys/net/ipv4/ip_local_port_range; exec sleep 60' &
pid=$!
trap 'kill $pid' EXIT
until [ "$(cat /proc/$pid/comm)" = sleep ]; do sleep 0.02; done
touch /run/netns/second
mount --bind /proc/$pid/ns/net /run/netns/second
"""


class Namespaces(ProgramTest):
    def setUp(self):
        super().setUp()
        probe = subprocess.run(["unshare", "-rmn", "true"], capture_output=True, check=False)
        if probe.returncode != 0:
            self.skipTest("no user namespaces here")

    def inside(self, script):
        return subprocess.run(["unshare", "-rmn", "bash", "-c", SECOND + script], check=False,
                              capture_output=True, text=True, timeout=60,
                              env={**os.environ, "TCPTUNE": TCPTUNE})

    def plan(self, words):
        done = self.inside(f'"$TCPTUNE" plan --format=json {words}')
        self.assert_exit(done, 0)
        return parsed(done.stdout)

    def test_a_namespace_is_entered_by_process_and_by_name(self):
        own = self.plan("")
        self.assertEqual(own["budget"]["range"], 28232)
        for words in ('--netns "$pid"', "--netns second"):
            other = self.plan(words)
            self.assertEqual(other["budget"]["range"], 100)
            self.assertNotEqual(other["host"]["netns"], own["host"]["netns"])

    def test_all_namespaces_are_listed_each_once(self):
        plan = self.plan("--all-netns")
        names = [entry["name"] for entry in plan["namespaces"]]
        self.assertEqual(names.count("second"), 1)
        self.assertNotIn("own", names)

    def test_the_verdict_says_how_many_others_there_are(self):
        done = self.inside('"$TCPTUNE" plan')
        self.assert_exit(done, 0)
        self.assertIn("not looked at", done.stdout)

    def test_a_namespace_that_is_not_there(self):
        self.assert_refused(self.inside('"$TCPTUNE" plan --netns none'), 66, "/run/netns/none")
        self.assert_refused(self.inside('"$TCPTUNE" plan --netns ../../etc/passwd'), 64, "--netns")
        self.assert_refused(self.inside('"$TCPTUNE" plan --netns 2147483647'), 66, "there is none")

    def test_without_root_both_are_refused(self):
        if os.geteuid() == 0:
            self.skipTest("this is root")
        self.assert_refused(run("plan", "--all-netns"), 77, "root")
        self.assert_refused(run("plan", "--netns", "1"), 77, "root")


main()

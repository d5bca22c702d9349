#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Where answers go: files replaced whole, a full disk, a reader that went away."""
import os
import socket
import stat
import subprocess

from program import TCPTUNE, ProgramTest, main, parsed, run, saved


class Output(ProgramTest):
    def test_a_saved_plan_is_the_json_of_the_plan(self):
        path = os.path.join(self.folder, "plan.json")
        done = run("plan", "--facts", saved("churn"), "--out", path)
        self.assert_exit(done, 0)
        self.assertIn("Saved to", done.stdout)
        with open(path, encoding="utf-8") as source:
            plan = parsed(source.read())
        self.assertEqual(plan["changes"][0]["key"], "net.ipv4.tcp_tw_reuse")
        shown = parsed(run("plan", "--facts", saved("churn"), "--format=json").stdout)
        self.assertEqual(plan, shown)

    def test_the_same_facts_give_the_same_bytes(self):
        first = run("plan", "--facts", saved("churn"), "--format=json").stdout
        self.assertEqual(first, run("plan", "--facts", saved("churn"), "--format=json").stdout)

    def test_a_file_is_replaced_whole_and_keeps_its_mode(self):
        path = self.file("plan.json", "old")
        os.chmod(path, 0o640)
        self.assert_exit(run("plan", "--facts", saved("idle"), "--out", path), 0)
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o640)
        self.assertEqual(os.listdir(self.folder), ["plan.json"])

    def test_a_plan_that_cannot_be_saved_leaves_nothing(self):
        path = os.path.join(self.folder, "none", "plan.json")
        done = run("plan", "--facts", saved("idle"), "--out", path)
        self.assert_refused(done, 1, path)
        self.assertEqual(os.listdir(self.folder), [])

    def test_a_failed_save_keeps_the_old_file(self):
        path = self.file("plan.json", "old")
        # A limit on the size of files stands for a full disk: SIGXFSZ is ignored, write fails.
        command = f"trap '' XFSZ; ulimit -f 1; exec '{TCPTUNE}' plan " \
                  f"--facts '{saved('churn')}' --out '{path}'"
        done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False,
                              timeout=60)
        self.assert_exit(done, 1)
        with open(path, encoding="utf-8") as source:
            self.assertEqual(source.read(), "old")
        self.assertEqual(os.listdir(self.folder), ["plan.json"])

    def test_standard_output_that_is_full_is_an_error(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([TCPTUNE, "plan", "--facts", saved("idle")], stdout=full,
                                  stderr=subprocess.PIPE, text=True, check=False, timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertIn("standard output", done.stderr)

    def test_a_reader_that_went_away_is_nobodys_fault(self):
        for trap in ("", "trap '' PIPE; "):
            command = f"({trap}'{TCPTUNE}' rules list; echo $? >&2) | true"
            done = subprocess.run(["bash", "-c", command], capture_output=True, text=True,
                                  check=False, timeout=60)
            self.assertIn(done.stderr.strip(), ("141", "0"))

    def test_facts_to_a_file_and_to_standard_output(self):
        path = os.path.join(self.folder, "facts.json")
        done = run("facts", "--out", path)
        self.assert_exit(done, 0)
        self.assertEqual(done.stdout, "")
        with open(path, encoding="utf-8") as source:
            self.assertEqual(parsed(source.read())["kind"], "facts")
        self.assertEqual(parsed(run("facts").stdout)["kind"], "facts")

    def test_this_host_and_its_saved_facts_give_the_same_verdict(self):
        path = os.path.join(self.folder, "facts.json")
        self.assert_exit(run("facts", "--out", path), 0)
        done = run("plan", "--facts", path, "--format=json")
        self.assert_exit(done, 0)
        live = parsed(run("plan", "--format=json").stdout)
        saved_plan = parsed(done.stdout)
        # Between two looks a socket may come or go: what is compared does not depend on one.
        for member in ("profile", "policy", "changes", "not_advised"):
            self.assertEqual(live[member], saved_plan[member], member)

    def test_redacted_facts_do_not_name_the_host_or_its_addresses(self):
        done = run("facts", "--redact=addresses,hostname")
        self.assert_exit(done, 0)
        # A pseudonym of this one file: two files of one host cannot be joined by it.
        name = parsed(done.stdout)["host"]["hostname"]
        self.assertNotEqual(name, socket.gethostname())
        again = parsed(run("facts", "--redact=hostname").stdout)["host"]["hostname"]
        self.assertNotEqual(again, name)


main()

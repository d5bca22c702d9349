#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Input that cannot be used: a clear diagnostic, the documented status, never a crash."""
import os
import random

from program import SOURCE, ProgramTest, main, parsed, run, saved


class BadInput(ProgramTest):
    def test_facts_that_are_not_there(self):
        path = os.path.join(self.folder, "none.json")
        self.assert_refused(run("plan", "--facts", path), 66, path, "No such file")

    def test_facts_that_are_a_directory(self):
        self.assert_refused(run("plan", "--facts", self.folder), 66, "directory")

    def test_facts_of_binary_rubbish(self):
        rubbish = random.Random(7).randbytes(20000)
        self.assert_refused(run("plan", "--facts", self.file("r.json", rubbish)), 65, "TT7")
        self.assert_refused(run("plan", "--facts", self.file("e.json", "")), 65, "TT701")

    def test_facts_of_a_newer_major_version(self):
        with open(saved("idle"), encoding="utf-8") as source:
            text = source.read().replace('"format_version": "1.0"', '"format_version": "2.0"')
        self.assert_refused(run("plan", "--facts", self.file("n.json", text)), 65, "TT703")

    def test_facts_of_a_newer_minor_version_are_read(self):
        with open(saved("idle"), encoding="utf-8") as source:
            text = source.read().replace('"format_version": "1.0"', '"format_version": "1.7"')
        self.assert_exit(run("plan", "--facts", self.file("m.json", text)), 0)

    def test_facts_of_100_megabytes(self):
        path = os.path.join(self.folder, "big.json")
        with open(path, "wb") as out:
            out.truncate(100_000_000)
        self.assert_refused(run("plan", "--facts", path), 65, "TT103")

    def test_facts_from_an_endless_device(self):
        self.assert_refused(run("plan", "--facts", "/dev/zero"), 65, "TT103")

    def test_facts_nested_without_end(self):
        self.assert_refused(run("plan", "--facts", self.file("d.json", "[" * 300000)), 65, "TT7")

    def test_another_kind_of_document(self):
        plan = run("plan", "--facts", saved("idle"), "--format=json").stdout
        self.assert_refused(run("plan", "--facts", self.file("p.json", plan)), 65, "TT702")

    def test_facts_from_standard_input(self):
        with open(saved("churn"), encoding="utf-8") as source:
            done = run("plan", "--facts", "-", stdin=source.read())
        self.assert_exit(done, 0)
        self.assertIn("net.ipv4.tcp_tw_reuse: 2 -> 1", done.stdout)
        self.assert_refused(run("plan", "--facts", "-", stdin="{"), 65, "standard input")

    def test_a_rule_directory_that_is_not_there(self):
        missing = os.path.join(self.folder, "rules")
        self.assert_refused(run("plan", "--rules", missing), 66, missing)

    def test_a_broken_rule_file_stops_the_plan_with_place_caret_and_all_errors(self):
        self.file("net.ipv4.tcp_tw_reuse.toml", "schema = 1\n[parameter]\nkey = 3\nkay = 4\n")
        done = run("plan", "--rules", self.folder)
        self.assert_refused(done, 65, "net.ipv4.tcp_tw_reuse.toml:3:", "TT203", "TT201", "^")

    def test_a_misspelt_fact_is_named_with_a_suggestion(self):
        with open(os.path.join(SOURCE, "rules/net.ipv4.tcp_tw_reuse.toml"),
                  encoding="utf-8") as source:
            text = source.read().replace("port.reusable_share", "port.reusable_shore", 1)
        self.file("net.ipv4.tcp_tw_reuse.toml", text)
        self.assert_refused(run("plan", "--rules", self.folder), 65, "TT303",
                            "port.reusable_share")

    def test_broken_toml_names_line_and_column(self):
        self.file("net.ipv4.tcp_tw_reuse.toml", "schema = 1\n[parameter\n")
        self.assert_refused(run("plan", "--rules", self.folder), 65, ".toml:2:", "TT101")

    def test_a_broken_file_is_not_buried_under_those_that_name_its_key(self):
        self.file("net.ipv4.tcp_tw_reuse.toml", "schema = 1\n[parameter\n")
        done = run("plan", "--facts", saved("idle"), "--rules", self.folder)
        self.assert_refused(done, 65, "TT101")
        self.assertNotIn("TT303", done.stderr)
        self.assertNotIn("TT403", done.stderr)

    def test_a_named_pipe_is_no_rule_policy_or_profile(self):
        pipe = os.path.join(self.folder, "net.core.somaxconn.toml")
        os.mkfifo(pipe)
        for words in (("--rules", self.folder), ("--policy", pipe), ("--profile", pipe)):
            with self.subTest(words=words):
                self.assert_refused(run("plan", "--facts", saved("idle"), *words), 66, pipe,
                                    "not a regular file")
        self.assert_refused(run("rules", "lint", pipe), 66, "not a regular file")

    def test_an_unknown_profile_is_answered_with_those_that_there_are(self):
        self.assert_refused(run("plan", "--profile", "web-serve"), 64, "did you mean web-server?",
                            "outbound-proxy", "kubernetes-node")
        self.assert_refused(run("plan", "--profile", "./none.toml"), 66, "none.toml")
        self.assert_refused(run("plan", "--policy", "nobody"), 64, "conservative")

    def test_a_profile_or_policy_with_a_mistake(self):
        path = self.file("p.toml", 'schema = 1\nname = "p"\nrolls = ["server"]\n')
        self.assert_refused(run("plan", "--profile", path), 65, "p.toml:3:", "TT201")
        path = self.file("s.toml", 'schema = 1\nname = "s"\nmax_risk = "huge"\n')
        self.assert_refused(run("plan", "--policy", path), 65, "s.toml:3:", "TT204")

    def test_an_unreadable_file(self):
        if os.geteuid() == 0:
            self.skipTest("root reads everything")
        path = self.file("secret.json", "{}")
        os.chmod(path, 0)
        self.assert_refused(run("plan", "--facts", path), 66, "Permission denied")

    def test_a_name_with_escape_codes_is_shown_escaped(self):
        path = os.path.join(self.folder, "a\x1b[31mb.json")
        self.assert_refused(run("plan", "--facts", path), 66, "\\x1b[31m")

    def test_with_json_the_error_is_json_on_standard_output_too(self):
        done = run("plan", "--facts", self.file("x.json", "{"), "--format=json")
        self.assert_exit(done, 65)
        error = parsed(done.stdout)
        self.assertEqual((error["kind"], error["exit_code"]), ("error", 65))
        self.assertEqual(error["diagnostics"][0]["code"], "TT701")
        self.assertIn("TT701", done.stderr)
        done = run("explain", "tcp_tw_ruse", "--format=json")
        self.assert_exit(done, 64)
        self.assertIn("tcp_tw_reuse", parsed(done.stdout)["error"]["reason"])


main()

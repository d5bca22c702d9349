#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""tcptune explain: what it accepts as a subject and what it answers."""
from program import ProgramTest, main, parsed, run, saved


class Explain(ProgramTest):
    def explain(self, *words):
        return run("explain", *words, "--facts", saved("churn"))

    def test_a_key_in_every_spelling(self):
        full = self.explain("net.ipv4.tcp_tw_reuse")
        self.assert_exit(full, 0)
        self.assertTrue(full.stdout.startswith("net.ipv4.tcp_tw_reuse = 2"))
        for spelling in ("tcp_tw_reuse", "net/ipv4/tcp_tw_reuse"):
            self.assertEqual(self.explain(spelling).stdout, full.stdout)

    def test_a_finding_of_the_plan(self):
        plan = parsed(run("plan", "--facts", saved("churn"), "--format=json").stdout)
        self.assertTrue(plan["findings"])
        for finding in plan["findings"]:
            done = self.explain(finding["id"])
            self.assert_exit(done, 0)
            self.assertNotEqual(done.stdout, "")

    def test_why_not_names_the_condition_that_does_not_hold(self):
        done = run("explain", "--why-not", "tcp_tw_reuse", "--facts", saved("idle"))
        self.assert_exit(done, 0)
        self.assertIn("would be advised if", done.stdout)
        self.assertIn("port.reusable_share > threshold.pressure", done.stdout)

    def test_json_is_the_same_tree(self):
        tree = parsed(self.explain("tcp_tw_reuse", "--format=json").stdout)
        self.assertEqual(tree["kind"], "explanation")
        self.assertTrue(tree["explanation"]["text"].startswith("net.ipv4.tcp_tw_reuse = 2"))

    def test_lines_fit_the_screen(self):
        rules = parsed(run("rules", "list", "--format=json").stdout)["rules"]
        self.assertGreater(len(rules), 20)
        for rule in rules:
            text = self.explain(rule["key"]).stdout
            self.assertLessEqual(max(map(len, text.split("\n"))), 80, rule["key"])

    def test_an_unknown_key_is_a_usage_error_with_a_suggestion(self):
        self.assert_refused(self.explain("tcp_tw_ruse"), 64, "did you mean tcp_tw_reuse?")
        self.assert_refused(self.explain("net.ipv4.tcp_tw_reuse/enable-for-outgoing-chorn"), 64,
                            "enable-for-outgoing-churn")
        self.assert_refused(self.explain("no/such/thing"), 64, "no rule file")


main()

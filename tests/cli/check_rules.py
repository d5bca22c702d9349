#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""tcptune rules and profiles."""
import os
import re

from program import SOURCE, ProgramTest, main, parsed, run, saved

REUSE = "net.ipv4.tcp_tw_reuse.toml"


def shipped(name):
    with open(os.path.join(SOURCE, "rules", name), encoding="utf-8") as source:
        return source.read()


def with_pressure(number):
    """The rule file of tcp_tw_reuse with another threshold."""
    text, count = re.subn(r"(?m)^(pressure *=) *[0-9.]+", rf"\g<1> {number}", shipped(REUSE))
    assert count == 1
    return text


class Rules(ProgramTest):
    def test_list_names_every_rule_file(self):
        listed = parsed(run("rules", "list", "--format=json").stdout)["rules"]
        files = sorted(name[:-5] for name in os.listdir(os.path.join(SOURCE, "rules"))
                       if name.endswith(".toml"))
        self.assertEqual([rule["key"] for rule in listed], files)
        text = run("rules", "list").stdout
        for key in files:
            self.assertIn(key, text)

    def test_show_prints_the_file_with_its_place(self):
        done = run("rules", "show", "tcp_tw_reuse")
        self.assert_exit(done, 0)
        first, rest = done.stdout.split("\n", 1)
        self.assertEqual(first, "# " + os.path.join(SOURCE, "rules", REUSE))
        self.assertEqual(rest, shipped(REUSE))

    def test_show_of_an_unknown_key(self):
        self.assert_refused(run("rules", "show", "tcp_tw_ruse"), 64, "tcp_tw_reuse")

    def test_the_shipped_rules_are_clean_and_their_examples_pass(self):
        for check in ("lint", "test"):
            done = run("rules", check)
            self.assert_exit(done, 0)
            self.assertRegex(done.stdout, r": 0 errors, 0 warnings\n\Z")

    def test_one_file_is_checked_among_the_others(self):
        path = self.file(REUSE, shipped(REUSE))
        done = run("rules", "test", path)
        self.assert_exit(done, 0)
        self.assertRegex(done.stdout, r"\A1 rule file, [0-9]+ examples: 0 errors")

    def test_an_example_that_fails_is_an_error_with_its_place(self):
        path = self.file(REUSE, with_pressure(0.99))
        done = run("rules", "test", path)
        self.assert_exit(done, 65)
        self.assertIn("TT501", done.stdout)
        self.assertIn(path + ":", done.stdout)

    def test_lint_reports_every_mistake_and_exits_65(self):
        path = self.file(REUSE, shipped(REUSE).replace("port.reusable_share", "port.nonsense"))
        done = run("rules", "lint", path)
        self.assert_exit(done, 65)
        self.assertGreater(done.stdout.count("TT303"), 1)
        report = parsed(run("rules", "lint", path, "--format=json").stdout)
        self.assertEqual((report["check"], report["exit_code"]), ("lint", 65))
        self.assertGreater(len(report["diagnostics"]), 1)

    def test_a_directory_without_rule_files_is_no_clean_bill(self):
        for check in ("lint", "test"):
            self.assert_refused(run("rules", check, self.folder), 66, "no rule files here")
        self.file("README", "no rules")
        self.assert_refused(run("rules", "lint", self.folder), 66, "no rule files here")

    def test_a_checked_file_is_not_clean_when_one_that_it_needs_is_broken(self):
        self.file("site/" + REUSE, "schema = 1\n[parameter\n")
        text = shipped("net.core.somaxconn.toml")
        first = text.index("[[")
        text = (text[:first] + '[[evidence]]\nname = "zz"\ntext = "x"\n'
                'expr = "sysctl.net.ipv4.tcp_tw_reuse"\n' + text[first:])
        done = run("rules", "lint", "--rules", os.path.join(self.folder, "site"),
                   self.file("net.core.somaxconn.toml", text))
        self.assert_exit(done, 65)
        self.assertIn("TT101", done.stdout)

    def test_a_number_in_a_rule_file_changes_the_advice_without_a_rebuild(self):
        before = parsed(run("plan", "--facts", saved("churn"), "--format=json").stdout)
        self.assertEqual([change["key"] for change in before["changes"]],
                         ["net.ipv4.tcp_tw_reuse"])
        self.file(REUSE, with_pressure(0.99))
        after = parsed(run("plan", "--facts", saved("churn"), "--rules", self.folder,
                           "--format=json").stdout)
        self.assertEqual(after["changes"], [])

    def test_a_link_to_null_and_an_empty_file_disable_a_rule(self):
        for make in (lambda path: os.symlink("/dev/null", path),
                     lambda path: open(path, "w", encoding="utf-8").close()):
            path = os.path.join(self.folder, REUSE)
            make(path)
            listed = parsed(run("rules", "list", "--rules", self.folder, "--format=json").stdout)
            self.assertNotIn("net.ipv4.tcp_tw_reuse", [r["key"] for r in listed.get("rules", [])])
            os.unlink(path)

    def test_profiles_are_listed_and_shown(self):
        names = [p["name"] for p in parsed(run("profiles", "list", "--format=json").stdout)
                 ["profiles"]]
        for name in ("general", "outbound-proxy", "web-server", "load-balancer", "nat-gateway",
                     "database-client", "kubernetes-node"):
            self.assertIn(name, names)
            self.assertIn(name, run("profiles", "list").stdout)
            self.assert_exit(run("profiles", "show", name), 0)
        self.assert_refused(run("profiles", "show", "nobody"), 64, "web-server")


main()

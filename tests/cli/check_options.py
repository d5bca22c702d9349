#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""The command line: help, version, exit statuses of wrong words."""
from program import ProgramTest, main, run, saved

COMMANDS = {
    (): "tcptune(1)", ("plan",): "tcptune-plan(1)", ("facts",): "tcptune-facts(1)",
    ("explain",): "tcptune-explain(1)", ("rules",): "tcptune-rules(1)",
    ("rules", "list"): "tcptune-rules(1)", ("rules", "show"): "tcptune-rules(1)",
    ("rules", "lint"): "tcptune-rules(1)", ("rules", "test"): "tcptune-rules(1)",
    ("profiles",): "tcptune-profiles(1)", ("profiles", "list"): "tcptune-profiles(1)",
    ("profiles", "show"): "tcptune-profiles(1)", ("help",): "tcptune(1)",
    ("apply",): "tcptune-apply(1)", ("confirm",): "tcptune-confirm(1)",
    ("rollback",): "tcptune-rollback(1)", ("status",): "tcptune-history(1)",
    ("history",): "tcptune-history(1)", ("show",): "tcptune-history(1)",
    ("diff",): "tcptune-history(1)", ("rehearse",): "tcptune-rehearse(1)",
    ("checkpoint",): "tcptune-checkpoint(1)",
}


class Options(ProgramTest):
    def test_every_command_has_help_that_ends_with_its_man_page(self):
        for words, page in COMMANDS.items():
            for option in ("-h", "--help"):
                done = run(*words, option)
                self.assert_exit(done, 0)
                self.assertEqual(done.stderr, "")
                lines = done.stdout.rstrip("\n").split("\n")
                self.assertEqual(lines[-1], "Manual: " + page, words)
                self.assertLessEqual(max(map(len, lines)), 80, words)
                self.assertIn("Usage: " + " ".join(("tcptune", *words)), done.stdout)

    def test_help_command_is_the_same_as_the_option(self):
        self.assertEqual(run("help").stdout, run("--help").stdout)
        self.assertEqual(run("help", "plan").stdout, run("plan", "--help").stdout)

    def test_version_in_gnu_form(self):
        done = run("--version")
        self.assert_exit(done, 0)
        self.assertRegex(done.stdout, r"\Atcptune [0-9]+\.[0-9]+\.[0-9]+\nLicense Apache-2\.0")

    def test_exit_codes_are_a_table(self):
        rows = [line.split("\t") for line in run("help", "exit-codes").stdout.splitlines()]
        self.assertTrue(all(len(row) == 3 for row in rows))
        self.assertEqual([row[0] for row in rows],
                         "0 1 2 10 11 12 13 14 15 16 64 65 66 69 70 75 77 78 128+n".split())

    def test_wrong_words_are_usage_errors_with_one_clear_message(self):
        cases = {
            (): "a command is needed: diagnose, plan, facts, explain, rules, profiles, apply, "
                "confirm, rollback, status, history, show, diff, rehearse, checkpoint, "
                "lint, blame, verify, drift, upgrade-check, help",
            ("plam",): "unknown command 'plam'; did you mean 'plan'?",
            ("pla",): "unknown command 'pla'",
            ("rules",): "required",
            ("rules", "lst"): "did you mean 'list'?",
            ("plan", "extra"): "unexpected word 'extra'",
            ("plan", "facts"): "unexpected word 'facts'",
            ("plan", "--fact", "x"): "did you mean '--facts'?",
            ("plan", "--format", "xml"): "takes text, json, markdown, not 'xml'",
            ("explain", "--format", "markdown", "x"): "takes text, json, not 'markdown'",
            ("plan", "--color=pink"): "takes auto, always, never",
            ("plan", "--window", "soon"): "takes a time span",
            ("plan", "--window", "-1"): "",
            ("plan", "--window", "0"): "takes a time span of 10ms to 1h",
            ("plan", "--window", "2d"): "takes a time span",
            ("plan", "--window"): "--window",
            ("plan", "--out", "-"): "--format=json",
            ("plan", "--facts", saved("idle"), "--window", "1"): "--facts",
            ("plan", "--facts", saved("idle"), "--netns", "x"): "--facts",
            ("plan", "--facts", saved("idle"), "--all-netns"): "--facts",
            ("facts", "--redact=addresses,mac"): "not 'mac'",
            ("explain",): "KEY is required",
            ("profiles", "show"): "NAME is required",
            ("help", "me"): "no such help topic",
            ("--bogus",): "unknown option '--bogus'",
        }
        for words, part in cases.items():
            with self.subTest(words=words):
                self.assert_refused(run(*words), 64, part)

    def test_an_empty_argument_is_a_usage_error_that_names_the_option(self):
        cases = [("plan", option) for option in
                 ("--facts", "--netns", "--out", "--profile", "--policy", "--rules")]
        cases += [("facts", "--out"), ("rules", "lint", "--rules")]
        for words in cases:
            with self.subTest(words=words):
                self.assert_refused(run(*words, ""), 64, words[-1] + ":", "must not be empty")
        self.assert_refused(run("profiles", "show", ""), 64, "NAME", "must not be empty")

    def test_a_command_is_never_abbreviated(self):
        for word in ("p", "pl", "pla", "exp", "fact", "rule", "profile"):
            self.assert_exit(run(word), 64)

    def test_a_hostile_word_is_not_echoed_raw(self):
        self.assert_refused(run("plan", "\x1b[2J"), 64, "\\x1b")

    def test_detailed_exitcode_tells_steps_from_none(self):
        for name, status in (("churn", 2), ("idle", 0)):
            self.assert_exit(run("plan", "--facts", saved(name)), 0)
            done = run("plan", "--facts", saved(name), "--detailed-exitcode", "--format=json")
            self.assert_exit(done, status)
            self.assertIn(f'"exit_code": {status}', done.stdout)


main()

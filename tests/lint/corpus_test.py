#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Every file of corpus/ gives exactly the findings that stand beside it, and no category and no
[[lint]] table goes without a text that shows it.

NAME.expected holds one finding per line: line[:column] severity category key rule_id, with '-' for
no key. '# --target-kernel=V' judges the file for another kernel than 6.1.0."""
import glob
import os
import re
import tempfile
import tomllib
import unittest

import lint_program
from lint_program import SOURCE, TARGET, findings, findings_of

CORPUS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus")
CATEGORIES = {"removed-key", "unknown-key", "syntax", "invalid-value", "harmful-value", "myth",
              "same-parity-port-range", "duplicate", "no-effect", "dependency-missing",
              "not-linux"}
SEVERITIES = {"info", "warning", "error"}
EXPECTED = re.compile(r"(\d+)(?::(\d+))? (\w+) ([\w-]+) (.+) (\S+)")


def texts():
    """Each text of the corpus with its expectation beside it."""
    for expected in sorted(glob.glob(os.path.join(CORPUS, "*.expected"))):
        stem = expected.removesuffix(".expected")
        beside = [path for path in glob.glob(glob.escape(stem) + ".*") if path != expected]
        assert len(beside) == 1, f"{stem}: {beside}"
        yield beside[0], expected


def expectation(path):
    """The target kernel and (line, column or None, severity, category, key, rule_id) of each."""
    kernel = TARGET
    wanted = []
    with open(path, encoding="utf-8") as lines:
        for line in lines.read().splitlines():
            if line.startswith("# --target-kernel="):
                kernel = line.split("=")[1]
                continue
            found = EXPECTED.fullmatch(line)
            assert found, f"{path}: cannot read {line!r}"
            number, column, severity, category, key, rule_id = found.groups()
            assert severity in SEVERITIES and category in CATEGORIES, f"{path}: {line!r}"
            wanted.append((int(number), int(column) if column else None, severity, category, key,
                           rule_id))
    return kernel, wanted


def matches(found, wanted):
    line, column, *rest = wanted
    return found.line == line and column in (None, found.column) and list(found[2:]) == rest


def differences(got, wanted):
    missing = []
    left = list(got)
    for one in wanted:
        hit = next((found for found in left if matches(found, one)), None)
        if hit:
            left.remove(hit)
        else:
            missing.append(one)
    return missing, left


def lint_tables():
    """(rule_id, key, table) of every [[lint]] in the rule files."""
    for path in sorted(glob.glob(os.path.join(SOURCE, "rules/*.toml"))):
        with open(path, "rb") as file:
            rule = tomllib.load(file)
        key = rule["parameter"]["key"]
        for table in rule.get("lint", []):
            yield f"{key}/{table['id']}", key, table


class Corpus(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.wanted = {text: expectation(expected) for text, expected in texts()}
        cls.got = {}
        for kernel in {kernel for kernel, _ in cls.wanted.values()}:
            cls.got |= findings_of([text for text in cls.wanted if cls.wanted[text][0] == kernel],
                                   kernel)

    def test_each_text_gives_the_expected_findings_and_no_other(self):
        for text, (_, wanted) in self.wanted.items():
            with self.subTest(os.path.basename(text)):
                missing, left = differences(self.got[text], wanted)
                self.assertEqual((missing, left), ([], []))
        self.assertGreater(len(self.wanted), 60)

    def test_each_text_has_an_expectation(self):
        known = {os.path.basename(text) for text in self.wanted}
        there = {name for name in os.listdir(CORPUS) if not name.endswith(".expected")}
        self.assertEqual(there - known, set())

    def test_each_category_occurs(self):
        seen = {entry[3] for _, wanted in self.wanted.values() for entry in wanted}
        self.assertEqual(CATEGORIES - seen, set())

    def test_findings_come_in_the_order_of_the_lines(self):
        for text, got in self.got.items():
            places = [found[:2] for found in got]
            self.assertEqual(places, sorted(places), text)

    def test_one_text_alone_gives_what_it_gives_among_others(self):
        for text in list(self.got)[::10]:
            self.assertEqual(findings(text, self.wanted[text][0]), self.got[text], text)


class LintTables(unittest.TestCase):
    def test_each_table_fires_where_it_says_so_and_is_silent_where_it_says_so(self):
        examples = []  # (kernel, file name, rule id, what is wanted, text)
        for rule_id, key, table in lint_tables():
            self.assertTrue(table["fires"] and table["silent"], rule_id)
            for wanted in ("fires", "silent"):
                for text in table[wanted]:
                    examples.append((table.get("kernel", TARGET), f"{len(examples)}.conf", rule_id,
                                     wanted, text if "=" in text else f"{key} = {text}"))
        with tempfile.TemporaryDirectory() as folder:
            for _, name, _, _, text in examples:
                with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                    file.write(text + "\n")
            got = {}
            for kernel in {example[0] for example in examples}:
                got |= findings_of([os.path.join(folder, example[1]) for example in examples
                                    if example[0] == kernel], kernel)
            for _, name, rule_id, wanted, text in examples:
                with self.subTest(rule_id=rule_id, wanted=wanted, text=text):
                    fired = any(found.rule_id == rule_id
                                for found in got[os.path.join(folder, name)])
                    self.assertEqual(fired, wanted == "fires")
        self.assertGreater(len({example[2] for example in examples}), 60)


class Names(unittest.TestCase):
    """The files of rules/names agree with each other."""

    @classmethod
    def setUpClass(cls):
        cls.names, cls.gone, cls.foreign = set(), [], []
        for path in sorted(glob.glob(os.path.join(SOURCE, "rules/names/*.toml"))):
            with open(path, "rb") as file:
                book = tomllib.load(file)
            for table in book.get("names", []):
                keys = [f"{table['directory']}.{key}" for key in table["keys"]]
                assert keys == sorted(keys), f"{path}: {table['directory']} is not sorted"
                assert not cls.names & set(keys), f"{path}: twice: {cls.names & set(keys)}"
                cls.names |= set(keys)
            cls.gone += book.get("gone", [])
            cls.foreign += book.get("foreign", [])

    def test_there_are_more_than_a_thousand_names(self):
        self.assertGreater(len(self.names), 1200)

    def test_each_key_that_is_gone_is_a_known_name_with_a_reason(self):
        keys = [table["key"] for table in self.gone]
        self.assertEqual(len(keys), len(set(keys)))
        self.assertEqual(set(keys) - self.names, set())
        for table in self.gone:
            for word in ("text", "mend", "reference", "since"):
                self.assertTrue(table[word], table)

    def test_no_name_of_linux_begins_like_one_of_another_system(self):
        for table in self.foreign:
            for prefix in table["prefixes"]:
                self.assertEqual([name for name in self.names if name.startswith(prefix)], [])

    def test_every_key_of_the_catalog_is_a_known_name(self):
        catalog = {os.path.basename(path).removesuffix(".toml")
                   for path in glob.glob(os.path.join(SOURCE, "rules/*.toml"))}
        self.assertEqual(catalog - self.names, set())


class Syntax(unittest.TestCase):
    """Texts that no file in a repository can hold."""

    def in_file(self, content):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = os.path.join(folder.name, "text.conf")
        with open(path, "wb") as file:
            file.write(content)
        return findings(path)

    def rule_ids(self, content):
        return [(found.line, found.rule_id) for found in self.in_file(content)]

    def test_a_comment_of_half_a_mebibyte_is_read(self):
        long = b"# " + b"x" * (1 << 19) + b"\nnet.ipv4.tcp_sack = 1\n"
        self.assertEqual(self.rule_ids(long), [])

    def test_the_line_after_a_long_one_is_judged(self):
        long = b"kernel.domainname = " + b"y" * 70_000 + b"\nnet.ipv4.tcp_timestamps = 0\n"
        self.assertEqual(self.rule_ids(long), [(2, "net.ipv4.tcp_timestamps/off")])

    def test_a_line_that_systemd_gives_up_at_is_named(self):
        long = b"net.ipv4.tcp_sack = 1\n# " + b"x" * (1 << 20) + b"\nnet.ipv4.tcp_dsack = 1\n"
        self.assertEqual(self.rule_ids(long), [(2, "lint/long-line")])

    def test_random_bytes_are_no_sysctl_file(self):
        noise = bytes((7 * index * index + 13 * index) % 256 for index in range(4096))
        found = self.in_file(noise)
        self.assertEqual([entry.rule_id for entry in found], ["lint/no-sysctl-file"])

    def test_standard_input_is_read(self):
        done = lint_program.report("-", stdin=b"net.ipv4.tcp_fin_timeout = 75\n")
        self.assertEqual([found["rule_id"] for found in done["findings"]],
                         ["net.ipv4.tcp_fin_timeout/broken-band"])

    def test_the_exit_status_follows_the_worst_finding(self):
        warning = b"net.ipv4.tcp_timestamps = 0\n"
        error = b"net.ipv4.tcp_fin_timeout = 75\n"
        for words, text, status in (((), warning, 0), ((), error, 2),
                                    (("--fail-on=warning",), warning, 2),
                                    (("--fail-on=never",), error, 0)):
            with self.subTest(words=words, text=text):
                done = lint_program.run(*words, f"--target-kernel={TARGET}", "-", stdin=text)
                self.assertEqual(done.returncode, status, done.stderr)


if __name__ == "__main__":
    unittest.main()

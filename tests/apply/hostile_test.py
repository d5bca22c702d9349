#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Foreign text on the way to a terminal: checks and commands that write anything, plan files and
values of the kernel with escape codes, names with newlines."""
import hashlib
import json
import os

from commands import CONFIGURATION, KEEPALIVE, SOMAXCONN, TWO, ApplyTest, run, write
from harness import key_path, main
from terminal import Terminal

EVIL = "\x1b]0;owned\x07\x1b[2J\x1b[?1047h\x9b31m\r\x08\u202e\x00"
PRINTS = r"printf '\033]0;owned\007\033[2J\033[?1047h\r\010\233\342\200\256end\n'"


class Checks(ApplyTest):
    def test_escape_codes_of_a_failed_check(self):
        done = self.apply(self.plan(), "--check", PRINTS + "; exit 1", status=12)
        self.assertIn("end", done.out)
        document = self.apply_json(self.plan(), "--check", PRINTS + "; exit 1", status=12)
        self.assertIn("end", document["checks"][0]["output"])
        with Terminal("apply", "--yes", self.plan(), "--check", PRINTS + "; exit 1") as terminal:
            self.assertEqual(terminal.end(), 12)
            self.assertEqual(terminal.raw(), [])
            self.assertNotIn("\u202e", terminal.text)
            self.assertIn("end", terminal.text)

    def test_escape_codes_in_the_commands_themselves(self):
        for check in ("true # \x1b[2J\x9b\r", "false # \x1b]0;x\x07\n#\u202e"):
            with Terminal("apply", "--yes", self.plan(), "--check", check) as terminal:
                self.assertIn(terminal.end(), (0, 12))
                self.assertEqual(terminal.raw(), [])
                self.assertNotIn("\u202e", terminal.text)

    def test_ten_megabytes(self):
        """All is taken from the pipe, the last 64 KiB are kept."""
        check = "head -c 10485760 /dev/zero | tr '\\0' 'x'; echo; echo last words; exit 4"
        done = self.apply(self.plan(), "--check", check, status=12)
        self.assertIn("last words", done.out)
        self.assertLess(len(done.out), 200000)
        result = self.apply_json(self.plan(), "--check", check, status=12)["checks"][0]
        self.assertTrue(result["output_cut"])
        self.assertEqual((len(result["output"]), result["exit_status"]), (65536, 4))
        self.assertTrue(result["output"].endswith("last words\n"))

    def test_output_without_end(self):
        self.apply(self.plan(), "--check=yes", "--check-timeout=1s", status=12)
        self.assert_nothing_kept()


class Commands(ApplyTest):
    def test_a_command_with_escape_codes_in_name_and_words(self):
        name = self.path("do\x1b[2J\nit")
        write(name, "#!/bin/sh\nexit 3\n", 0o755)
        self.tcptune("checkpoint", "--yes", "--", name, "\x1b]0;x\x07", status=12)
        with Terminal("checkpoint", "--yes", "--", name, "\x1b]0;x\x07", "\u202e") as terminal:
            self.assertEqual(terminal.end(), 12)
            self.assertEqual(terminal.raw(), [])
        for words in (("history",), ("status",)):
            with Terminal(*words) as terminal:
                self.assertEqual(terminal.end(), 0)
                self.assertEqual(terminal.raw(), [])

    def test_a_file_name_with_escape_codes(self):
        name = f"{CONFIGURATION}/20-\x1b[2J\nx.conf"
        script = 'echo "net.core.somaxconn = 4096" >"$0"'
        done = self.tcptune("checkpoint", "--yes", "--", "sh", "-c", script, name, status=0)
        self.assertIn("20-", done.out)
        write(name, f"net.core.somaxconn = {EVIL}\n")
        # What is read there is told escaped, and does not win over anything.
        for words in (("apply", "--yes", "--policy", self.policy(TWO)),
                      ("apply", "--yes", "--policy", self.policy(TWO), "--runtime-only")):
            with Terminal(*words) as terminal:
                terminal.end()
                self.assertEqual(terminal.raw(), [])


def sealed(document):
    """The digest that belongs to a plan without refusals and conflicts: anybody can compute it."""
    text = "tcptune plan 1\n"

    def add(field):
        nonlocal text
        text += f"{len(field.encode())}:{field}\n"

    def flag(field):
        add("yes" if field else "no")
    host = document["host"]
    for name in ("hostname", "kernel", "boot_id", "netns"):
        add(host[name])
    flag(host["netns_initial"])
    add(document["profile"])
    add(document["policy"])
    flag(document["persist"])
    add(str(len(document["changes"])))
    for change in document["changes"]:
        before = change["before"]
        add(change["key"])
        add(before["runtime"])
        for name in ("configured", "boot"):
            add("none" if before.get(name) is None else "=" + before[name])
        add(change["after"]["runtime"])
        for name in ("takes_effect", "risk", "reason", "rule_id"):
            add(change[name])
        flag(change["pinned"])
    add("0")
    add("0")
    document["digest"] = hashlib.sha256(text.encode()).hexdigest()
    return document


class Plans(ApplyTest):
    """Plans that somebody made by hand, with the right digest."""

    def hostile_plan(self, place):
        with open(self.plan(), encoding="utf-8") as file:
            document = json.load(file)
        self.assertEqual(document["digest"], sealed(dict(document))["digest"])
        place(document)
        write(self.path("hostile.json"), json.dumps(sealed(document)))
        return self.path("hostile.json")

    def shown(self, place):
        """The exit status, with nothing raw on the terminal and nothing written."""
        plan = self.hostile_plan(place)
        with self.nothing_written():
            with Terminal("apply", plan) as terminal:
                while terminal.process.poll() is None and "[y/N]" not in terminal.text:
                    terminal.read_some()
                if terminal.process.poll() is None:
                    terminal.type("n\n")
                status = terminal.end()
                self.assertEqual(terminal.raw(), [])
                self.assertNotIn("\u202e", terminal.text)
            self.assertNotEqual(status, 0)
        return status

    def refused(self, place):
        """Also for somebody who says yes: the helper looks as if nobody had before."""
        self.shown(place)
        with self.nothing_written():
            done = self.apply(self.path("hostile.json"), status=None)
            self.assertIn(done.returncode, (13, 14, 65), done.out + done.err)
            self.json("apply", "--yes", self.path("hostile.json"), status=done.returncode)

    def test_a_key_that_is_none(self):
        for key in (SOMAXCONN + EVIL, "net.ipv4/../../kernel/core_pattern", "kernel.core_pattern",
                    "../../etc/passwd", "net.core.somaxconn\n", "x" * 100000, ""):
            with self.subTest(key=key[:40]):
                self.refused(lambda document, key=key: document["changes"][0].update(key=key))

    def test_a_value_that_is_none(self):
        for value in ("8192" + EVIL, "8192\nkernel.core_pattern = |/x", "-1", "0x10", "9" * 30, "",
                      "1 2 3", "x" * 100000):
            with self.subTest(value=value[:40]):
                self.refused(lambda document, value=value: document["changes"][0]["after"]
                             .update(runtime=value))

    def test_other_text(self):
        def host(document):
            document["host"]["hostname"] = EVIL
            document["host"]["boot_id"] = EVIL

        def names(document):
            document["policy"] = document["profile"] = EVIL

        def reasons(document):
            for name in ("reason", "rule_id", "takes_effect"):
                document["changes"][0][name] = EVIL

        def versions(document):
            document["format_version"] = "9." + EVIL

        for place in (host, names, reasons, versions):
            with self.subTest(place=place.__name__):
                self.shown(place)

    def test_a_plan_whose_name_has_escape_codes(self):
        name = self.path("pl\x1b[2Jan\n.json")
        for make in (lambda: None, lambda: write(name, "{"), lambda: write(name, "[]")):
            make()
            with Terminal("apply", "--yes", name) as terminal:
                self.assertIn(terminal.end(), (65, 66))
                self.assertEqual(terminal.raw(), [])

    def test_a_huge_plan_is_refused_quickly(self):
        write(self.path("huge.json"), b'{"kind": "' + b"x" * (80 << 20))
        with self.nothing_written():
            self.apply(self.path("huge.json"), status=65)


class Kernel(ApplyTest):
    """A value of the kernel is text from outside as well; here a file lies over a key."""

    def test_a_value_with_escape_codes(self):
        identity = self.apply_json(self.plan())["id"]
        path = key_path(KEEPALIVE)
        write(self.path("value"), f"600{EVIL}\n")
        run("mount", "--bind", self.path("value"), path)
        self.addCleanup(os.path.exists, path)
        try:
            for words in (("diff", "@" + identity, "@now"), ("rollback", identity, "--dry-run"),
                          ("apply", "--yes", "--policy", self.policy({KEEPALIVE: "700"})),
                          ("rollback", identity, "--yes"), ("show", identity), ("history",),
                          ("status",), ("checkpoint", "--yes", "--", "true")):
                with self.subTest(words=words), Terminal(*words) as terminal:
                    terminal.end()
                    self.assertEqual(terminal.raw(), [])
                    self.assertNotIn("\u202e", terminal.text)
                self.json("show", identity, status=0)
        finally:
            run("umount", path)
        self.assert_old([SOMAXCONN])


if __name__ == "__main__":
    main(together=True)

#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""apply, confirm, rollback, history, show, status, diff: words, refusals without a helper, and, as
root in a network and mount namespace of its own, transactions with --direct."""
import glob
import json
import os
import pty
import select
import shutil
import subprocess
import time

from program import SOURCE, TCPTUNE, ProgramTest, main, parsed, run

READERS = (("history",), ("show", "abcd"), ("status",), ("diff", "@abcd"))
WRITERS = (("confirm",), ("rollback", "abcd"))
KEY = "net.ipv4.tcp_fin_timeout"
PATH = "/proc/sys/" + KEY.replace(".", "/")
PIN = """schema = 1
name = "pinned"
summary = "One value that the site wants"
max_risk = "high"
min_confidence = "low"
persist = true
[[pin]]
key = "net.ipv4.tcp_fin_timeout"
value = %d
reason = "the site wants it"
"""


class Words(ProgramTest):
    def test_wrong_words_are_usage_errors_with_one_clear_sentence(self):
        cases = {
            ("apply", "--rollback-on-fail", "--keep-on-fail"): "exclude each other",
            ("apply", "--confirm-timeout", "5"): "takes a time span of 10s to 1h",
            ("apply", "--confirm-timeout", "2h"): "takes a time span of 10s to 1h",
            ("apply", "--watch", "500ms"): "takes a time span of 1s to 1h",
            ("apply", "--watch", "30", "--confirm-timeout", "20"): "--watch must end before",
            ("apply", "--watch", "1h"): "59min 30s",
            ("apply", "--ticket", ""): "--ticket: must not be empty",
            ("apply", "--comment", "a\nb"): "--comment: takes printable ASCII only",
            ("apply", "--comment", "x" * 65): "make 65 characters; 64 are the most",
            ("apply", "--ticket", "x" * 40, "--comment", "y" * 40): "make 82 characters",
            ("apply", "--check", ""): "--check: must not be empty",
            ("apply", *(["--check", "true"] * 17)): "at most 16 times --check",
            ("apply", "-"): "--yes is needed",
            ("apply", "plan.json", "--profile", "general"): "--profile and --window",
            ("apply", "a", "b"): "unexpected word 'b'",
            ("apply", "--format", "markdown"): "takes text, json, jsonl, not 'markdown'",
            ("checkpoint",): "needs a command: tcptune checkpoint -- CMD",
            ("checkpoint", "--"): "needs a command",
            ("checkpoint", "--", ""): "needs a command",
            ("checkpoint", "true"): "the command stands after '--'",
            ("rehearse",): "PLAN is required",
            ("confirm", "abc"): "4 to 32 hexadecimal digits, not 'abc'",
            ("confirm", "wxyz"): "4 to 32 hexadecimal digits, not 'wxyz'",
            ("confirm", "0" * 33): "4 to 32 hexadecimal digits",
            ("confirm", "abcd", "abce"): "unexpected word 'abce'",
            ("confirm", "@now"): "takes the id of a transaction, not 'now'",
            ("rollback", "abcd", "--last"): "only one of TX, --last and --to",
            ("rollback", "--last", "--to", "abcd"): "only one of TX, --last and --to",
            ("rollback", "--to", "now"): "--to: takes the id of a transaction, not 'now'",
            ("show",): "TX is required",
            ("show", ""): "hexadecimal digits, not ''",
            ("diff",): "@TX is required",
            ("diff", "@now"): "@now is the second of two",
            ("diff", "@abcd", "@abce", "@abcf"): "unexpected word '@abcf'",
            ("status", "abcd"): "unexpected word 'abcd'",
            ("history", "--format", "jsonl"): "takes text, json, not 'jsonl'",
        }
        for words, part in cases.items():
            with self.subTest(words=words):
                self.assert_refused(run(*words), 64, part)

    def test_words_after_two_dashes_of_checkpoint_are_not_read(self):
        # Were they read, --help would be printed and the status 0.
        done = run("checkpoint", "--direct", "--", "true", "--help", "--bogus",
                   **as_nobody(self))
        self.assert_exit(done, 77)

    def test_help_topics_know_the_commands(self):
        for command in ("apply", "confirm", "rollback", "history", "show", "status", "diff",
                        "rehearse", "checkpoint"):
            done = run("help", command)
            self.assert_exit(done, 0)
            self.assertIn("Usage: tcptune " + command, done.stdout)


def as_nobody(test):
    """What makes run() use a user who may do nothing."""
    if os.geteuid() != 0:
        return {}
    more = {"user": 65534, "group": 65534, "extra_groups": []}
    try:
        subprocess.run([TCPTUNE, "--version"], check=True, capture_output=True, **more)
    except (OSError, subprocess.CalledProcessError):
        test.skipTest("another user cannot run the program where it lies")
    return more


class WithoutHelper(ProgramTest):
    """A bus address where nobody answers; without one, where the host has no bus."""
    silent = {"DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/nonexistent/bus"}

    def test_a_helper_that_cannot_be_reached_is_69(self):
        for words in READERS + WRITERS:
            with self.subTest(words=words):
                done = run(*words, environment=self.silent, **as_nobody(self))
                self.assert_exit(done, 69)
                self.assertIn("--direct", done.stdout + done.stderr)

    def test_status_says_in_json_why_there_is_no_helper(self):
        document = parsed(run("status", "--format=json", environment=self.silent).stdout)
        self.assertEqual(document["exit_code"], 69)
        self.assertEqual(document["status"], "unavailable")
        self.assertFalse(document["helper"]["reachable"])
        self.assertNotEqual(document["helper"]["problem"], "")

    def test_an_error_is_json_where_json_was_asked_for(self):
        for words in (("confirm", "--format=json"), ("show", "abcd", "--format=json")):
            with self.subTest(words=words):
                done = run(*words, environment=self.silent)
                self.assert_exit(done, 69)
                document = parsed(done.stdout)
                self.assertEqual((document["kind"], document["exit_code"]), ("error", 69))
                self.assertIn(document["error"]["reason"], done.stderr)

    def test_without_a_system_bus_a_user_is_told_what_to_do(self):
        if os.path.exists("/run/dbus/system_bus_socket"):
            self.skipTest("this host has a system bus")
        done = run("history", **as_nobody(self))
        self.assert_refused(done, 69, "there is no system bus here", "--direct")

    def test_direct_needs_root(self):
        for words in READERS + WRITERS:
            with self.subTest(words=words):
                done = run(*words, "--direct", **as_nobody(self))
                self.assert_refused(done, 77, "--direct", "needs root")
        document = parsed(run("history", "--direct", "--format=json", **as_nobody(self)).stdout)
        self.assertEqual(document["exit_code"], 77)

    def test_an_error_of_json_lines_is_one_line(self):
        done = run("apply", "/nonexistent/plan", "--yes", "--format=jsonl")
        self.assert_exit(done, 66)
        lines = done.stdout.splitlines()
        self.assertEqual(parsed(lines[-1])["exit_code"], 66)


class Direct(ProgramTest):
    """Transactions in this process, on the real kernel, in namespaces of its own."""

    def setUp(self):
        super().setUp()
        if os.geteuid() != 0 or not shutil.which("unshare") or not shutil.which("nsenter"):
            self.skipTest("needs root, unshare and nsenter")
        # An /etc of its own: nothing of this host may win over what the test keeps.
        places = ("mount --make-rprivate / && "
                  "for i in /run /var/lib /etc; do mount -t tmpfs -o mode=755 tmpfs $i; done && "
                  "mkdir -p /etc/sysctl.d /etc/tcptune/rules.d && echo ready && exec cat")
        self.holder = subprocess.Popen(["unshare", "--net", "--mount", "sh", "-c", places],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.holder.wait)
        self.addCleanup(self.holder.stdout.close)
        self.addCleanup(self.holder.stdin.close)
        if self.holder.stdout.readline() != "ready\n":
            self.skipTest("no namespaces here")
        self.inside = ["nsenter", "--net", "--mount", "-t", str(self.holder.pid)]

    def sh(self, command):
        return subprocess.run([*self.inside, "sh", "-c", command], check=True,
                              capture_output=True, text=True).stdout

    def tcptune(self, *words):
        return subprocess.run([*self.inside, TCPTUNE, *words, "--direct"], capture_output=True,
                              stdin=subprocess.DEVNULL, text=True, check=False, timeout=60)

    def json(self, *words):
        done = self.tcptune(*words, "--format=json")
        document = parsed(done.stdout)
        self.assertEqual(document["exit_code"], done.returncode)
        check_schema(self, document)
        return document

    def value(self):
        return self.sh("cat " + PATH).strip()

    def drop_in(self):
        # No file is an empty text; cat says nothing else that a test here could use.
        return self.sh("cat /etc/sysctl.d/90-tcptune.conf 2>/dev/null || true")

    def applied(self, value):
        """Applies and keeps one value; the id of the transaction."""
        policy = self.file(f"pin-{value}.toml", PIN % value)
        done = self.tcptune("apply", "--yes", "--policy", policy)
        self.assert_exit(done, 0)
        self.assertEqual(self.value(), str(value))
        return self.json("history")["transactions"][0]["id"]

    def armed(self, value):
        """Leaves a transaction armed, as a process does that was killed meanwhile."""
        policy = self.file(f"pin-{value}.toml", PIN % value)
        begun = policy + ".begun"
        process = subprocess.Popen(
            [*self.inside, TCPTUNE, "apply", "--yes", "--direct", "--policy", policy,
             "--check", f"touch {begun}; exec sleep 100"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while not os.path.exists(begun):
            self.assertLess(time.monotonic(), deadline, "the check was not begun")
            time.sleep(0.02)
        self.assertEqual(self.value(), str(value))
        return process

    def test_a_kept_change_is_shown_compared_and_undone(self):
        old = self.value()
        ident = self.applied(31)
        self.assertIn(f"{KEY} = 31", self.drop_in())
        shown = self.json("show", ident[:6])
        self.assertEqual(shown["transaction"]["state"], "committed")
        self.assertEqual(shown["transaction"]["items"][0],
                         {"key": KEY, "status": "kept", "before": old, "after": "31",
                          "detail": ""})
        rows = self.json("diff", "@" + ident)["rows"]
        self.assertEqual([(row["key"], row["left"], row["right"]) for row in rows],
                         [(KEY, old, "31")])
        self.assertEqual(self.json("diff", ident, "@now")["differing"], 0)

        preview = self.json("rollback", "--last", "--dry-run")
        self.assertIn({"key": KEY, "left": "31", "right": old, "differs": True, "note": ""},
                      preview["rows"])
        self.assertEqual(self.value(), "31")

        done = self.tcptune("rollback", "--last")
        self.assert_refused(done, 64, "--yes")
        self.assertEqual(self.value(), "31")

        undone = self.json("rollback", "--last", "--yes")
        self.assertEqual((undone["transaction"]["state"], undone["status"]),
                         ("rolled_back", "done"))
        self.assertEqual((self.value(), self.drop_in()), (old, ""))
        again = self.json("rollback", ident, "--yes")
        self.assertEqual(again["exit_code"], 0)
        late = self.json("confirm", ident)
        self.assertEqual((late["exit_code"], late["status"]), (12, "rolled-back"))
        self.assert_refused(self.tcptune("rollback", "--last", "--yes"), 66, "--last")

    def test_rollback_to_undoes_all_that_came_later_newest_first(self):
        first, second, third = self.applied(31), self.applied(32), self.applied(33)
        preview = self.json("rollback", "--to", first, "--dry-run")
        self.assertEqual([(row["left"], row["right"]) for row in preview["rows"]
                          if row["key"] == KEY], [("33", "31")])
        done = self.json("rollback", "--to", first, "--yes")
        self.assertEqual([entry["id"] for entry in done["transactions"]], [third, second])
        self.assertEqual(self.value(), "31")
        self.assertIn(f"{KEY} = 31", self.drop_in())
        states = {entry["id"]: entry["state"] for entry in self.json("history")["transactions"]}
        self.assertEqual([states[ident] for ident in (first, second, third)],
                         ["committed", "rolled_back", "rolled_back"])
        between = self.json("diff", first, second)
        self.assertEqual(between["left"], "@" + first[:8])
        self.assertEqual(self.json("rollback", "--to", first, "--yes")["transactions"], [])

    def test_a_value_that_somebody_else_changed_is_left_alone_unless_forced(self):
        ident = self.applied(31)
        self.sh(f"echo 44 >{PATH}")
        rows = self.json("diff", ident, "@now")["rows"]
        self.assertEqual((rows[0]["left"], rows[0]["right"]), ("31", "44"))
        done = self.tcptune("rollback", ident, "--dry-run")
        self.assertIn("left alone, unless with --force", done.stdout)
        self.assertIn({"key": KEY, "left": "44", "right": "60", "differs": True, "note": ""},
                      self.json("rollback", ident, "--dry-run", "--force")["rows"])
        done = self.json("rollback", ident, "--yes")
        self.assertEqual((done["exit_code"], done["status"]), (16, "conflict"))
        self.assertEqual(self.value(), "44")

    def test_force_also_restores_what_somebody_else_changed(self):
        ident = self.applied(31)
        self.sh(f"echo 44 >{PATH}")
        self.assert_exit(self.tcptune("rollback", ident, "--yes", "--force"), 0)
        self.assertEqual(self.value(), "60")

    def test_what_a_killed_process_left_is_undone_by_the_next_one(self):
        old = self.value()
        process = self.armed(31)
        process.kill()
        process.wait()
        status = self.json("status")
        self.assertIsNone(status["armed"])
        self.assertEqual((status["last"]["state"], status["last"]["reason"]),
                         ("rolled_back", "client_gone"))
        self.assertEqual(self.value(), old)

    def test_a_journal_that_cannot_be_believed_needs_a_person(self):
        process = self.armed(31)
        process.kill()
        process.wait()
        self.sh("sed -i 's/old=60/old=61/' /run/tcptune/journal.*")
        status = self.json("status")
        self.assertEqual((status["exit_code"], status["status"], status["recovery_required"]),
                         (11, "uncertain", True))
        self.assertIn("a person must look", self.tcptune("status").stdout)
        policy = self.file("pin.toml", PIN % 32)
        self.assert_exit(self.tcptune("apply", "--yes", "--policy", policy), 11)
        self.assertEqual(self.value(), "31")

    def test_another_process_sees_what_is_armed_and_may_not_end_it(self):
        process = self.armed(31)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        status = self.json("status")
        self.assertEqual(status["armed"]["state"], "applied")
        self.assertGreater(status["armed"]["seconds_left"], 0)
        for words in (("rollback",), ("confirm",)):
            self.assert_refused(self.tcptune(*words), 75, "another process keeps this")
        self.assertEqual(self.value(), "31")

    def test_ids_may_be_shortened_and_wrong_ones_name_the_candidates(self):
        ident = self.applied(31)
        self.assert_exit(self.tcptune("show", "@" + ident[:4].upper()), 0)
        other = "ffff" if not ident.startswith("ffff") else "0000"
        self.assert_refused(self.tcptune("show", other), 66, "no such transaction", ident[:8])
        self.assert_refused(self.tcptune("confirm"), 66, "nothing is armed", ident[:8])
        self.assert_refused(self.tcptune("rollback"), 66, "nothing is armed", "--last")

    def test_on_a_terminal_a_kept_change_is_undone_only_after_a_yes(self):
        ident = self.applied(31)
        for answer, status, value in (("n", 12, "31"), ("y", 0, "60")):
            pid, terminal = pty.fork()
            if pid == 0:
                words = [*self.inside, TCPTUNE, "rollback", ident, "--direct"]
                os.execvp(words[0], words)
            shown = b""
            while b"[y/N]" not in shown and select.select([terminal], [], [], 20)[0]:
                shown += os.read(terminal, 4096)
            self.assertIn(b"31 -> 60", shown)
            os.write(terminal, answer.encode() + b"\n")
            self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), status)
            os.close(terminal)
            self.assertEqual(self.value(), value)

    def test_rules_that_others_could_write_are_not_believed(self):
        self.sh(f"cp {SOURCE}/rules/{KEY}.toml /etc/tcptune/rules.d/ && "
                f"chmod 666 /etc/tcptune/rules.d/{KEY}.toml")
        policy = self.file("pin.toml", PIN % 31)
        done = self.tcptune("apply", "--yes", "--policy", policy)
        self.assertEqual((done.returncode, self.value()), (13, "60"))
        self.assertIn("others than root may write it", done.stderr)


def check_schema(test, document):
    try:
        import jsonschema
    except ImportError:
        return
    for path in glob.glob(os.path.join(SOURCE, "src/report/schemas/*.json")):
        with open(path, encoding="utf-8") as source:
            schema = json.load(source)
        if schema["properties"]["kind"]["const"] == document["kind"]:
            jsonschema.Draft202012Validator(schema).validate(document)
            return
    test.fail("no schema for kind " + document["kind"])


main()

#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""`apply` without the helper (--direct), on the real kernel."""
import json
import os
import pty
import signal
import subprocess
import sys
import time

from direct_scene import (FIN, REUSE, DirectTest, drop_in, flat, main_inside, path_of,
                          schema_errors, set_value, value)
from program import TCPTUNE, run


class ApplyTest(DirectTest):
    def test_without_a_terminal_nothing_is_asked_and_nothing_written(self):
        for more in ((), ("--format=json",)):
            done = self.apply(*more, stdin="y\n")
            self.assert_exit(done, 64)
            self.assertIn("--yes", done.stderr)
        self.assert_old()

    def test_applied_and_kept_past_the_boot(self):
        done = self.apply("--yes", "--ticket=CHG-7")
        self.assert_exit(done, 0)
        self.assert_new()
        self.assertEqual(sorted(drop_in()), sorted([f"{REUSE} = 1", f"{FIN} = 30"]))
        self.assertIn(f"{REUSE}: 2 -> 1", done.stdout)
        self.assertIn("Applied and kept.", done.stdout)
        self.assertRegex(done.stdout, r"Undo it: tcptune rollback [0-9a-f]{8} --direct\n")
        again = self.apply("--yes")
        self.assert_exit(again, 0)
        self.assertIn("Nothing to change.", again.stdout)

    def test_runtime_only_writes_no_file(self):
        done = self.apply("--yes", "--runtime-only")
        self.assert_exit(done, 0)
        self.assert_new()
        self.assertEqual(drop_in(), [])
        self.assertIn("Only until the next boot", done.stdout)

    def test_a_saved_plan_is_applied_once(self):
        plan = self.plan()
        self.assert_exit(self.apply(plan, "--yes"), 0)
        self.assert_new()

    def test_a_stale_plan_is_refused_with_all_that_differs(self):
        plan = self.plan()
        set_value(REUSE, "0")
        set_value(FIN, "61")
        done = self.apply(plan, "--yes", "--format=json")
        self.assert_exit(done, 14)
        document = json.loads(done.stdout)
        self.assertEqual(schema_errors(document), [])
        self.assertEqual([(o["kind"], o["object"], o["expected"], o["found"])
                          for o in document["objections"]],
                         [("stale", REUSE, "2", "0"), ("stale", FIN, "60", "61")]
                         if document["objections"][0]["object"] == REUSE else
                         [("stale", FIN, "60", "61"), ("stale", REUSE, "2", "0")])
        self.assertEqual((value(REUSE), value(FIN)), ("0", "61"))

    def test_an_edited_plan_and_one_that_is_not_there(self):
        plan = self.plan()
        with open(plan, encoding="utf-8") as file:
            text = file.read()
        edited = self.file("edited.json", text.replace('"runtime": "30"', '"runtime": "31"'))
        self.assert_exit(self.apply(edited, "--yes"), 65)
        self.assert_exit(self.apply(self.folder + "/none.json", "--yes"), 66)
        self.assert_old()

    def test_a_line_that_wins_at_boot_is_named_and_its_removal_is_the_cure(self):
        bad = f"# old habits\n{REUSE} = 0\n"
        with open("/etc/sysctl.d/99-late.conf", "w", encoding="ascii") as file:
            file.write(bad)
        done = self.apply("--yes")
        self.assert_exit(done, 15)
        self.assertIn("/etc/sysctl.d/99-late.conf:2", done.stdout)
        self.assertIn(f"line 2 of /etc/sysctl.d/99-late.conf, which sets {REUSE} = 0, has to go",
                      flat(done.stdout))
        # A command that can be typed as it stands, also where the rest goes without the helper.
        self.assertTrue(flat(done.stdout).replace(" \\", "").endswith(
            "Clear it: tcptune lint --fix --write /etc/sysctl.d/99-late.conf "
            f"--drop={REUSE} The next boot would set something else; nothing was written."))
        self.assert_old()
        self.assert_exit(self.apply("--yes", "--runtime-only"), 0)
        set_value(REUSE, "2")
        set_value(FIN, "60")
        os.unlink("/etc/sysctl.d/99-late.conf")
        self.assert_exit(self.apply("--yes"), 0)
        self.assert_new()

    def test_a_failed_check_undoes_everything_and_shows_why(self):
        done = self.apply("--yes", "--check=echo all is well", "--check=echo it is broken; exit 3",
                          "--check=touch " + self.folder + "/not-reached")
        self.assert_exit(done, 12)
        self.assertIn("failed with exit status 3", done.stdout)
        self.assertIn("it is broken", done.stdout)
        self.assertNotIn("all is well\n", done.stdout)
        self.assertIn("Rolled back: a check or guard failed.", done.stdout)
        self.assertFalse(os.path.exists(self.folder + "/not-reached"))
        self.assert_old()

    def test_a_check_sees_the_new_value_and_the_transaction(self):
        seen = self.folder + "/seen"
        done = self.apply("--yes", f"--check=(cat {path_of(REUSE)}; echo $TCPTUNE_TRANSACTION) "
                          f"> {seen}")
        self.assert_exit(done, 0)
        with open(seen, encoding="ascii") as file:
            first, second = file.read().split()
        self.assertEqual(first, "1")
        self.assertRegex(second, "^[0-9a-f]{32}$")

    def test_keep_on_fail_keeps_and_says_so(self):
        done = self.apply("--yes", "--keep-on-fail", "--check=false")
        self.assert_exit(done, 12)
        self.assertIn("kept because of --keep-on-fail", done.stdout)
        self.assert_new()

    def test_a_hanging_check_meets_its_limit(self):
        start = time.monotonic()
        done = self.apply("--yes", "--check=sleep 100", "--check-timeout=1s")
        self.assert_exit(done, 12)
        self.assertLess(time.monotonic() - start, 5)
        self.assertIn("did not end within 1 s", done.stdout)
        self.assert_old()

    def test_a_signal_undoes_it_at_once(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            process = self.start("apply", "--direct", "--policy", self.policy, "--yes",
                                 "--check=sleep 100")
            deadline = time.monotonic() + 10
            while value(REUSE) != "1" and time.monotonic() < deadline:
                time.sleep(0.01)
            time.sleep(0.1)
            start = time.monotonic()
            process.send_signal(number)
            out, _ = process.communicate(timeout=10)
            self.assertLess(time.monotonic() - start, 1)
            self.assertEqual(process.returncode, 128 + number, out)
            self.assertIn("Interrupted; rolled back.", out)
            self.assert_old()

    def test_a_reader_that_went_away_decides_nothing(self):
        command = f"{TCPTUNE} apply --direct --policy {self.policy} --yes --check='sleep 0.2'"
        subprocess.run(["sh", "-c", command + " | true"], check=False, timeout=30,
                       stderr=subprocess.DEVNULL)
        self.assert_new()
        self.setUp()
        subprocess.run(["sh", "-c", command + " >&-"], check=False, timeout=30,
                       stderr=subprocess.DEVNULL)
        self.assert_new()

    def test_a_deadline_without_the_helper_needs_somebody_to_ask(self):
        done = self.apply("--yes", "--confirm-timeout=10s")
        self.assert_exit(done, 64)
        self.assertIn("terminal", done.stderr)
        self.assert_old()

    def test_json_tells_all_at_the_end(self):
        done = self.apply("--yes", "--format=json", "--check=true", "--watch=1s",
                          "--comment=one two")
        self.assert_exit(done, 0)
        document = json.loads(done.stdout)
        self.assertEqual(schema_errors(document), [])
        self.assertEqual(document["exit_code"], 0)
        self.assertEqual(document["status"], "done")
        self.assertIs(document["changed"], True)
        self.assertEqual(document["label"], "one two")
        self.assertEqual(document["state"], "committed")
        self.assertEqual(document["checks"][0]["verdict"], "passed")
        names = [entry["name"] for entry in document["watch"]["counters"]]
        self.assertIn("Tcp.ActiveOpens", names)
        self.assertFalse(document["watch"]["violated"])
        self.assertTrue(document["watch"]["guards"])

    def test_json_lines_come_as_things_happen(self):
        done = self.apply("--yes", "--format=jsonl", "--check=exit 1")
        self.assert_exit(done, 12)
        events = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([event["event"] for event in events],
                         ["plan", "applied", "check", "rolled_back", "result"])
        self.assertEqual(events[-1]["exit_code"], 12)
        self.assertEqual(schema_errors(events[-1]), [])
        self.assertIs(events[-1]["changed"], False)
        times = [event["time"] for event in events]
        self.assertEqual(times, sorted(times))
        refused = self.apply(self.folder + "/none.json", "--yes", "--format=jsonl")
        self.assert_exit(refused, 66)
        self.assertEqual(json.loads(refused.stdout)["exit_code"], 66)

    def test_what_was_done_can_be_asked_for_in_json(self):
        self.assert_exit(self.apply("--yes"), 0)
        listed = run("history", "--direct", "--format=json")
        newest = json.loads(listed.stdout)["transactions"][0]
        for words in (("history",), ("status",), ("show", newest["id"][:8]),
                      ("rollback", "--last", "--yes")):
            done = run(*words, "--direct", "--format=json")
            self.assert_exit(done, 0)
            self.assertEqual(schema_errors(json.loads(done.stdout)), [], words)
        self.assert_old()

    def test_a_watch_shows_both_windows(self):
        done = self.apply("--yes", "--watch=1s")
        self.assert_exit(done, 0)
        self.assertIn("Counters, 1 s before and 1 s after the change", done.stdout)
        self.assertIn("Guards", done.stdout)


class GuardTest(DirectTest):
    """A guard of ip_local_port_range says that new source ports are refused somewhere."""

    RANGE = "net.ipv4.ip_local_port_range"
    # Nobody listens there: each connect is refused, for some seconds.
    TRAFFIC = ("import socket, time\n"
               "end = time.monotonic() + {seconds}\n"
               "while time.monotonic() < end:\n"
               "    for _ in range(20): socket.socket().connect_ex(('127.0.0.1', 9))\n"
               "    time.sleep(0.02)\n")

    def setUp(self):
        super().setUp()
        set_value(self.RANGE, "32768 60999")
        self.addCleanup(set_value, self.RANGE, "32768 60999")
        with open(self.policy, "a", encoding="ascii") as file:
            file.write(f'[[pin]]\nkey = "{self.RANGE}"\nvalue = "30000 60999"\n'
                       'reason = "for the test"\n')

    def traffic(self, seconds):
        return self.file("traffic.py", self.TRAFFIC.format(seconds=seconds))

    def test_a_guard_that_the_change_violates_undoes_it(self):
        script = self.traffic(4)
        done = self.apply("--yes", "--watch=2s", "--format=json",
                          f"--check={sys.executable} {script} >/dev/null 2>&1 &")
        self.assert_exit(done, 12)
        document = json.loads(done.stdout)
        self.assertEqual(schema_errors(document), [])
        verdicts = {guard["id"]: guard["verdict"] for guard in document["watch"]["guards"]}
        self.assertEqual(verdicts[self.RANGE + "/refused-connects"], "violated")
        self.assertEqual(verdicts[self.RANGE + "/syn-retransmissions"], "holds")
        self.assertEqual(document["summary"], "rolled back: a check or guard failed")
        self.assertEqual(value(self.RANGE).split(), ["32768", "60999"])
        self.assert_old()

    def test_a_guard_that_was_violated_before_is_not_blamed_on_the_change(self):
        with subprocess.Popen([sys.executable, self.traffic(8)]) as traffic:
            done = self.apply("--yes", "--watch=2s")
            traffic.kill()
        self.assert_exit(done, 0)
        self.assertIn("before too", done.stdout)
        self.assertIn("not blamed on it", flat(done.stdout))
        self.assert_new()


class TerminalTest(DirectTest):
    """With a terminal on all three streams."""

    def on_terminal(self, words, answer, wait_for):
        pid, master = pty.fork()
        if pid == 0:
            os.execv(TCPTUNE, [TCPTUNE, *words])
        seen = b""
        answered = False
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                piece = os.read(master, 4096)
            except OSError:
                break
            if not piece:
                break
            seen += piece
            if not answered and wait_for in seen:
                os.write(master, answer)
                answered = True
        _, status = os.waitpid(pid, 0)
        os.close(master)
        return os.waitstatus_to_exitcode(status), seen.decode(errors="replace")

    def words(self, *more):
        return ("apply", "--direct", "--policy", self.policy, *more)

    def test_no_is_no_and_yes_is_yes(self):
        status, seen = self.on_terminal(self.words(), b"n\n", b"[y/N]")
        self.assertEqual(status, 12, seen)
        self.assertIn("efused at the prompt; nothing was written", seen)
        self.assert_old()
        status, seen = self.on_terminal(self.words(), b"\x03", b"[y/N]")
        self.assertEqual(status, 130, seen)
        self.assert_old()
        status, seen = self.on_terminal(self.words(), b"y\n", b"[y/N]")
        self.assertEqual(status, 0, seen)
        self.assert_new()

    def test_without_the_helper_this_process_asks_and_keeps_the_deadline(self):
        words = self.words("--yes", "--confirm-timeout=10s")
        status, seen = self.on_terminal(words, b"y\n", b"Keep it?")
        self.assertEqual(status, 0, seen)
        self.assertIn("10 s left", seen)
        self.assert_new()
        self.setUp()
        status, seen = self.on_terminal(words, b"n\n", b"Keep it?")
        self.assertEqual(status, 12, seen)
        self.assert_old()
        start = time.monotonic()
        status, seen = self.on_terminal(words, b"", b"Keep it?")
        self.assertEqual(status, 12, seen)
        self.assertLess(time.monotonic() - start, 13)
        self.assertIn("not confirmed in time", seen)
        self.assert_old()


if __name__ == "__main__":
    main_inside()

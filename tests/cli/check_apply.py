#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""`apply` and `checkpoint` without the helper (--direct), on the real kernel.

Started again as root in a network and a mount namespace of its own, with empty directories where
the program writes: nothing outside is touched.
"""
import json
import os
import pty
import signal
import subprocess
import sys
import time
import unittest

from program import SOURCE, TCPTUNE, ProgramTest, main, run

INSIDE = "TCPTUNE_TEST_INSIDE"
REUSE = "net.ipv4.tcp_tw_reuse"
FIN = "net.ipv4.tcp_fin_timeout"
DROP_IN = "/etc/sysctl.d/90-tcptune.conf"
TMPFS = ("/run", "/var/lib", "/etc/sysctl.d", "/usr/lib/sysctl.d", "/etc/tcptune")


def path_of(key):
    return "/proc/sys/" + key.replace(".", "/")


def value(key):
    with open(path_of(key), encoding="ascii") as file:
        return file.read().strip()


def set_value(key, text):
    with open(path_of(key), "w", encoding="ascii") as file:
        file.write(text)


def flat(text):
    """Without the line ends of the page."""
    return " ".join(text.split())


def drop_in():
    try:
        with open(DROP_IN, encoding="ascii") as file:
            return [line for line in file.read().splitlines() if line and line[0] != "#"]
    except FileNotFoundError:
        return []


def schema_errors(document):
    try:
        import jsonschema
    except ImportError:
        return []
    path = os.path.join(SOURCE, "src/report/schemas", document["kind"] + ".json")
    with open(path, encoding="utf-8") as file:
        validator = jsonschema.Draft202012Validator(json.load(file))
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]


class DirectTest(ProgramTest):
    def setUp(self):
        super().setUp()
        set_value(REUSE, "2")
        set_value(FIN, "60")
        for name in os.listdir("/etc/sysctl.d"):
            os.unlink(os.path.join("/etc/sysctl.d", name))
        if os.path.exists("/etc/sysctl.conf"):
            with open("/etc/sysctl.conf", "w", encoding="ascii"):
                pass
        self.policy = self.file("pins.toml", f'''schema = 1
name = "pins"
max_risk = "high"
min_confidence = "low"

[[pin]]
key = "{REUSE}"
value = "1"
reason = "for the test"

[[pin]]
key = "{FIN}"
value = "30"
reason = "for the test"
''')

    def apply(self, *words, **more):
        return run("apply", "--direct", "--policy", self.policy, *words, **more)

    def plan(self):
        path = os.path.join(self.folder, "plan.json")
        self.assert_exit(run("plan", "--policy", self.policy, "--out", path), 0)
        return path

    def assert_old(self):
        self.assertEqual((value(REUSE), value(FIN)), ("2", "60"))
        self.assertEqual(drop_in(), [])

    def assert_new(self):
        self.assertEqual((value(REUSE), value(FIN)), ("1", "30"))

    def start(self, *words):
        return subprocess.Popen([TCPTUNE, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                stdin=subprocess.DEVNULL, text=True)


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
        self.assertRegex(done.stdout, r"Undo it: tcptune rollback [0-9a-f]{8}\n")
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
        self.assertIn("delete line 2 of /etc/sysctl.d/99-late.conf", flat(done.stdout))
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


class CheckpointTest(DirectTest):
    def checkpoint(self, *words, **more):
        return run("checkpoint", "--direct", *words, **more)

    def test_what_succeeds_is_kept_and_shown(self):
        done = self.checkpoint("--", "sh", "-c", f"echo hello; echo 1 > {path_of(REUSE)}")
        self.assert_exit(done, 0)
        self.assertIn("hello\n", done.stdout)
        self.assertIn(f"{REUSE}: 2 -> 1", done.stdout)
        self.assertEqual(value(REUSE), "1")
        self.assertEqual(drop_in(), [])

    def test_what_fails_is_reverted_and_the_rest_is_named(self):
        forward = "net.ipv4.ip_forward"
        set_value(forward, "0")
        script = (f"echo 1 > {path_of(REUSE)}; echo 1 > {path_of(forward)}; "
                  "echo 'a = 1' > /etc/sysctl.d/50-new.conf; exit 7")
        done = self.checkpoint("--format=json", "--", "sh", "-c", script)
        self.assert_exit(done, 12)
        self.assertEqual(value(REUSE), "2")
        self.assertEqual(value(forward), "1")
        document = json.loads(done.stdout)
        self.assertEqual(schema_errors(document), [])
        self.assertEqual(document["command"]["exit_status"], 7)
        found = {entry["key"]: entry for entry in document["sysctls"]}
        self.assertEqual((found[REUSE]["covered"], found[REUSE]["remains"]), (True, False))
        self.assertEqual((found[forward]["covered"], found[forward]["remains"]), (False, True))
        self.assertEqual([entry["path"] for entry in document["files"]],
                         ["/etc/sysctl.d/50-new.conf"])
        set_value(forward, "0")

    def test_a_failed_check_reverts_what_a_good_command_did(self):
        done = self.checkpoint("--check=false", "--", "sh", "-c", f"echo 1 > {path_of(REUSE)}")
        self.assert_exit(done, 12)
        self.assertEqual(value(REUSE), "2")

    def test_a_command_that_is_not_there_or_is_killed(self):
        done = self.checkpoint("--", self.folder + "/nothing")
        self.assert_exit(done, 12)
        self.assertIn("could not be started", done.stdout)
        done = self.checkpoint("--", "sh", "-c", f"echo 1 > {path_of(REUSE)}; kill -9 $$")
        self.assert_exit(done, 12)
        self.assertIn("was ended by signal 9", flat(done.stdout))
        self.assertEqual(value(REUSE), "2")

    def test_words_reach_the_command_as_they_are(self):
        done = self.checkpoint("--format=json", "--", "printf", "%s|", "a b", "$HOME", "--yes")
        self.assert_exit(done, 0)
        self.assertEqual(done.stderr, "a b|$HOME|--yes|")
        self.assertIs(json.loads(done.stdout)["changed"], False)

    def test_a_signal_ends_the_command_and_reverts(self):
        process = self.start("checkpoint", "--direct", "--", "sh", "-c",
                             f"echo 1 > {path_of(REUSE)}; exec sleep 100")
        deadline = time.monotonic() + 10
        while value(REUSE) != "1" and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=10)
        self.assertEqual(process.returncode, 143, out)
        self.assertEqual(value(REUSE), "2")


def enter():
    """Starts this script again where it can do no harm."""
    if os.geteuid() != 0:
        print("skipped: needs root for namespaces with directories of root")
        sys.exit(77)
    if not os.path.isdir("/etc/sysctl.d"):
        print("skipped: there is no /etc/sysctl.d to lay an empty one over")
        sys.exit(77)
    # Nothing is made outside: what is not there needs no cover.
    mounts = " && ".join(f"mount -t tmpfs -o mode=755 tmpfs {path}"
                         for path in TMPFS if os.path.isdir(path))
    script = (f"mount --make-rprivate / && {mounts} && touch /run/sysctl.conf && "
              "{ [ ! -e /etc/sysctl.conf ] || mount --bind /run/sysctl.conf /etc/sysctl.conf; } && "
              'exec "$@"')
    environment = {**os.environ, INSIDE: "1"}
    environment.pop("DBUS_SYSTEM_BUS_ADDRESS", None)
    sys.exit(subprocess.run(["unshare", "--net", "--mount", "sh", "-c", script, "sh",
                             sys.executable, "-B", *sys.argv], env=environment,
                            check=False).returncode)


if __name__ == "__main__":
    if not os.environ.get(INSIDE):
        enter()
    main()

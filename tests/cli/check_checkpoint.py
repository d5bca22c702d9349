#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""`checkpoint` without the helper (--direct), on the real kernel."""
import json
import signal
import time

from direct_scene import (REUSE, DirectTest, drop_in, flat, main_inside, path_of, schema_errors,
                          set_value, value)
from program import run


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


if __name__ == "__main__":
    main_inside()

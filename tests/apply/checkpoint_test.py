#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""tcptune checkpoint: somebody else's command, kept or reverted."""
import json
import os
import signal
import time

from commands import (CONFIGURATION, FIN, KEEPALIVE, SOMAXCONN, ApplyTest, sysctl, wait_until,
                      write)
from harness import OPS, main
from terminal import Terminal

OUTSIDE = "net.ipv4.tcp_reordering"  # no rule file has it
SETS = ("echo 8192 >/proc/sys/net/core/somaxconn; "
        "echo 600 >/proc/sys/net/ipv4/tcp_keepalive_time")


class Checkpoint(ApplyTest):
    def sh(self, script, *words, status=0, **more):
        return self.tcptune("checkpoint", "--yes", *words, "--", "sh", "-c", script, status=status,
                            **more)

    def sh_json(self, script, *words, status=0, **more):
        return self.json("checkpoint", "--yes", *words, "--", "sh", "-c", script, status=status,
                         **more)

    def changes(self, document):
        return {each["key"]: (each["before"], each["after"]) for each in document["sysctls"]}

    def test_kept_when_the_command_succeeds(self):
        done = self.sh(SETS + "; echo done by hand")
        for words in ("done by hand\n", "net.core.somaxconn: 4096 -> 8192",
                      "net.ipv4.tcp_keepalive_time: 7200 -> 600", "kept"):
            self.assertIn(words, done.out)
        self.assert_sysctls({SOMAXCONN: "8192", KEEPALIVE: "600"})
        self.assertEqual(os.listdir(CONFIGURATION), [])
        newest = self.newest()
        self.assertEqual((newest["kind"], newest["state"]), ("checkpoint", "committed"))
        self.tcptune("rollback", "--last", "--yes", status=0)
        self.assert_old()

    def test_12_when_the_command_fails(self):
        done = self.sh(SETS + "; exit 5", status=12)
        self.assertIn("exit status 5", " ".join(done.out.split()))
        self.assert_old()
        document = self.sh_json(SETS + "; exit 5", status=12)
        self.assertEqual(document["command"]["exit_status"], 5)
        self.assertEqual(self.changes(document), {SOMAXCONN: ("4096", "8192"),
                                                  KEEPALIVE: ("7200", "600")})
        self.assertFalse(document["changed"])
        self.assert_old()

    def test_12_when_the_command_is_killed(self):
        document = self.sh_json(SETS + "; kill -KILL $$", status=12)
        self.assertEqual(document["command"]["signal"], 9)
        self.assert_old()

    def test_12_when_a_check_fails(self):
        done = self.sh(SETS, "--check=echo shop is shut; false", status=12)
        self.assertIn("shop is shut", done.out)
        self.assert_old()
        self.sh(SETS, "--check=test $(cat /proc/sys/net/core/somaxconn) = 8192")
        self.assert_sysctls({SOMAXCONN: "8192", KEEPALIVE: "600"})

    def test_a_command_that_cannot_be_started(self):
        done = self.tcptune("checkpoint", "--yes", "--", self.path("no-such"), status=12)
        self.assertIn("could not be started", done.out)
        self.assert_old()
        self.json("checkpoint", "--yes", "--", self.path("no-such"), status=12)
        self.assertEqual(self.root.state(), "idle")

    def test_a_command_that_changes_nothing(self):
        document = self.sh_json("true")
        self.assertEqual((document["sysctls"], document["files"], document["changed"]),
                         ([], [], False))
        self.assertIn("changed no sysctl", self.sh("true").out)

    def test_files_are_reported_and_stay(self):
        write(CONFIGURATION + "/20-old.conf", "net.core.somaxconn = 4096\n")
        write(CONFIGURATION + "/30-gone.conf", "net.core.somaxconn = 4096\n")
        script = (f"{SETS}; cd {CONFIGURATION}; echo 'net.core.somaxconn = 8192' >40-new.conf; "
                  "echo '#' >>20-old.conf; rm 30-gone.conf; echo '# x' >>/etc/sysctl.conf; false")
        done = self.sh(script, status=12)
        for name in ("20-old.conf", "30-gone.conf", "40-new.conf", "/etc/sysctl.conf"):
            self.assertIn(name, done.out)
        self.assertIn("Not reverted: the file /etc/sysctl.d/40-new.conf", done.out)
        self.assert_old()
        self.assertEqual(sorted(os.listdir(CONFIGURATION)), ["20-old.conf", "40-new.conf"])
        document = self.sh_json(f"rm {CONFIGURATION}/40-new.conf; echo >{CONFIGURATION}/5.conf")
        files = {os.path.basename(each["path"]): (each["sha256_before"] is None,
                                                  each["sha256_after"] is None)
                 for each in document["files"]}
        self.assertEqual(files, {"40-new.conf": (False, True), "5.conf": (True, False)})

    def test_what_is_outside_the_catalog_is_said_and_not_reverted(self):
        before = sysctl(OUTSIDE)
        other = str(int(before) + 2)
        done = self.sh(f"{SETS}; echo {other} >/proc/sys/net/ipv4/tcp_reordering; false", status=12)
        self.assertIn(OUTSIDE, done.out)
        self.assertIn("outside the catalog", done.out)
        self.assertIn(f"Not reverted: {OUTSIDE}", done.out)
        self.assert_old()
        self.assertEqual(sysctl(OUTSIDE), other)
        document = self.sh_json(f"echo {before} >/proc/sys/net/ipv4/tcp_reordering; false",
                                status=12)
        self.assertEqual(self.changes(document), {OUTSIDE: (other, before)})

    def test_sysctl_p(self):
        write(self.path("vendor.conf"),
              "net.core.somaxconn = 8192\nnet.ipv4.tcp_fin_timeout = 45\nnet.ipv4.no_such = 1\n")
        # sysctl fails for the unknown key, and has set the others.
        words = ("checkpoint", "--yes", "--", "sysctl", "-p", self.path("vendor.conf"))
        self.tcptune(*words, status=12)
        self.assert_old([SOMAXCONN, FIN])
        write(self.path("vendor.conf"),
              "net.core.somaxconn = 8192\nnet.ipv4.tcp_fin_timeout = 45\n")
        done = self.tcptune(*words, status=0)
        self.assertIn("net.ipv4.tcp_fin_timeout: 60 -> 45", done.out)
        self.assert_sysctls({SOMAXCONN: "8192", FIN: "45"})

    def test_the_command_gets_its_words_as_they_are(self):
        done = self.tcptune("checkpoint", "--yes", "--", "printf", "%s|", "a b", "$HOME", "--yes",
                            "-n", "", status=0)
        self.assertIn("a b|$HOME|--yes|-n||", done.out)

    def test_json_is_not_mixed_with_what_the_command_writes(self):
        done = self.sh("echo noise; echo more >&2", "--format=json")
        self.check(json.loads(done.out), 0)
        self.assertIn("noise", done.err)
        lines = [json.loads(line)
                 for line in self.sh(SETS, "--format=jsonl").out.splitlines()]
        self.assertEqual([line["event"] for line in lines],
                         ["checkpoint", "command", "confirmed", "result"])

    def test_another_apply_is_busy_meanwhile(self):
        process = self.spawn("checkpoint", "--yes", "--", "sleep", "100")
        wait_until(lambda: self.root.state() == "armed", "the checkpoint is taken")
        self.apply(self.plan(), status=75)
        process.send_signal(signal.SIGTERM)
        self.finished(process)


class Ended(ApplyTest):
    def begin(self, *words):
        process = self.spawn("checkpoint", "--yes", *words, "--", "sh", "-c",
                             SETS + "; exec sleep 100")
        self.wait_value(KEEPALIVE, "600")
        return process

    def test_the_client_is_killed_while_the_command_runs(self):
        process = self.begin()
        process.send_signal(signal.SIGKILL)
        self.wait_value(SOMAXCONN, "4096", 10)
        self.wait_idle()
        self.assert_old()
        self.assertEqual(self.newest()["reason"], "client_gone")

    def test_the_client_is_terminated(self):
        process = self.begin("--format=json")
        process.send_signal(signal.SIGTERM)
        done = self.finished(process)
        self.assertEqual(done.returncode, 143, done.out)
        self.check(json.loads(done.out), 143)
        self.assert_old()

    def test_ctrl_c_reaches_the_command_and_reverts(self):
        with Terminal("checkpoint", "--yes", "--", "sh", "-c",
                      SETS + "; exec sleep 100") as terminal:
            self.wait_value(KEEPALIVE, "600")
            terminal.type("\x03")
            self.assertEqual(terminal.end(), 130)
        self.assert_old()

    def test_the_terminal_is_closed(self):
        with Terminal("checkpoint", "--yes", "--", "sh", "-c",
                      SETS + "; exec sleep 100") as terminal:
            self.wait_value(KEEPALIVE, "600")
            terminal.close()
            self.wait_value(SOMAXCONN, "4096", 20)
        self.wait_idle()
        self.assert_old()

    def test_asked_on_a_terminal(self):
        for answer, status, value in (("n\n", 12, "4096"), ("y\n", 0, "8192")):
            with Terminal("checkpoint", "--", "sh", "-c", SETS) as terminal:
                terminal.wait_for("[y/N]").type(answer)
                self.assertEqual(terminal.end(), status)
            self.assert_sysctls({SOMAXCONN: value})

    def test_the_helper_is_killed_while_the_command_runs(self):
        """Its next start has the snapshot still."""
        process = self.spawn("checkpoint", "--yes", "--", "sh", "-c", SETS + "; sleep 1; false")
        self.wait_value(KEEPALIVE, "600")
        self.helper.kill()
        done = self.finished(process)
        self.assertEqual(done.returncode, 12, done.out + done.err)
        self.assert_old()


class ArmedCheckpoint(ApplyTest):
    polkit = True

    def test_waits_for_a_confirmation(self):
        words = ("checkpoint", "--confirm-timeout=2min", "--", "sh", "-c", SETS)
        document = self.json(*words, status=0)
        self.assertEqual(document["state"], "applied")
        self.assert_sysctls({SOMAXCONN: "8192", KEEPALIVE: "600"})
        self.tcptune("rollback", status=0)
        self.assert_old()
        self.assertIn("tcptune confirm", self.tcptune(*words, status=0).out)
        self.tcptune("confirm", status=0)
        self.assert_sysctls({SOMAXCONN: "8192", KEEPALIVE: "600"})
        self.assertEqual(os.listdir(CONFIGURATION), [])

    def test_an_operators_command_cannot_write_and_is_reverted(self):
        """CMD runs as the caller, who may not write below /proc/sys."""
        self.tcptune("checkpoint", "--yes", "--", "sh", "-c", SETS, uid=OPS, status=12)
        self.assert_old()

    def test_the_deadline_counts_from_the_end_of_the_command(self):
        start = time.monotonic()
        self.tcptune("checkpoint", "--confirm-timeout=10s", "--", "sh", "-c", SETS + "; sleep 13",
                     status=0)
        self.assertGreater(time.monotonic() - start, 12.9)
        # The command took longer than the time to confirm, and nothing was undone meanwhile.
        self.assert_sysctls({SOMAXCONN: "8192", KEEPALIVE: "600"})
        left = self.json("status", status=0)["armed"]["seconds_left"]
        self.assertGreater(left, 4)
        self.wait_value(SOMAXCONN, "4096", left + 30)
        self.wait_idle()
        self.assert_old()
        self.assertEqual(self.newest()["reason"], "deadline")


if __name__ == "__main__":
    main(together=True)

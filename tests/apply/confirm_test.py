#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""--confirm-timeout: armed, looked at, confirmed by the right one in time, or undone."""
import os
import time

from commands import (CONFIGURATION, DROP_IN, FIN, KEEPALIVE, SOMAXCONN, TWO, ApplyTest, set_sysctl,
                      wait_until)
from harness import OPS, PLAIN, boottime, main
from terminal import Terminal


class Armed(ApplyTest):
    polkit = True

    def test_armed_looked_at_and_confirmed_by_another_process(self):
        done = self.apply(self.plan(), "--confirm-timeout=2min", "--ticket=CHG-9", uid=OPS)
        status = self.json("status", uid=PLAIN, status=0)["armed"]
        short = status["id"][:8]
        for text in (done.out, self.tcptune("status", uid=PLAIN, status=0).out):
            for words in (f"tcptune confirm {short}", f"tcptune rollback {short}",
                          "unless it is confirmed"):
                self.assertIn(words, text)
        self.assertGreater(status["seconds_left"], 90)
        self.assertLessEqual(status["seconds_left"], 120)
        self.assert_sysctls(TWO)
        self.assertEqual(os.listdir(CONFIGURATION), [])
        self.tcptune("confirm", short[:4], uid=PLAIN, status=77)
        self.assertIn("kept", self.tcptune("confirm", short[:4], uid=OPS, status=0).out)
        self.assertEqual(os.listdir(CONFIGURATION), ["90-tcptune.conf"])
        self.assertIn("Nothing is armed", self.tcptune("status", status=0).out)
        self.json("confirm", uid=OPS, status=66)

    def test_root_confirms_what_a_user_applied(self):
        """Root needs no polkit's password."""
        self.apply(self.plan(), "--confirm-timeout=2min", uid=OPS)
        self.tcptune("confirm", status=0)
        self.assert_sysctls(TWO)

    def test_the_right_one_takes_it_back(self):
        self.apply(self.plan(), "--confirm-timeout=2min", uid=OPS)
        self.tcptune("rollback", uid=OPS, status=0)
        self.assert_nothing_kept()
        # Undone is undone: neither is it confirmed nor rolled back once more.
        identity = self.newest()["id"]
        self.tcptune("confirm", identity, uid=OPS, status=12)
        self.json("rollback", identity, uid=OPS, status=0)
        self.assert_nothing_kept()

    def test_json_of_an_armed_apply(self):
        document = self.apply_json(self.plan(), "--confirm-timeout=90", "--check=true")
        armed = document["armed"]
        self.assertEqual((document["mode"], document["state"], document["changed"]),
                         ("id", "applied", True))
        self.assertEqual(armed["confirm"], "tcptune confirm " + armed["id"][:8])
        self.assertEqual(armed["otherwise"], "rolled_back")
        # The time of the checks is not taken off.
        self.assertGreater(armed["seconds_left"], 80)
        self.assertLessEqual(armed["seconds_left"], 90)
        self.tcptune(*armed["rollback"].split()[1:], status=0)
        self.assert_nothing_kept()

    def test_a_failed_check_undoes_before_it_waits(self):
        document = self.apply_json(self.plan(), "--confirm-timeout=2min", "--check=false",
                                   status=12)
        self.assertIsNone(document["armed"])
        self.assert_nothing_kept()

    def test_a_foreign_value_is_seen_when_it_is_confirmed(self):
        self.apply(self.plan(), "--confirm-timeout=2min")
        set_sysctl(SOMAXCONN, "77")
        self.json("confirm", status=12)
        self.assert_sysctls({SOMAXCONN: "77", KEEPALIVE: "7200"})
        self.assertFalse(os.path.exists(DROP_IN))

    def test_runtime_only_is_confirmed_without_a_file(self):
        self.apply(self.plan(), "--confirm-timeout=2min", "--runtime-only")
        self.tcptune("confirm", status=0)
        self.assert_sysctls(TWO)
        self.assertEqual(os.listdir(CONFIGURATION), [])

    def test_the_question_and_then_armed_on_a_terminal(self):
        with Terminal("apply", self.plan({FIN: "45"}), "--confirm-timeout=2min") as terminal:
            terminal.wait_for("Apply this change? [y/N]").type("y\n")
            self.assertEqual(terminal.end(), 0)
            self.assertIn("Keep it: tcptune confirm", terminal.plain())
            self.assertEqual(terminal.raw(), [])
        self.tcptune("confirm", status=0)


class AtTheDeadline(ApplyTest):
    def test_nobody_confirms(self):
        identity = self.apply_json(self.plan(), "--confirm-timeout=10s")["id"]
        armed = boottime()
        time.sleep(7)
        self.assert_sysctls(TWO)
        self.wait_value(SOMAXCONN, "4096")
        self.assertGreater(boottime() - armed, 8)
        self.assertLess(boottime() - armed, 11)
        self.wait_idle()
        self.assert_nothing_kept()
        done = self.tcptune("confirm", identity, status=12)
        self.assertIn("not confirmed in time", done.out)
        self.json("confirm", identity, status=12)
        # Without an id too: it is the one that was meant.
        self.tcptune("confirm", status=12)
        self.json("confirm", status=12)
        self.assert_nothing_kept()
        self.assertIn("not confirmed in time", self.tcptune("status", status=0).out)
        self.assertIn("rolled back", self.tcptune("history", status=0).out)


class TheHelperIsKilled(ApplyTest):
    def test_the_next_one_keeps_the_deadline(self):
        self.apply(self.plan(), "--confirm-timeout=10s")
        armed = boottime()
        self.helper.kill()
        # Without systemd somebody has to call it; any call will do.
        left = self.json("status", status=0)["armed"]["seconds_left"]
        self.assertLessEqual(left, 10)
        self.assert_sysctls(TWO)
        wait_until(lambda: os.listdir(CONFIGURATION) == [] and self.root.state() == "idle",
                   "undone", 60)
        self.assertLess(boottime() - armed, 11)
        self.assert_nothing_kept()

    def test_still_confirmable(self):
        self.apply(self.plan(), "--confirm-timeout=2min")
        self.helper.kill()
        self.tcptune("confirm", status=0)
        self.assert_sysctls(TWO)
        self.assertTrue(os.path.exists(DROP_IN))

    def test_stopped_it_takes_everything_back(self):
        self.apply(self.plan(), "--confirm-timeout=2min")
        self.helper.process.terminate()
        self.helper.process.wait(30)
        self.assert_nothing_kept()
        self.assertEqual(self.newest()["reason"], "stopped")


if __name__ == "__main__":
    main(together=True)

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Who may, and who is there: no helper, another transaction, users with and without a permission.
The real polkitd with the shipped actions and the example rule decides."""
import json
import os
import signal

from commands import ADDRESS, DROP_IN, FIN, KEEPALIVE, SOMAXCONN, TWO, ApplyTest
from harness import BLOCKED, NOBODY, OPS, PLAIN, SERVICE_FILE, main

NO_BUS = {"DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/run/no/such/bus"}


class Users(ApplyTest):
    polkit = True

    def test_77_a_user_whom_nobody_can_ask(self):
        plan = self.plan()
        for uid in (PLAIN, BLOCKED, NOBODY):
            with self.subTest(uid=uid), self.nothing_written():
                done = self.apply(plan, uid=uid, status=77)
                self.assertIn("nothing was written", done.out)
                document = self.apply_json(plan, uid=uid, status=77)
                self.assertFalse(document["changed"])
                self.tcptune("checkpoint", "--", "/bin/sh", "-c", "echo ran", uid=uid, status=77)

    def test_a_command_is_not_run_without_permission(self):
        done = self.tcptune("checkpoint", "--", "/bin/sh", "-c", "echo ran", uid=PLAIN, status=77)
        self.assertNotIn("ran\n", done.out)

    def test_an_operator_needs_no_root(self):
        document = self.apply_json(self.plan(), "--check=test $(id -u) = 61002", uid=OPS)
        self.assert_sysctls(TWO)
        self.assertTrue(os.path.exists(DROP_IN))
        shown = self.json("show", document["id"], uid=PLAIN, status=0)["transaction"]
        self.assertEqual(shown["uid"], OPS)
        self.tcptune("rollback", document["id"], "--yes", uid=PLAIN, status=77)
        self.json("rollback", document["id"], "--yes", uid=PLAIN, status=77)
        self.assert_sysctls(TWO)
        self.tcptune("rollback", document["id"], "--yes", uid=OPS, status=0)
        self.assert_nothing_kept()

    def test_everybody_may_look(self):
        identity = self.apply_json(self.plan())["id"]
        for words in (("history",), ("show", identity), ("status",), ("diff", "@" + identity),
                      ("diff", "@" + identity, "@now"), ("rollback", identity, "--dry-run")):
            with self.subTest(words=words):
                self.json(*words, uid=NOBODY, status=0)

    def test_another_user_does_not_end_what_waits(self):
        armed = self.apply_json(self.plan(), "--confirm-timeout=1h", uid=OPS)["armed"]
        for words in (("confirm",), ("confirm", armed["id"]), ("rollback",),
                      ("rollback", armed["id"])):
            with self.subTest(words=words):
                self.tcptune(*words, uid=PLAIN, status=77)
                self.json(*words, uid=PLAIN, status=77)
        self.assert_sysctls(TWO)
        self.assertFalse(os.path.exists(DROP_IN))
        self.tcptune("confirm", uid=OPS, status=0)
        self.assertTrue(os.path.exists(DROP_IN))

    def test_77_direct_needs_root(self):
        plan = self.plan()
        for words in (("apply", "--yes", plan), ("checkpoint", "--", "true"), ("history",),
                      ("rollback", "--last", "--yes"), ("confirm",)):
            with self.subTest(words=words), self.nothing_written():
                at = 1
                direct = (*words[:at], "--direct", *words[at:])
                self.assertIn("root", self.tcptune(*direct, uid=OPS, status=77).err)
                self.json(*direct, uid=OPS, status=77)


class NobodyThere(ApplyTest):
    starts_helper = False

    def without_helper(self, *words, **more):
        with self.nothing_written():
            self.tcptune(*words, status=69, **more)
            self.json(*words, status=69, **more)

    def test_69_no_helper_is_installed(self):
        os.unlink(SERVICE_FILE)
        self.root.ask_bus("ReloadConfig")
        self.addCleanup(self.scene.restore_service_file)
        plan = self.plan()
        self.without_helper("apply", "--yes", plan)
        self.without_helper("checkpoint", "--", "true")
        for words in (("history",), ("status",), ("confirm",), ("rollback",), ("show", "abcd"),
                      ("diff", "@abcd")):
            self.without_helper(*words)
        self.assertIn("--direct", self.tcptune("apply", "--yes", plan, status=69).err)

    def test_69_no_bus_answers(self):
        plan = self.plan()
        for uid in (0, PLAIN):
            self.without_helper("apply", "--yes", plan, uid=uid, environment=NO_BUS)

    def test_the_bus_starts_the_helper(self):
        """Without systemd by the activation file."""
        self.apply(self.plan(), environment={"DBUS_SYSTEM_BUS_ADDRESS": ADDRESS})
        self.assert_sysctls(TWO)
        self.assertIn("Nothing is armed", self.tcptune("status", status=0).out)

    def test_69_for_users_when_polkit_is_not_there(self):
        self.start()
        plan = self.plan()
        self.without_helper("apply", "--yes", plan, uid=OPS)
        self.apply(plan)
        self.assert_sysctls(TWO)


class Busy(ApplyTest):
    def test_75_two_at_once(self):
        first = self.spawn("apply", "--yes", self.plan(), "--check=sleep 60")
        self.wait_value(KEEPALIVE, "600")
        second = self.plan({FIN: "45"}, name="second.json")
        done = self.apply(second, status=75)
        self.assertIn("tcptune status", done.err)
        document = self.apply_json(second, status=75)
        self.assertEqual((document["changed"], document["id"]), (False, None))
        self.tcptune("checkpoint", "--", "true", status=75)
        self.assert_sysctls({FIN: "60"})
        first.send_signal(signal.SIGTERM)
        self.finished(first)
        self.apply(second)
        self.assert_sysctls({FIN: "45"})

    def test_75_while_one_waits_to_be_confirmed(self):
        armed = self.apply_json(self.plan(), "--confirm-timeout=1h")["id"]
        self.apply_json(self.plan({FIN: "45"}), status=75)
        self.apply_json(self.path("plan.json"), "--direct", status=75)
        status = self.json("status", status=0)
        self.assertEqual(status["armed"]["id"], armed)
        self.tcptune("confirm", status=0)
        self.apply(self.path("plan.json"))

    def test_many_that_start_together_leave_one_and_the_same_end(self):
        """Each changes another key; those that began and ended one after the other were kept."""
        keys = {SOMAXCONN: "8192", KEEPALIVE: "600", FIN: "45"}
        plans = [self.plan({key: value}, name=f"{key}.json") for key, value in keys.items()]
        started = [self.spawn("apply", "--yes", plan, "--format=json") for plan in plans]
        statuses = {}
        for key, process in zip(keys, started, strict=True):
            done = self.finished(process)
            self.check(json.loads(done.out), done.returncode)
            statuses[key] = done.returncode
        self.assertLessEqual(set(statuses.values()), {0, 75})
        self.assertIn(0, statuses.values())
        self.assert_sysctls({key: value for key, value in keys.items() if statuses[key] == 0})
        self.assert_old([key for key in keys if statuses[key] == 75])


if __name__ == "__main__":
    main(together=True)

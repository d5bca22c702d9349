#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Why nothing is written, each with its exit status: usage, bad or missing input, policy, a stale
plan, a file that was edited."""
import json
import os

from commands import (CONFIGURATION, DROP_IN, ENVIRONMENT, FIN, KEEPALIVE, SOMAXCONN, TCPTUNE, TWO,
                      ApplyTest, run, set_sysctl, write)
from harness import SOURCE, main, read
from terminal import Terminal

BOOT_ID = "/proc/sys/kernel/random/boot_id"
RELEASE = "/proc/sys/kernel/osrelease"


class NothingIsWritten(ApplyTest):
    def refused(self, *words, status, **more):
        """Both formats say the same, and neither a value nor a file is changed."""
        with self.nothing_written():
            done = self.apply(*words, status=status, **more)
            document = self.apply_json(*words, status=status, **more)
        if document["kind"] == "apply":
            self.assertFalse(document["changed"])
            self.assertIsNone(document["id"])
        return done, document

    def edited(self, **changes):
        """The plan with other members and its old digest."""
        with open(self.plan(), encoding="utf-8") as file:
            document = json.load(file)
        for name, value in changes.items():
            document[name] = value
        write(self.path("edited.json"), json.dumps(document))
        return self.path("edited.json")


class Input(NothingIsWritten):
    def test_64_the_command_line(self):
        plan = self.plan()
        for words in ((plan, "--check="), (plan, "--watch=0"), (plan, "--confirm-timeout=9s"),
                      (plan, "--confirm-timeout=2h"), (plan, "--rollback-on-fail",
                                                       "--keep-on-fail"),
                      (plan, "--comment=" + "x" * 65), (plan, "--ticket=a\nb"),
                      (plan, "--watch=30s", "--confirm-timeout=20s"), (plan, "--window=1s"),
                      (plan, *["--check=true"] * 17), (plan, "--format=html"), (plan, plan)):
            with self.subTest(words=words), self.nothing_written():
                self.tcptune("apply", "--yes", *words, status=64)
        self.assertIn("--yes", self.tcptune("apply", plan, status=64).err)
        with open(plan, encoding="ascii") as file:
            self.assertIn("--yes", self.tcptune("apply", "-", text=file.read(), status=64).err)
        self.tcptune("checkpoint", status=64)
        self.tcptune("rollback", "--last", "--to=abcd", status=64)

    def test_65_a_plan_that_was_edited(self):
        with open(self.plan(), encoding="utf-8") as file:
            changes = json.load(file)["changes"]
        changes[0]["after"]["runtime"] = "65535"
        done, _ = self.refused(self.edited(changes=changes), status=65)
        self.assertIn("digest", done.err)

    def test_65_a_plan_of_a_newer_version(self):
        done, _ = self.refused(self.edited(format_version="2.0"), status=65)
        self.assertIn("version 2", done.err)

    def test_65_what_is_no_plan(self):
        whole = read(self.plan())
        for text in (b"", b"{}", b"[" * 100000, whole[:-40], whole + b"{}", b"\x00" * 100,
                     b'{"kind": "facts"}'):
            with self.subTest(text=text[:20]):
                write(self.path("bad.json"), text)
                self.refused(self.path("bad.json"), status=65)

    def test_66_a_plan_that_cannot_be_read(self):
        self.refused(self.path("nothing.json"), status=66)
        self.refused(self.folder, status=66)

    def test_66_a_transaction_that_is_not_there(self):
        for words in (("show", "abcd"), ("rollback", "abcd", "--yes"), ("confirm", "abcd"),
                      ("confirm",), ("diff", "@abcd"), ("rollback",), ("rollback", "--to=abcd")):
            with self.subTest(words=words), self.nothing_written():
                self.tcptune(*words, status=66)
                self.json(*words, status=66)

    def test_66_names_what_there_is(self):
        first = self.apply_json(self.plan({FIN: "45"}))["id"]
        done = self.tcptune("show", "ffff" if not first.startswith("ffff") else "0000", status=66)
        self.assertIn(first[:8], done.err)


class Policy(NothingIsWritten):
    def test_13_a_key_that_the_site_denies(self):
        plan = self.plan()
        denies = self.policy({}, 'deny = ["net.core.*"]', name="denies.toml")
        done, document = self.refused(plan, "--policy", denies, status=13)
        self.assertIn(SOMAXCONN, done.out)
        self.assertEqual([(each["kind"], each["object"]) for each in document["objections"]],
                         [("policy", SOMAXCONN)])

    def test_13_a_value_out_of_the_sites_bounds(self):
        plan = self.plan()
        bound = self.policy({}, f'[bound."{SOMAXCONN}"]\nmax = 5000', name="bound.toml")
        self.refused(plan, "--policy", bound, status=13)

    def test_13_a_longer_time_to_confirm_than_the_site_wants(self):
        plan = self.plan()
        soon = self.policy(TWO, "confirm_within_s = 30", name="soon.toml")
        done, _ = self.refused(plan, "--policy", soon, "--confirm-timeout=2min", status=13)
        self.assertIn("30 s", done.out)

    def test_13_a_key_that_the_helper_does_not_know(self):
        """Rule files of a user make it planned; only those of root make it written."""
        own = self.path("rules")
        os.mkdir(own)
        text = read(os.path.join(SOURCE, "rules", KEEPALIVE + ".toml")).decode()
        key = "net.ipv4.tcp_reordering"
        text = text.split("[[")[0].replace(KEEPALIVE, key)
        write(f"{own}/{key}.toml", text)
        made = self.policy({key: "4"})
        plan = self.path("plan.json")
        self.tcptune("plan", "--rules", own, "--policy", made, "--out", plan, status=0)
        _, document = self.refused(plan, "--rules", own, status=13)
        self.assertIn(key, document["error"]["object"] + document["error"]["reason"])


class Stale(NothingIsWritten):
    def stale(self, plan, *words, **more):
        done, document = self.refused(plan, status=14, **more)
        for word in words:
            self.assertIn(word, done.out)
        return [(each["object"], each["expected"], each["found"])
                for each in document["objections"]]

    def lay_over(self, path, text):
        write(self.path("laid_over"), text)
        run("mount", "--bind", self.path("laid_over"), path)
        self.addCleanup(run, "umount", path)

    def test_14_another_boot(self):
        plan = self.plan()
        self.lay_over(BOOT_ID, "00000000-1111-2222-3333-444444444444\n")
        differences = self.stale(plan, "was booted since the plan was made")
        self.assertEqual([(each[0], each[2]) for each in differences],
                         [("boot", "00000000-1111-2222-3333-444444444444")])

    def test_14_another_value_runs(self):
        plan = self.plan()
        set_sysctl(SOMAXCONN, "1000")
        set_sysctl(KEEPALIVE, "900")
        self.assertEqual(self.stale(plan, "1000 runs now", "tcptune plan"),
                         [(SOMAXCONN, "4096", "1000"), (KEEPALIVE, "7200", "900")])

    def test_14_a_file_sets_another_value(self):
        plan = self.plan()
        write(CONFIGURATION + "/10-new.conf", "net.core.somaxconn = 1000\n")
        self.assertEqual(self.stale(plan, "10-new.conf:1"), [(SOMAXCONN, "", "1000")])

    def test_14_another_network_namespace(self):
        plan = self.plan()
        differences = self.stale(plan, "network namespace", prefix=("unshare", "--net"))
        self.assertEqual([each[0] for each in differences if each[0] == "netns"], ["netns"])

    def test_14_a_plan_made_in_another_namespace_than_the_helpers(self):
        made = self.policy(TWO)
        with self.nothing_written():
            document = self.apply_json("--policy", made, status=14, prefix=("unshare", "--net"))
        self.assertIn("--direct", document["error"]["reason"])

    def test_14_another_kernel(self):
        plan = self.plan()
        own = read(RELEASE).decode().strip()
        self.lay_over(RELEASE, "6.1.0-other\n")
        self.assertEqual(self.stale(plan, "6.1.0-other"), [("kernel", own, "6.1.0-other")])

    def test_14_a_value_that_changes_between_the_look_and_the_write(self):
        """At the prompt: the helper looks once more."""
        plan = self.plan()
        with Terminal("apply", plan) as terminal:
            terminal.wait_for("[y/N]")
            set_sysctl(KEEPALIVE, "900")
            terminal.type("y\n")
            self.assertEqual(terminal.end(), 14)
            self.assertIn("nothing was written", terminal.text)
        self.assert_sysctls({SOMAXCONN: "4096", KEEPALIVE: "900"})


class EditedByHand(NothingIsWritten):
    """The file that tcptune wrote is not the file that is there."""

    def test_apply_rollback_and_confirm_leave_it(self):
        first = self.apply_json(self.plan({SOMAXCONN: "8192"}))["id"]
        armed = self.apply_json(self.plan({FIN: "45"}), "--confirm-timeout=1h")["id"]
        whole = read(DROP_IN)
        edited = whole + b"net.ipv4.tcp_rfc1337 = 1\n"
        write(DROP_IN, edited)
        # What cannot be kept goes back; the file stays as the person left it.
        self.assertIn("edited", self.tcptune("confirm", armed, status=12).out)
        self.assert_sysctls({FIN: "60"})
        self.apply(self.plan({KEEPALIVE: "600"}), status=15)
        self.apply_json(self.path("plan.json"), status=15)
        self.assert_sysctls({SOMAXCONN: "8192", FIN: "60", KEEPALIVE: "7200"})
        # Taken back are the values; whoever edited the file must see to it.
        self.assertIn("left alone", self.tcptune("rollback", first, "--yes", status=16).out)
        self.assert_old((SOMAXCONN, FIN, KEEPALIVE))
        self.assertEqual(read(DROP_IN), edited)

    def test_15_a_file_of_that_name_that_tcptune_did_not_write(self):
        write(DROP_IN, "net.ipv4.tcp_rfc1337 = 1\n")
        done = self.apply(self.plan(), status=15)
        self.assertIn("90-tcptune.conf", done.err)
        self.assertEqual(read(DROP_IN), b"net.ipv4.tcp_rfc1337 = 1\n")
        self.assert_old()


class TheNumbersAreTold(ApplyTest):
    starts_helper = False

    def test_help_knows_every_status(self):
        text = run(TCPTUNE, "help", "exit-codes", env=ENVIRONMENT).stdout
        for status in ("0", "1", "2", "10", "11", "12", "13", "14", "15", "16", "64", "65", "66",
                       "69", "70", "75", "77", "78"):
            self.assertRegex(text, rf"(?m)^\s*{status}\s")


if __name__ == "__main__":
    main(together=True)

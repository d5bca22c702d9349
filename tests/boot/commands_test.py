#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""verify, apply and lint as a user walks through them, from what is in the way to a boot that
holds; each answer is held against the real systemd-sysctl, the real sysctl and the kernel."""
import os
import subprocess

from command_scene import (FIN, LATE, LINK, LOADERS, OURS, REUSE, SOMAXCONN, TEXT, WEB, CommandTest,
                           boot, flat, link, load, main_inside, put, read, run, set_sysctl, sysctl)


class APlanAndItsTransaction(CommandTest):
    PINS = {FIN: "25", REUSE: "1"}

    def setUp(self):
        super().setUp()
        self.needs_root()

    def apply(self):
        plan = self.plan(self.PINS)
        said = flat(self.tcptune("verify", plan, status=2))
        self.assertIn(f"{FIN}: running 60, after a boot 60, expected 25", said)
        self.assertIn(f"{REUSE}: running 2, after a boot 2, expected 1", said)
        self.tcptune("apply", "--direct", "--yes", plan)
        self.tcptune("verify", plan)
        listed = self.document("history", "--direct")["transactions"]
        self.assertEqual(len(listed), 1)
        return plan, listed[0]["id"]

    def test_what_was_applied_is_there_and_at_boot(self):
        plan, identity = self.apply()
        for word in (identity[:6], identity, identity[:4].upper(), "@" + identity):
            rows = self.document("verify", "--direct", word)["rows"]
            self.assertEqual({row["key"]: (row["running"], row["boot"], row["expected"])
                              for row in rows}, {FIN: ("25",) * 3, REUSE: ("1",) * 3})
        self.tcptune("verify", "--boot")
        for loader in LOADERS:
            values = boot(loader)
            self.assertEqual((values[FIN], values[REUSE]), ("25", "1"))
        self.tcptune("verify", "--direct", "--boot", "beef" * 8, status=66)
        # Back again: nothing is expected of what was undone.
        self.tcptune("rollback", "--direct", "--last", "--yes")
        self.tcptune("verify", "--direct", identity[:6], status=66)
        self.tcptune("verify", plan, status=2)

    def test_what_was_for_the_runtime_is_not_asked_of_the_boot(self):
        plan = self.plan(self.PINS)
        self.tcptune("apply", "--direct", "--yes", "--runtime-only", plan)
        identity = self.document("history", "--direct")["transactions"][0]["id"]
        self.tcptune("verify", "--direct", identity[:6])
        self.tcptune("verify", "--direct", "--boot", identity[:6], status=2)
        self.assertEqual(boot("systemd")[FIN], "60")

    def test_an_edited_drop_in_is_not_what_was_applied(self):
        plan, identity = self.apply()
        put(OURS, read(OURS).replace(f"{FIN} = 25", f"{FIN} = 26"))
        self.assertEqual(boot("systemd")[FIN], "26")
        for words in ((plan,), ("--direct", identity[:6]), ("--boot", plan)):
            rows = self.document("verify", *words, status=2)["rows"]
            self.assertEqual([(row["key"], row["boot"], row["expected"], row["boot_expected"])
                              for row in rows if row["differs"]], [(FIN, "26", "25", "differs")])
        # The file is what it says it is, but it does not run.
        self.tcptune("verify", "--boot")
        self.assertIn(f"{FIN}: running 25, configured 26", self.tcptune("drift", status=2))

    def walk(self, file, loaders=LOADERS, named=None):
        """From the line that wins to the boot that holds."""
        number = 2
        real = [boot(loader) for loader in loaders]
        self.assertEqual([values[FIN] for values in real], ["77"] * len(loaders))
        named = named or file
        row, = [row for row in self.document("verify", "--boot", status=15)["rows"]
                if row["overruled"]]
        self.assertEqual((row["key"], row["boot"], row["expected"], row["decides"]["file"],
                          row["decides"]["line"]), (FIN, "77", "25", named, number))
        said = flat(self.tcptune("verify", "--boot", status=15))
        self.assertIn(f"{FIN}: configured 77 ({named}:{number}), expected 25", said)
        self.assertEqual(row["mend"], f"tcptune lint --fix --write {named} --drop={FIN}")
        self.assertIn(row["mend"], said.replace(" \\", ""))
        self.typed(row["mend"])
        self.assertEqual(read(file).splitlines()[0], "# theirs")
        self.assertEqual(self.document("verify", "--boot")["counts"]["overruled"], 0)
        for loader in loaders:
            values = boot(loader)
            self.assertEqual((values[FIN], values[REUSE], values[SOMAXCONN]), ("25", "1", "512"))

    LINES = f"# theirs\n{FIN} = 77\n{SOMAXCONN}=512\n"

    def test_a_later_file_wins_until_the_printed_command_is_typed(self):
        self.apply()
        put(LATE, self.LINES)
        self.walk(LATE)

    def test_so_does_a_later_line_that_takes_the_key_away(self):
        self.apply()
        put(LATE, f"# theirs\n-{FIN}\n")
        # Only systemd lets that line take back what an earlier one says by name.
        self.assertEqual([boot(loader)[FIN] for loader in LOADERS], ["60", "25"])
        said = flat(self.tcptune("verify", "--boot", status=15))
        self.assertIn(f"after a boot 60, expected 25 {OURS}:", said)
        self.assertIn(f"says 25, and loses: {LATE}:2 takes it back", said)
        command = f"tcptune lint --fix --write {LATE} --drop={FIN}"
        self.assertIn(command, said.replace(" \\", ""))
        self.typed(command)
        self.tcptune("verify", "--boot")
        self.assertEqual([boot(loader)[FIN] for loader in LOADERS], ["25", "25"])

    def test_a_later_pattern_does_not_win(self):
        self.apply()
        put(LATE, "net.ipv4.tcp_fin_* = 77\n")
        self.assertEqual([boot(loader)[FIN] for loader in LOADERS], ["25", "25"])
        self.tcptune("verify", "--boot")

    def test_a_name_that_the_shell_would_take_apart_can_be_typed_too(self):
        self.apply()
        odd = "/etc/sysctl.d/99-it's $(late).conf"
        put(odd, self.LINES)
        row = self.document("verify", "--boot", status=15)["rows"][0]
        self.assertEqual(row["decides"]["file"], odd)
        subprocess.run(["sh", "-c", row["mend"].replace("tcptune", '"$TCPTUNE"', 1)], check=True,
                       capture_output=True)
        self.assertIn(f"# tcptune lint (lint/dropped): {FIN} = 77\n", read(odd))
        self.tcptune("verify", "--boot")
        self.assertEqual(boot("systemd")[FIN], "25")

    def test_through_the_link_of_debian_the_file_behind_it_is_mended(self):
        self.apply()
        put("/etc/sysctl.conf", self.LINES)
        link(LINK, "../sysctl.conf")
        self.walk("/etc/sysctl.conf", named=LINK)
        self.assertTrue(os.path.islink(LINK))


class WithoutSystemd(CommandTest):
    """A host that procps boots: systemd-sysctl is not installed, and nothing else is systemd's."""

    def setUp(self):
        super().setUp()
        os.rmdir("/run/systemd/system")
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/usr/lib/systemd"], check=True)
        self.addCleanup(subprocess.run, ["umount", "/usr/lib/systemd"], check=True)
        put("/etc/sysctl.conf", f"# theirs\n{FIN}=20\n")
        put(WEB, TEXT)

    def test_the_main_file_counts_at_boot(self):
        self.assertEqual(boot("procps")[FIN], "20")
        document = self.document("blame", FIN)
        self.assertEqual((document["boots_with"], document["boot"]["value"],
                          document["boot"]["file"]), ("sysctl --system", "20", "/etc/sysctl.conf"))
        load("procps")
        self.tcptune("verify")
        set_sysctl(FIN, "30")
        self.assertEqual(self.tcptune("drift", status=2),
                         f"{FIN}: running 30, configured 20 (/etc/sysctl.conf:2)\n")

    def test_it_wins_over_ours_until_its_line_goes(self):
        self.needs_root()
        load("procps")
        plan = self.plan({FIN: "25"})
        command = f"tcptune lint --fix --write /etc/sysctl.conf --drop={FIN}"
        said = flat(self.tcptune("apply", "--direct", "--yes", plan, status=15))
        self.assertIn(command, said.replace(" \\", ""))
        self.typed(command)
        self.tcptune("apply", "--direct", "--yes", plan)
        self.tcptune("verify", "--boot")
        self.assertEqual(boot("procps")[FIN], "25")
        put("/etc/sysctl.conf", f"# theirs\n{FIN}=20\n")
        row, = self.document("verify", "--boot", status=15)["rows"]
        self.assertEqual((row["boot"], row["mend"]), ("20", command))


class LateWriters(CommandTest):
    def setUp(self):
        super().setUp()
        self.needs_root()

    def test_ufw_writes_last_until_its_line_goes(self):
        put("/etc/ufw/ufw.conf", "ENABLED=yes\n")
        put("/etc/default/ufw", "IPT_SYSCTL=/etc/ufw/sysctl.conf\n")
        put("/etc/ufw/sysctl.conf", f"# of ufw\n\nnet/ipv4/tcp_fin_timeout=20\n{REUSE} = 0\n")
        ufw = "sysctl -e -q -p /etc/ufw/sysctl.conf"  # as its start script has it
        self.assertEqual(boot("systemd", ufw)[FIN], "20")
        self.assertEqual(self.document("blame", FIN)["boot"],
                         {"value": "20", "why_null": "", "set": True,
                          "file": "/etc/ufw/sysctl.conf", "line": 3})
        self.assertIn("ufw, /etc/ufw/sysctl.conf", flat(self.tcptune("blame", FIN)))
        set_sysctl(FIN, "20")
        set_sysctl(REUSE, "0")
        plan = self.plan({FIN: "25"})
        self.assertIn("/etc/ufw/sysctl.conf:3", self.said)
        command = f"tcptune lint --fix --write /etc/ufw/sysctl.conf --drop={FIN}"
        said = flat(self.tcptune("apply", "--direct", "--yes", plan, status=15))
        self.assertIn("/etc/ufw/sysctl.conf:3", said)
        self.assertIn(command, said.replace(" \\", ""))
        self.assertEqual((sysctl(FIN), os.path.exists(OURS)), ("20", False))
        self.typed(command)
        self.assertEqual(read("/etc/ufw/sysctl.conf"),
                         "# of ufw\n\n# tcptune lint (lint/dropped): net/ipv4/tcp_fin_timeout=20\n"
                         f"{REUSE} = 0\n")
        self.tcptune("apply", "--direct", "--yes", plan)
        self.tcptune("verify", "--boot")
        values = boot("systemd", ufw)
        self.assertEqual((values[FIN], values[REUSE]), ("25", "0"))

    def test_what_ufw_sets_again_later_is_15_for_verify_too(self):
        self.tcptune("apply", "--direct", "--yes", self.plan({FIN: "25"}))
        put("/etc/ufw/ufw.conf", "ENABLED=yes\n")
        put("/etc/default/ufw", "IPT_SYSCTL=/etc/ufw/sysctl.conf\n")
        put("/etc/ufw/sysctl.conf", "net/ipv4/tcp_fin_timeout=20\n")
        row, = self.document("verify", "--boot", status=15)["rows"]
        self.assertEqual((row["boot"], row["overruled"], row["mend"]),
                         ("20", True,
                          f"tcptune lint --fix --write /etc/ufw/sysctl.conf --drop={FIN}"))
        self.typed(row["mend"])
        self.tcptune("verify", "--boot")
        # Switched off, it sets nothing.
        put("/etc/ufw/sysctl.conf", "net/ipv4/tcp_fin_timeout=20\n")
        put("/etc/ufw/ufw.conf", "ENABLED=no\n")
        self.tcptune("verify", "--boot")

    def tuned(self, name):
        file = f"/etc/tuned/{name}/tuned.conf"
        put("/etc/tuned/active_profile", name + "\n")
        put("/etc/tuned/tuned-main.conf", "reapply_sysctl = 0\n")
        put(file, f"[main]\nsummary=ours\n\n[sysctl]\n{FIN}=20\n")
        boot_of = self.document("blame", FIN)["boot"]
        self.assertEqual((boot_of["value"], boot_of["file"], boot_of["line"]), ("20", file, 5))
        self.assertIn(f"tuned profile {name}, {file}", flat(self.tcptune("blame", FIN)))
        set_sysctl(FIN, "20")
        plan = self.plan({FIN: "25"})
        self.assertIn(f"{file}:5", self.said)
        said = flat(self.tcptune("apply", "--direct", "--yes", plan, status=15))
        self.assertIn(f"{file}:5", said)
        self.assertNotIn("tcptune lint", said)
        self.assertFalse(os.path.exists(OURS))
        os.rename("/etc/tuned", "/etc/was-tuned")
        self.tcptune("apply", "--direct", "--yes", plan)
        os.rename("/etc/was-tuned", "/etc/tuned")
        row, = self.document("verify", "--boot", status=15)["rows"]
        self.assertEqual((row["boot"], row["decides"]["file"], row["mend"]), ("20", file, None))
        # tuned as it comes loads the files again after its own values.
        put("/etc/tuned/tuned-main.conf", "reapply_sysctl = 1\n")
        self.tcptune("verify", "--boot")

    def test_a_tuned_profile_has_no_lines_for_lint(self):
        self.tuned("web")

    def test_nor_has_one_that_is_called_sysctl(self):
        self.tuned("sysctl-web")


class EachLineInTheWay(CommandTest):
    def test_what_apply_prints_is_enough_in_one_go(self):
        self.needs_root()
        put(LATE, f"# a\n{FIN}=44\n{REUSE}=0\n{FIN}=45\n")
        put("/etc/sysctl.d/99-later.conf", f"# b\n{FIN}=46\n")
        load("systemd")
        self.assertEqual((sysctl(FIN), sysctl(REUSE)), ("46", "0"))
        plan = self.plan({FIN: "25", REUSE: "1"})
        objections = self.document("apply", "--direct", "--yes", plan, status=15)["objections"]
        self.assertEqual(sorted((each["object"], each["file"], each["line"])
                                for each in objections),
                         [(FIN, LATE, 2), (FIN, LATE, 4), (FIN, "/etc/sysctl.d/99-later.conf", 2),
                          (REUSE, LATE, 3)])
        commands = [each["command"] for each in objections if each["command"]]
        self.assertEqual(len(commands), 2)
        for command in commands:
            self.typed(command)
        self.tcptune("apply", "--direct", "--yes", plan)
        self.tcptune("verify", "--boot")
        for loader in LOADERS:
            values = boot(loader)
            self.assertEqual((values[FIN], values[REUSE]), ("25", "1"))


if __name__ == "__main__":
    main_inside()

#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""verify, drift, blame and lint as a user walks through them, each answer held against the real
systemd-sysctl, the real sysctl and the kernel."""
import os
import re
import shutil
import stat
import subprocess
import threading

from command_scene import (FIN, OURS, REUSE, SOMAXCONN, CommandTest, boot, flat, link, load,
                           main_inside, metrics_of, put, read, run, set_sysctl, sysctl)

LOADERS = ("systemd", "procps")
NAMES = ("systemd-sysctl", "sysctl --system")
INTVL, KEEPALIVE = "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_time"
PROBES = "net.ipv4.tcp_keepalive_probes"
WEB, LATE = "/etc/sysctl.d/50-web.conf", "/etc/sysctl.d/99-late.conf"
LINK = "/etc/sysctl.d/99-sysctl.conf"
TEXT = f"# ours\n{FIN} = 30\n{SOMAXCONN} = 8192\n"
NOBODY = {"user": 65534, "group": 65534, "extra_groups": []}


class AValueChangedByHand(CommandTest):
    def test_it_is_named_until_the_loader_ran_again(self):
        put(WEB, TEXT)
        for loader in LOADERS:
            with self.subTest(loader=loader):
                load(loader)
                self.assertEqual((sysctl(FIN), sysctl(SOMAXCONN)), ("30", "8192"))
                self.assertIn("The same: 2 keys.", self.tcptune("verify"))
                self.assertEqual(self.tcptune("drift"), "")
                set_sysctl(FIN, "45")
                said = flat(self.tcptune("verify", status=2))
                self.assertIn(f"{FIN}: running 45, configured 30 ({WEB}:2)", said)
                self.assertNotIn(SOMAXCONN, said)
                self.assertEqual(self.tcptune("drift", status=2),
                                 f"{FIN}: running 45, configured 30 ({WEB}:2)\n")
                rows = self.document("verify", status=2)["rows"]
                self.assertEqual([(row["key"], row["running"], row["boot"], row["running_boot"])
                                  for row in rows], [(SOMAXCONN, "8192", "8192", "same"),
                                                     (FIN, "45", "30", "differs")])
                load(loader)
                self.tcptune("verify")
                self.assertEqual(self.tcptune("drift"), "")
                self.made.reset()

    def metrics(self, path, status):
        self.tcptune("drift", "--quiet", "--metrics", path, status=status)
        return metrics_of(self, read(path))

    def test_the_metrics_say_the_same(self):
        put(WEB, TEXT)
        load("systemd")
        path = os.path.join(self.folder, "tcptune.prom")
        label = '{key="%s",file="' + WEB + '"}'
        for changed in (False, True, False):
            if changed:
                set_sysctl(FIN, "45")
            samples = self.metrics(path, 2 if changed else 0)
            self.assertEqual(samples["tcptune_sysctl_drift", label % FIN], int(changed))
            self.assertEqual(samples["tcptune_sysctl_drift", label % SOMAXCONN], 0)
            self.assertEqual([samples[f"tcptune_{name}", None] for name in
                              ("drift_keys", "drift_compared_keys", "drift_unknown_keys",
                               "config_conflicts", "drift_success")], [int(changed), 2, 0, 0, 1])
            self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o644)
            load("systemd")

    def test_a_hostile_file_name_breaks_no_line(self):
        name = '50-q"uo\\te\n# TYPE x gauge\né\x1b.conf'
        put("/etc/sysctl.d/" + name, f"{FIN} = 30\n")
        load("systemd")
        path = os.path.join(self.folder, "tcptune.prom")
        samples = self.metrics(path, 0)
        labels = [labels for name, labels in samples if labels]
        self.assertEqual(len(labels), 1)
        file = re.fullmatch(r'\{key="net.ipv4.tcp_fin_timeout",file="(.*)"\}', labels[0])[1]
        shown = re.sub(r"\\(.)", r"\1", file)
        self.assertEqual(shown, '/etc/sysctl.d/50-q"uo\\te\\n# TYPE x gauge\\né\\x1b.conf')
        set_sysctl(FIN, "45")
        self.assertEqual(self.tcptune("drift", status=2).count("\n"), 1)

    def test_a_reader_never_sees_half_a_file(self):
        put(WEB, TEXT)
        # Long enough to be written in more than one piece.
        put("/etc/sysctl.d/60-many.conf",
            "".join(f"net.ipv4.neigh.lo.{key} = 7\nnet.ipv4.conf.lo.{key} = 1\n"
                    for key in (*os.listdir("/proc/sys/net/ipv4/conf/lo"),
                                *os.listdir("/proc/sys/net/ipv4/neigh/lo"))))
        path = os.path.join(self.folder, "tcptune.prom")
        seen, listed, end = set(), set(), threading.Event()

        def poll():
            while not end.is_set():
                listed.update(name for name in os.listdir(self.folder) if name.endswith(".prom"))
                try:
                    seen.add(read(path))
                except FileNotFoundError:
                    pass

        reader = threading.Thread(target=poll)
        reader.start()
        try:
            for number in range(30):
                set_sysctl(FIN, str(40 + number % 2))
                set_sysctl(SOMAXCONN, str(8192 + number % 2))
                run("drift", "--quiet", "--metrics", path, cwd="/")
        finally:
            end.set()
            reader.join()
        self.assertEqual(listed, {"tcptune.prom"})
        self.assertGreater(len(seen), 1)
        for text in seen:
            samples = metrics_of(self, text)
            self.assertIn(("tcptune_drift_last_run_timestamp_seconds", None), samples)
            compared = sum(name == "tcptune_sysctl_drift" for name, _ in samples)
            self.assertEqual(compared, samples["tcptune_drift_compared_keys", None])
            self.assertGreater(compared, 20)

    def test_what_cannot_be_replaced_stays_as_it_was(self):
        put(WEB, TEXT)
        load("systemd")
        path = os.path.join(self.folder, "tcptune.prom")
        self.metrics(path, 0)
        before = read(path)
        subprocess.run(["mount", "--bind", self.folder, self.folder], check=True)
        self.addCleanup(subprocess.run, ["umount", self.folder], check=True)
        subprocess.run(["mount", "-o", "remount,bind,ro", self.folder], check=True)
        set_sysctl(FIN, "45")
        self.tcptune("drift", "--metrics", path, status=1)
        self.assertIn("Read-only file system", self.errors)
        self.assertEqual(read(path), before)


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


class WhoSetsIt(CommandTest):
    """Trees whose real outcome was looked at; blame must say the same about each loader."""

    def blame(self, key, fates, values):
        """`fates` and `values`: of systemd, of procps. Places are "name:line"."""
        real = [boot(loader)[key] for loader in LOADERS]
        self.assertEqual(real, list(values), "this is not the scene that was meant")
        document = self.document("blame", key)
        self.assertEqual([(each["loader"], each["value"]) for each in document["loaders"]],
                         list(zip(NAMES, real)))
        found = [[(f"{os.path.basename(claim['file'])}:{claim['line']}", claim["fate"])
                  for claim in each["claims"]] for each in document["loaders"]]
        self.assertEqual(found, [list(each) for each in fates])
        self.assertEqual(document["disagree"], real[0] != real[1])
        self.assertEqual(document["boot"]["value"], real[0])
        said = flat(self.tcptune("blame", key))
        self.assertIn(f"after a boot {real[0]}, ", said)
        if real[0] != real[1]:
            self.assertIn(f"systemd-sysctl leaves {real[0]}, sysctl --system leaves {real[1]}.",
                          said)
        for each in document["loaders"]:
            for claim in each["claims"]:
                # Everything but the winner has a reason.
                self.assertTrue(claim["why"], claim)
        # verify says the same of every key that the files set.
        after = boot("systemd")
        changed = any(after[each] != sysctl(each) for each in (FIN, KEEPALIVE, INTVL, PROBES, REUSE))
        for row in self.document("verify", status=2 if changed else 0)["rows"]:
            self.assertEqual(row["boot"], after[row["key"]])
        return document

    def test_debian_12_reads_the_main_file_through_the_link(self):
        put("/usr/lib/sysctl.d/10-base.conf", f"{FIN} = 10\n")
        put(WEB, TEXT)
        put("/etc/sysctl.conf", f"\n{FIN}=20\n")
        link(LINK, "../sysctl.conf")
        before = [("10-base.conf:1", "overwritten"), ("50-web.conf:2", "overwritten")]
        self.blame(FIN, ([*before, ("99-sysctl.conf:2", "wins")],
                         [*before, ("99-sysctl.conf:2", "overwritten"), ("sysctl.conf:2", "wins")]),
                   ("20", "20"))

    def test_debian_13_does_not_and_procps_does(self):
        put(WEB, TEXT)
        put("/etc/sysctl.conf", f"\n{FIN}=20\n")
        document = self.blame(FIN, ([("50-web.conf:2", "wins"), ("sysctl.conf:2", "not-read")],
                                    [("50-web.conf:2", "overwritten"), ("sysctl.conf:2", "wins")]),
                              ("30", "20"))
        self.assertEqual((document["boot"]["file"], document["boot"]["line"]), (WEB, 2))

    def test_a_masked_file_says_nothing(self):
        put("/usr/lib/sysctl.d/70-vendor.conf", f"{FIN} = 33\n")
        link("/etc/sysctl.d/70-vendor.conf", "/dev/null")
        put(WEB, TEXT)
        fates = [("50-web.conf:2", "wins"), ("70-vendor.conf:1", "masked")]
        self.blame(FIN, (fates, fates), ("30", "30"))

    def test_an_exclusion_keeps_a_pattern_away(self):
        put(WEB, "net.ipv4.tcp_keepalive_* = 20\n")
        put("/etc/sysctl.d/60-not.conf", f"-{KEEPALIVE}\n")
        fates = [("50-web.conf:1", "excluded"), ("60-not.conf:1", "excluded")]
        document = self.blame(KEEPALIVE, (fates, fates), ("7200", "7200"))
        self.assertFalse(document["boot"]["set"])
        self.blame(INTVL, ([("50-web.conf:1", "wins")],) * 2, ("20", "20"))

    def test_a_pattern_loses_to_an_earlier_line_that_names_the_key(self):
        put(WEB, f"{INTVL} = 50\n")
        put(LATE, "net.ipv4.tcp_keepalive_* = 20\n")
        fates = [("50-web.conf:1", "wins"), ("99-late.conf:1", "explicit-elsewhere")]
        self.blame(INTVL, (fates, fates), ("50", "50"))
        self.blame(PROBES, ([("99-late.conf:1", "wins")],) * 2, ("20", "20"))

    def test_after_a_refused_value_each_loader_leaves_another(self):
        put(WEB, f"{REUSE} = 1\n")
        put(LATE, f"{REUSE} = 7\n")
        document = self.blame(
            REUSE, ([("50-web.conf:1", "overwritten"), ("99-late.conf:1", "refused")],
                    [("50-web.conf:1", "wins"), ("99-late.conf:1", "refused")]), ("2", "1"))
        self.assertEqual((document["boot"]["set"], document["boot"]["file"]), (False, None))


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


class Elsewhere(CommandTest):
    def test_another_network_namespace_is_compared_with_the_files_here(self):
        put(WEB, TEXT)
        load("systemd")
        self.tcptune("verify")
        child = subprocess.Popen(["unshare", "--net", "sh", "-c",
                                  "echo 33 >/proc/sys/net/ipv4/tcp_fin_timeout; echo; exec cat"],
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            child.stdout.readline()
            rows = self.document("verify", f"--netns={child.pid}", status=2)["rows"]
            self.assertEqual({row["key"]: (row["running"], row["boot"]) for row in rows},
                             {FIN: ("33", "30"), SOMAXCONN: (boot(None)[SOMAXCONN], "8192")})
        finally:
            child.communicate()
        self.tcptune("verify")

    def image(self):
        root = os.path.join(self.folder, "image")
        put(root + "/usr/lib/systemd/systemd-sysctl", "", 0o755)
        return root

    def real(self, root):
        """The real loader with the image's files in the place of this host's."""
        script = "mount --bind $0/etc /etc && exec " + "/lib/systemd/systemd-sysctl"
        return boot(None, f"unshare -m sh -c '{script}' {root}")

    def test_links_of_an_image_stay_inside_it(self):
        root = self.image()
        put("/etc/sysctl.conf", f"{FIN} = 11\n")
        put("/etc/outside.conf", f"{FIN} = 12\n")
        put(root + "/etc/sysctl.conf", f"{FIN} = 44\n")
        for target in ("/etc/sysctl.conf", "../sysctl.conf", "../../../../../../etc/sysctl.conf"):
            with self.subTest(target=target):
                link(root + LINK, target)
                boot_of = self.document("blame", "--root", root, FIN)["boot"]
                self.assertEqual((boot_of["value"], boot_of["file"]), ("44", LINK))
            os.unlink(root + LINK)
        # One that leads nowhere inside does not fall back to what is outside.
        link(root + LINK, "/etc/outside.conf")
        boot_of = self.document("blame", "--root", root, FIN)["boot"]
        self.assertEqual((boot_of["value"], boot_of["set"]), ("60", False))

    def test_verify_of_an_image_and_the_command_that_mends_it(self):
        root = self.image()
        put(root + OURS, f"{FIN} = 25\n")
        put(root + "/etc/sysctl.conf", f"# theirs\n{FIN} = 77\n")
        link(root + LINK, "/etc/sysctl.conf")
        put("/etc/sysctl.conf", f"{FIN} = 11\n")
        self.assertEqual(self.real(root)[FIN], "77")
        row, = self.document("verify", "--boot", "--root", root, status=15)["rows"]
        self.assertEqual((row["boot"], row["decides"]["file"]), ("77", LINK))
        self.typed(row["mend"], status=0)
        self.assertEqual(read("/etc/sysctl.conf"), f"{FIN} = 11\n", "the host's file was taken")
        self.tcptune("verify", "--boot", "--root", root)
        self.assertEqual(self.real(root)[FIN], "25")


class NotToBeRead(CommandTest):
    def setUp(self):
        super().setUp()
        try:
            subprocess.run(["true"], check=True, **NOBODY)
        except (OSError, ValueError, subprocess.SubprocessError):
            self.skipTest("no second user in this namespace")
        put(WEB, TEXT)
        put(LATE, f"{FIN} = 99\n", 0o600)
        load("systemd")
        set_sysctl(FIN, "30")

    def test_a_file_that_this_user_may_not_read_is_never_the_same(self):
        # For root the hidden line is a difference.
        self.assertIn("running 30, configured 99", flat(self.tcptune("verify", status=2)))
        said = flat(self.tcptune("verify", status=2, **NOBODY))
        self.assertIn(LATE, said)
        self.assertNotIn("configured 99", said)
        document = self.document("verify", status=2, **NOBODY)
        self.assertTrue(any(LATE in each for each in document["unreadable"]), document)
        for row in document["rows"]:
            self.assertEqual((row["boot"], row["running_boot"], row["unknown"]),
                             (None, "unknown", True))
        lines = self.tcptune("drift", status=2, **NOBODY)
        self.assertIn(LATE, lines)
        document = self.document("blame", FIN, **NOBODY)
        self.assertEqual(document["boot"]["value"], None)
        self.assertIn("not known", document["summary"])

    def test_nor_is_our_own_file(self):
        os.unlink(LATE)
        put(OURS, f"{FIN} = 30\n", 0o600)
        self.tcptune("verify", "--boot")
        for words in (("verify",), ("verify", "--boot"), ("drift",)):
            self.tcptune(*words, status=2, **NOBODY)

    def test_a_value_that_only_root_may_read_is_no_agreement(self):
        os.unlink(LATE)
        secret = "net.ipv4.tcp_fastopen_key"
        put(WEB, f"{secret} = 00000001-00000002-00000003-00000004\n")
        load("systemd")
        self.tcptune("verify")
        row, = self.document("verify", status=2, **NOBODY)["rows"]
        self.assertEqual((row["key"], row["running"], row["unknown"]), (secret, None, True))
        self.assertIn("only root may read it", self.tcptune("drift", status=2, **NOBODY))


class AMendedFile(CommandTest):
    BAD = (f"# web\r\n{KEEPALIVE} = 600\r\nnet.ipv4.tcp_tw_recycle = 1\r\n"
           "net.core.somaxcon = 4096\r\n" f"{REUSE} = 0\r\n{REUSE} = 1\r\n"
           f"{FIN} = 25\r\nnet.ipv4.ip_local_port_range = 20000 60999").encode()

    def test_the_diff_is_one_for_patch(self):
        put(LATE, self.BAD)
        os.makedirs(self.folder + "/sysctl.d")
        for name in ("patched.conf", "written.conf"):
            put(f"{self.folder}/sysctl.d/{name}", self.BAD)
        diff = run("lint", "--fix", "--fail-on=never", "sysctl.d/patched.conf", cwd=self.folder)
        self.assert_exit(diff, 0)
        with open(f"{self.folder}/sysctl.d/patched.conf", "rb") as file:
            self.assertEqual(file.read(), self.BAD)
        # Text as it came: this runs in a directory as a reviewer has it.
        raw = subprocess.run([os.environ["TCPTUNE"], "lint", "--fix", "--fail-on=never",
                              "sysctl.d/patched.conf"], cwd=self.folder, capture_output=True,
                             check=True).stdout
        if not shutil.which("patch"):
            self.skipTest("no patch")
        done = subprocess.run(["patch", "-p1", "--binary", "--fuzz=0"], input=raw, cwd=self.folder,
                              capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done)
        self.assertNotIn(b"offset", done.stdout)
        self.assert_exit(run("lint", "--fix", "--write", "--fail-on=never",
                             "sysctl.d/written.conf", cwd=self.folder), 0)
        with open(f"{self.folder}/sysctl.d/patched.conf", "rb") as patched, \
                open(f"{self.folder}/sysctl.d/written.conf", "rb") as written:
            text = patched.read()
            self.assertEqual(text, written.read())
        self.assertNotEqual(text, self.BAD)
        self.assertEqual(text.count(b"\r\n"), text.count(b"\n"))
        self.assertFalse(text.endswith(b"\n"))

    def test_the_real_loaders_set_the_same_but_for_what_was_mended(self):
        put(LATE, self.BAD)
        before = {loader: boot(loader) for loader in LOADERS}
        self.tcptune("lint", "--fix", "--write", "--fail-on=never", LATE)
        mended = {SOMAXCONN: "4096"}
        defaults = boot(None)
        for loader in LOADERS:
            with self.subTest(loader=loader):
                after = boot(loader)
                self.assertEqual((after[FIN], after[KEEPALIVE], after[REUSE]), ("25", "600", "1"))
                self.assertEqual(after, {**before[loader], **mended})
                # The host's own default happens to be the mended value.
                self.assertEqual(before[loader][SOMAXCONN], defaults[SOMAXCONN])
        text = read(LATE)
        self.assertIn("net.core.somaxconn = 4096\r\n", text)
        self.tcptune("lint", "--fix", "--write", "--fail-on=never", LATE)
        self.assertEqual(read(LATE), text)


if __name__ == "__main__":
    main_inside()

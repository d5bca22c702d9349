#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""blame and verify foretell what the real loaders make of a host, of an image, and of another
network namespace."""
import os
import shutil
import subprocess

import scene
from command_scene import (FIN, KEEPALIVE, LATE, LINK, LOADERS, OURS, REUSE, SOMAXCONN, TEXT, WEB,
                           CommandTest, boot, flat, link, load, main_inside, put, read, run, sysctl)

INTVL, PROBES = "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes"
NAMES = ("systemd-sysctl", "sysctl --system")


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
        changed = any(after[each] != sysctl(each)
                      for each in (FIN, KEEPALIVE, INTVL, PROBES, REUSE))
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

    def test_a_namespace_can_be_named_as_ip_names_it(self):
        if not shutil.which("ip"):
            self.skipTest("no ip")
        put(WEB, TEXT)
        load("systemd")
        subprocess.run(["ip", "netns", "add", "other"], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", "/run/netns"], check=True)
        self.addCleanup(subprocess.run, ["ip", "netns", "delete", "other"], check=True)
        rows = self.document("verify", "--netns=other", status=2)["rows"]
        self.assertEqual([(row["key"], row["running"]) for row in rows if row["key"] == FIN],
                         [(FIN, "60")])
        subprocess.run(["ip", "netns", "exec", "other", *scene.LOADERS["systemd"]], check=True,
                       env=scene.ENVIRONMENT)
        self.tcptune("verify", "--netns=other")
        self.tcptune("verify", "--netns=nobody", status=66)

    def image(self):
        root = os.path.join(self.folder, "image")
        put(root + "/usr/lib/systemd/systemd-sysctl", "", 0o755)
        return root

    def real(self, root):
        """The real loader with the image's files in the place of this host's."""
        script = "mount --bind $0/etc /etc && exec " + " ".join(scene.SYSTEMD)
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


if __name__ == "__main__":
    main_inside()

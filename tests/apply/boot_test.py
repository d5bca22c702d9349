#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The commonest case: a line in /etc/sysctl.conf that would win at the next boot. It is named, it
is removed, the change is applied, and the real loaders show that it holds through a boot."""
import os
import shlex

from commands import (CONFIGURATION, DROP_IN, KEEPALIVE, SOMAXCONN, TWO, ApplyTest, run, set_sysctl,
                      write)
from harness import main

MAIN_FILE = "/etc/sysctl.conf"
LINK = CONFIGURATION + "/99-sysctl.conf"
SYSTEMD = "/lib/systemd/systemd-sysctl"
# Kernel settings of the whole host are out of reach; the network's are those of a new namespace.
BOOT = """mount --bind /proc/sys /proc/sys && mount --bind /proc/sys/net /proc/sys/net &&
mount -o remount,bind,ro /proc/sys && { "$@" >/run/loader.log 2>&1; true; } &&
cat /proc/sys/net/core/somaxconn /proc/sys/net/ipv4/tcp_keepalive_time"""


def boot(*loader):
    """The two values after the real loader has run over the files that are there."""
    words = run("unshare", "--net", "--mount", "sh", "-c", BOOT, "sh", *loader).stdout.split()
    return dict(zip((SOMAXCONN, KEEPALIVE), words, strict=True))


class ABadLine(ApplyTest):
    def setUp(self):
        super().setUp()
        os.makedirs("/run/systemd/system", exist_ok=True)
        self.addCleanup(write, MAIN_FILE, "")

    def bad_file(self):
        """Comments, a line that does not matter, and in line 4 the one that does."""
        write(MAIN_FILE, "# ours\nnet.ipv4.tcp_rfc1337 = 0\n\nnet.core.somaxconn = 1024\n")

    def walk(self, named, loader):
        """From the refusal to the boot. `named`: the path under which the line is read."""
        # What the files set runs, as after every boot.
        set_sysctl(SOMAXCONN, "1024")
        self.assertEqual(boot(*loader)[SOMAXCONN], "1024")
        plan = self.plan()
        done = self.apply(plan, status=15)
        text = " ".join(done.out.split())
        self.assertIn(f"{named}:4: net.core.somaxconn", text)
        self.assertIn(f"line 4 of {named}, which sets net.core.somaxconn = 1024, has to go; then "
                      "run tcptune apply again", text)
        command = f"tcptune lint --fix --write {named} --drop=net.core.somaxconn"
        self.assertIn(command, text.replace(" \\", ""))
        self.assertIn("nothing was written", text)
        objections = self.apply_json(plan, status=15)["objections"]
        self.assertEqual([(each["kind"], each["object"], each["file"], each["line"], each["found"],
                           each["command"]) for each in objections],
                         [("boot_conflict", SOMAXCONN, named, 4, "1024", command)])
        self.assert_sysctls({SOMAXCONN: "1024", KEEPALIVE: "7200"})
        self.assertFalse(os.path.exists(DROP_IN))
        self.assertEqual(self.json("history", status=0)["transactions"], [])
        # Done as was said: the command is typed, and the same plan is applied again.
        self.tcptune(*shlex.split(command)[1:], status=0)
        with open(MAIN_FILE, encoding="ascii") as file:
            self.assertEqual(file.read(), "# ours\nnet.ipv4.tcp_rfc1337 = 0\n\n"
                             "# tcptune lint (lint/dropped): net.core.somaxconn = 1024\n")
        self.apply(plan)
        self.assert_sysctls(TWO)
        self.assertEqual(boot(*loader), TWO)
        self.tcptune("rollback", "--last", "--yes", status=0)
        self.assertEqual(boot(*loader)[KEEPALIVE], "7200")

    def test_with_the_link_of_debian_the_path_to_a_value_that_holds(self):
        if not os.path.exists(SYSTEMD):
            self.skipTest("no systemd-sysctl")
        self.bad_file()
        os.symlink("../sysctl.conf", LINK)
        self.walk(LINK, (SYSTEMD,))

    def test_without_the_link_procps_reads_the_file_last(self):
        os.rmdir("/run/systemd/system")
        self.bad_file()
        self.walk(MAIN_FILE, ("sysctl", "--system"))

    def test_without_the_link_systemd_does_not_read_it(self):
        if not os.path.exists(SYSTEMD):
            self.skipTest("no systemd-sysctl")
        self.bad_file()
        set_sysctl(SOMAXCONN, "1024")
        self.apply(self.plan())
        self.assertEqual(boot(SYSTEMD), TWO)

    def test_what_holds_for_one_loader_holds_for_the_other(self):
        """Where nothing is in the way."""
        self.apply(self.plan())
        loaders = [("sysctl", "--system")] + [(SYSTEMD,)] * os.path.exists(SYSTEMD)
        for loader in loaders:
            with self.subTest(loader=loader):
                self.assertEqual(boot(*loader), TWO)

    def test_a_file_that_is_read_later_wins_and_an_earlier_one_does_not(self):
        write(CONFIGURATION + "/50-early.conf", "net.core.somaxconn = 1024\n")
        set_sysctl(SOMAXCONN, "1024")
        self.apply(self.plan({SOMAXCONN: "8192"}))
        self.assertEqual(boot("sysctl", "--system")[SOMAXCONN], "8192")
        self.tcptune("rollback", "--last", "--yes", status=0)
        write(CONFIGURATION + "/95-late.conf", "\nnet.core.somaxconn=1024\n")
        done = self.apply(self.plan({SOMAXCONN: "8192"}), status=15)
        self.assertIn(CONFIGURATION + "/95-late.conf:2", done.out)
        # The next boot does not matter to what only runs.
        self.apply(self.path("plan.json"), "--runtime-only")
        self.assert_sysctls({SOMAXCONN: "8192"})

    def test_a_line_that_sets_the_same_is_no_conflict(self):
        write(CONFIGURATION + "/95-late.conf", "net.core.somaxconn = 8192\n")
        self.apply(self.plan())
        self.assertEqual(boot("sysctl", "--system"), TWO)


if __name__ == "__main__":
    main()

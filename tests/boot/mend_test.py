#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""What lint --fix changes, patch(1) changes too, and the real loaders notice no more than that."""
import os
import shutil
import subprocess

from command_scene import (FIN, KEEPALIVE, LATE, LOADERS, REUSE, SOMAXCONN, CommandTest, boot,
                           main_inside, put, read, run, sysctl)


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

#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""A value that left its configuration until the real loaders bring it back, and one that cannot be
compared: verify, drift and its metrics."""
import os
import re
import stat
import subprocess
import threading

from command_scene import (FIN, LATE, LOADERS, OURS, SOMAXCONN, TEXT, WEB, CommandTest, boot, flat,
                           load, main_inside, metrics_of, put, read, run, set_sysctl, sysctl)

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

    def test_what_is_no_file_is_not_replaced(self):
        """As /dev/null would be, for root."""
        path = os.path.join(self.folder, "pipe")
        os.mkfifo(path)
        reader = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        self.addCleanup(os.close, reader)
        run("drift", "--quiet", "--metrics", path, cwd="/")
        self.assertTrue(stat.S_ISFIFO(os.stat(path).st_mode), "the pipe is gone")
        self.assertEqual(os.listdir(self.folder), ["pipe"])

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

    def test_nor_is_a_directory(self):
        os.unlink(LATE)
        os.chmod("/etc/sysctl.d", 0o700)
        for words in (("verify",), ("verify", "--boot"), ("drift",)):
            self.tcptune(*words, status=2, **NOBODY)
        self.assertIn("/etc/sysctl.d", self.tcptune("drift", status=2, **NOBODY))

    def test_the_metrics_do_not_say_that_all_is_well(self):
        """An alert on them must fire where nothing at all could be read."""
        os.chmod(WEB, 0o600)
        os.chmod(self.folder, 0o777)
        path = os.path.join(self.folder, "tcptune.prom")
        self.tcptune("drift", "--quiet", "--metrics", path, status=2, **NOBODY)
        samples = metrics_of(self, read(path))
        self.assertTrue(samples["tcptune_drift_success", None] == 0 or
                        samples["tcptune_drift_unknown_keys", None] > 0, samples)

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


if __name__ == "__main__":
    main_inside()

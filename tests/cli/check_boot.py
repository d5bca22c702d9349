#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""blame, verify, drift and upgrade-check: over images that the tests make, and over this host as
far as nothing has to be changed for it."""
import json
import os
import re
import shutil
import stat
import time

from program import SOURCE, ProgramTest, main, parsed, run

FIN = "net.ipv4.tcp_fin_timeout"
REUSE = "net.ipv4.tcp_tw_reuse"
OURS = "etc/sysctl.d/90-tcptune.conf"
SYSTEMD = "usr/lib/systemd/systemd-sysctl"
LABEL = r'[a-z]+="(?:[^"\\\n]|\\[\\"n])*"'
SAMPLE = re.compile(r"([a-z_]+)(\{" + LABEL + "(?:," + LABEL + r")*\})? (-?[0-9]+)")


def schema_errors(document):
    try:
        import jsonschema
    except ImportError:
        return []
    path = os.path.join(SOURCE, "src/report/schemas", document["kind"] + ".json")
    with open(path, encoding="utf-8") as file:
        validator = jsonschema.Draft202012Validator(json.load(file))
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]


def flat(text):
    return " ".join(text.split())


def metrics_of(test, text):
    """A strict reader of Prometheus' text format: names, HELP and TYPE before, no doublets."""
    test.assertTrue(text.endswith("\n"))
    declared, samples = {}, {}
    for line in text.splitlines():
        comment = re.fullmatch(r"# (HELP|TYPE) ([a-z_]+) (.+)", line)
        if comment:
            word, name, rest = comment.groups()
            test.assertNotIn((word, name), declared)
            declared[word, name] = rest
            continue
        sample = SAMPLE.fullmatch(line)
        test.assertTrue(sample, line)
        name, labels, value = sample.groups()
        test.assertIn(("HELP", name), declared)
        test.assertEqual(declared["TYPE", name], "gauge")
        test.assertNotIn((name, labels), samples)
        samples[name, labels] = int(value)
    return samples


class ImageTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.file("image/" + SYSTEMD)
        os.chmod(os.path.join(self.folder, "image", SYSTEMD), 0o755)
        self.file("image/lib/modules/6.1.0-9-amd64/modules.order")
        self.file("image/lib/modules/6.12.9-amd64/modules.order")
        self.root = os.path.join(self.folder, "image")

    def put(self, name, text):
        return self.file("image/" + name, text)

    def link(self, name, target):
        path = os.path.join(self.root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.symlink(target, path)

    def answer(self, *words, status=0):
        """The document, which keeps its schema; what the text says is asked for beside it."""
        done = run(*words, "--root", self.root, "--format=json")
        self.assert_exit(done, status)
        document = parsed(done.stdout)
        self.assertEqual(schema_errors(document), [])
        self.assertEqual(document["exit_code"], status)
        return document

    def text(self, *words, status=0):
        done = run(*words, "--root", self.root)
        self.assert_exit(done, status)
        for line in done.stdout.splitlines():
            self.assertLessEqual(len(line), 80)
        return flat(done.stdout)


class Blame(ImageTest):
    def test_the_winner_and_every_loser_are_named(self):
        self.put("usr/lib/sysctl.d/10-a.conf", f"{FIN} = 20\n")
        self.put("etc/sysctl.d/50-b.conf", f"# ours\n\n{FIN} = 30\n")
        document = self.answer("blame", FIN)
        self.assertEqual(document["boot"], {"value": "30", "why_null": "", "set": True,
                                            "file": "/etc/sysctl.d/50-b.conf", "line": 3})
        self.assertEqual(document["kernel"]["version"], "6.12.9")
        self.assertIsNone(document["running"]["value"])
        self.assertFalse(document["disagree"])
        for loader in document["loaders"]:
            self.assertEqual([(each["file"], each["fate"]) for each in loader["claims"]],
                             [("/usr/lib/sysctl.d/10-a.conf", "overwritten"),
                              ("/etc/sysctl.d/50-b.conf", "wins")])
        text = self.text("blame", FIN)
        self.assertIn("/etc/sysctl.d/50-b.conf:3: net.ipv4.tcp_fin_timeout = 30 wins", text)
        self.assertIn("/usr/lib/sysctl.d/10-a.conf:1: net.ipv4.tcp_fin_timeout = 20 overwritten",
                      text)

    def test_where_the_loaders_disagree_it_is_said(self):
        self.put("etc/sysctl.conf", f"{FIN} = 10\n")
        self.put("etc/sysctl.d/50-b.conf", f"{FIN} = 30\n")
        document = self.answer("blame", FIN)
        self.assertEqual([each["value"] for each in document["loaders"]], ["30", "10"])
        self.assertTrue(document["disagree"])
        self.assertIn("The two loaders disagree: systemd-sysctl leaves 30, sysctl --system leaves "
                      "10.", self.text("blame", FIN))

    def test_every_way_to_write_the_key_means_the_same(self):
        self.put("etc/sysctl.d/50-b.conf", f"{FIN} = 30\n")
        for word in (FIN, "net/ipv4/tcp_fin_timeout", "/proc/sys/net/ipv4/tcp_fin_timeout",
                     "tcp_fin_timeout"):
            with self.subTest(word=word):
                self.assertEqual(self.answer("blame", word)["boot"]["value"], "30")

    def test_any_sysctl_can_be_asked_for(self):
        self.put("etc/sysctl.d/50-b.conf", "kernel.sysrq = 176\n")
        self.assertEqual(self.answer("blame", "kernel.sysrq")["boot"]["value"], "176")

    def test_a_key_that_nobody_sets_has_its_default(self):
        self.assertIn("No file sets it: the kernel's default stays.", self.text("blame", FIN))
        self.assertEqual(self.answer("blame", FIN)["boot"]["value"], "60")

    def test_the_package_of_a_file_is_named(self):
        self.put("usr/lib/sysctl.d/10-a.conf", f"{FIN} = 20\n")
        self.put("etc/sysctl.d/50-b.conf", f"{FIN} = 30\n")
        self.put("var/lib/dpkg/info/some-tool:amd64.list", "/.\n/lib/sysctl.d/10-a.conf\n")
        self.put("var/lib/dpkg/info/other.list", "/etc/sysctl.d/50-b.conf.bak\n")
        claims = self.answer("blame", FIN)["loaders"][0]["claims"]
        self.assertEqual([each["package"] for each in claims], ["some-tool", None])
        text = self.text("blame", FIN)
        self.assertIn("(of package some-tool)", text)
        self.assertIn("(of no package)", text)

    def test_names_that_are_none_are_usage_errors(self):
        for word, part in (("net.ipv4.tcp_tw_reus", "did you mean net.ipv4.tcp_tw_reuse?"),
                           ("tcp_tw_reus", "did you mean net.ipv4.tcp_tw_reuse?"),
                           ("net.ipv4.*", "no name of one sysctl"),
                           ("net..x", "no name of one sysctl"),
                           ("net.ipv4.x=1", "no name of one sysctl")):
            with self.subTest(word=word):
                self.assert_refused(run("blame", word), 64, part)
        self.assert_refused(run("blame", FIN, "--root", self.root + "/nothing"), 66)

    def test_hostile_texts_reach_no_terminal(self):
        self.put("etc/sysctl.d/50-\x1b[31m.conf", f"{FIN} = 3\x1b]0;x\x07\n")
        done = run("blame", FIN, "--root", self.root)
        self.assert_exit(done, 0)
        self.assertNotIn("\x1b", done.stdout)


class VerifyBoot(ImageTest):
    def test_nothing_is_expected_where_tcptune_wrote_nothing(self):
        self.put("etc/sysctl.d/50-b.conf", f"{FIN} = 30\n")
        self.assertIn("Nothing is expected", self.text("verify", "--boot"))

    def test_a_file_of_tcptune_that_wins_is_fine(self):
        self.put(OURS, f"{FIN} = 30\n{REUSE} = 1\n")
        document = self.answer("verify", "--boot")
        self.assertEqual(document["counts"]["keys"], 2)
        self.assertEqual([row["boot_expected"] for row in document["rows"]], ["same", "same"])

    def test_a_line_that_wins_over_it_is_15_with_the_command_that_clears_it(self):
        self.put(OURS, f"{FIN} = 30\n{REUSE} = 1\n")
        self.put("etc/sysctl.d/99-late.conf", f"# x\n{FIN} = 1024\n")
        document = self.answer("verify", "--boot", status=15)
        row = document["rows"][0]
        self.assertEqual((row["key"], row["boot"], row["expected"], row["overruled"]),
                         (FIN, "1024", "30", True))
        self.assertEqual((row["decides"]["file"], row["decides"]["line"]),
                         ("/etc/sysctl.d/99-late.conf", 2))
        self.assertEqual(row["ours"]["fate"], "overwritten")
        self.assertEqual(row["mend"], "tcptune lint --fix --write "
                         f"{self.root}/etc/sysctl.d/99-late.conf --drop={FIN}")
        text = self.text("verify", "--boot", status=15)
        self.assertIn("/etc/sysctl.d/99-late.conf:2", text)
        self.assertIn("tcptune lint --fix --write", text)
        # The same value there is no conflict.
        self.put("etc/sysctl.d/99-late.conf", f"{FIN} = 30\n")
        self.answer("verify", "--boot")

    def test_what_cannot_be_read_is_never_fine(self):
        self.put(OURS, f"{FIN} = 30\n")
        self.link("etc/sysctl.d/95-x.conf", "95-x.conf")
        self.put("etc/sysctl.d/96-y.conf", "x" * (2 << 20))
        document = self.answer("verify", "--boot", status=2)
        self.assertTrue(any("96-y.conf" in each for each in document["unreadable"]))

    def test_wrong_operands_are_refused(self):
        self.assert_refused(run("verify", "xyz"), 64, "neither a saved plan")
        self.assert_refused(run("verify", "./none.json"), 66)
        self.assert_refused(run("verify", "--root", self.root), 64, "add --boot")


class UpgradeCheck(ImageTest):
    def test_a_key_that_vanishes_is_found_at_its_line(self):
        shutil.rmtree(os.path.join(self.root, "lib/modules"))
        self.file("image/lib/modules/4.9.0/modules.order")
        self.put("etc/sysctl.d/50-b.conf", "# x\nnet.ipv4.tcp_tw_recycle = 1\n")
        document = self.answer("upgrade-check", "--target-kernel=6.1", status=2)
        found = [each for each in document["findings"]
                 if each["key"] == "net.ipv4.tcp_tw_recycle"]
        self.assertEqual([(each["kind"], each["file"], each["line"]) for each in found],
                         [("vanishes", "/etc/sysctl.d/50-b.conf", 2)])
        self.assertIn("/etc/sysctl.d/50-b.conf:2: net.ipv4.tcp_tw_recycle (vanishes)",
                      self.text("upgrade-check", "--target-kernel=6.1", status=2))

    def test_debian_13_does_not_read_the_main_file(self):
        self.put("etc/sysctl.conf", f"{FIN} = 30\n")
        self.link("etc/sysctl.d/99-sysctl.conf", "../sysctl.conf")
        document = self.answer("upgrade-check", "--os=debian-13", status=2)
        self.assertIn((FIN, "not-read"),
                      [(each["key"], each["kind"]) for each in document["findings"]])

    def test_an_unknown_release_is_refused_with_those_that_there_are(self):
        self.assert_refused(run("upgrade-check", "--os=debian-1"), 64, "debian-13")

    def test_the_same_kernel_changes_nothing(self):
        self.put("etc/sysctl.d/50-b.conf", f"{FIN} = 30\n")
        self.assertEqual(self.answer("upgrade-check", "--target-kernel=6.12.9")["findings"], [])


class ThisHost(ProgramTest):
    def test_drift_tells_the_same_in_all_forms(self):
        path = os.path.join(self.folder, "tcptune.prom")
        began = int(time.time())
        done = run("drift", "--metrics", path)
        self.assertIn(done.returncode, (0, 2))
        self.assertEqual(done.returncode == 0, done.stdout == "")
        self.assertEqual(os.listdir(self.folder), ["tcptune.prom"])
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o644)
        with open(path, encoding="utf-8") as file:
            samples = metrics_of(self, file.read())
        document = parsed(run("drift", "--format=json").stdout)
        self.assertEqual(schema_errors(document), [])
        self.assertEqual(samples["tcptune_drift_keys", None], document["counts"]["differing"])
        self.assertEqual(samples["tcptune_drift_unknown_keys", None], document["counts"]["unknown"])
        self.assertEqual(samples["tcptune_drift_success", None], 1)
        self.assertGreaterEqual(samples["tcptune_drift_last_run_timestamp_seconds", None], began)
        drifted = sum(value for (name, _), value in samples.items()
                      if name == "tcptune_sysctl_drift")
        self.assertEqual(drifted, document["counts"]["differing"])
        for row in document["rows"]:
            self.assertEqual(row["differs"] or row["unknown"],
                             f"{row['key']}: running" in done.stdout, row)

    def test_quiet_leaves_the_status(self):
        loud, quiet = run("drift"), run("drift", "--quiet")
        self.assertEqual((quiet.returncode, quiet.stdout), (loud.returncode, ""))

    def test_a_failed_look_does_not_leave_the_old_metrics(self):
        path = self.file("tcptune.prom", "tcptune_drift_keys 0\n")
        broken = os.path.dirname(self.file("rules/x.toml", "broken"))
        done = run("drift", "--metrics", path, "--rules", broken)
        self.assert_exit(done, 65)
        with open(path, encoding="utf-8") as file:
            samples = metrics_of(self, file.read())
        self.assertEqual(samples["tcptune_drift_success", None], 0)
        self.assertNotIn(("tcptune_drift_keys", None), samples)

    def test_metrics_that_cannot_be_written_are_an_error(self):
        self.assert_exit(run("drift", "--metrics", self.folder), 1)
        self.assert_exit(run("drift", "--metrics", self.folder + "/none/x.prom"), 1)
        self.assertEqual(os.listdir(self.folder), [])

    def test_verify_and_blame_agree_about_this_host(self):
        done = run("verify", "--format=json")
        self.assertIn(done.returncode, (0, 2))
        document = parsed(done.stdout)
        self.assertEqual(schema_errors(document), [])
        for row in document["rows"][:5]:
            blame = parsed(run("blame", row["key"], "--format=json").stdout)
            self.assertEqual(schema_errors(blame), [])
            self.assertEqual((blame["running"]["value"], blame["boot"]["value"]),
                             (row["running"], row["boot"]))

    def test_blame_tells_the_value_that_runs(self):
        with open("/proc/sys/net/ipv4/tcp_fin_timeout", encoding="ascii") as file:
            now = file.read().strip()
        self.assertEqual(parsed(run("blame", FIN, "--format=json").stdout)["running"]["value"], now)

    def test_a_key_that_does_not_exist_is_refused(self):
        self.assert_refused(run("blame", "net.ipv4.no_such_thing_at_all"), 64,
                            "the kernel has no such sysctl, and no file sets it")


if __name__ == "__main__":
    main()

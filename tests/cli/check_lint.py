#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""tcptune lint: what it reads, what it prints in every format, what it mends."""
import json
import os
import pty
import shutil
import stat
import subprocess
import xml.etree.ElementTree as tree

from program import SOURCE, TCPTUNE, ProgramTest, main, parsed, run

RECYCLE = "net.ipv4.tcp_tw_recycle = 1\n"
CLEAN = "# nothing wrong here\nnet.core.somaxconn = 4096\n"
MARK = "# tcptune lint (net.ipv4.tcp_tw_recycle/removed): "


def lint(*words, **more):
    return run("lint", "--target-kernel=6.1", *words, **more)


def found(*words, **more):
    return parsed(lint("--format=json", *words, **more).stdout)


def read(path):
    with open(path, "rb") as source:
        return source.read()


class Screen(ProgramTest):
    def test_a_finding_has_place_line_caret_reason_and_mend(self):
        path = self.file("sysctl.conf", "# mine\n  " + RECYCLE)
        done = lint(path)
        self.assert_exit(done, 2)
        lines = done.stdout.splitlines()
        self.assertRegex(lines[0], rf"^{path}:2:3: error: .* \[removed-key\]$")
        self.assertEqual(lines[1], "      " + RECYCLE.rstrip())
        self.assertEqual(lines[2], "      ^")
        self.assertRegex(lines[3], r"^    why:  \S")
        self.assertRegex(done.stdout, r"\n    mend: \S")
        self.assertRegex(done.stdout, r"\n1 error in 1 file, judged for Linux 6\.1\n")
        self.assertIn(f"\nNext: tcptune lint --fix --target-kernel=6.1 {path}"[:80],
                      done.stdout.replace(" \\\n      ", " "))
        self.assertEqual(done.stderr, "")

    def test_a_clean_file_is_one_line_and_status_0(self):
        done = lint(self.file("sysctl.conf", CLEAN))
        self.assert_exit(done, 0)
        self.assertEqual(done.stdout, "no findings in 1 file, judged for Linux 6.1\n")

    def test_fail_on_decides_the_status(self):
        path = self.file("sysctl.conf", "net.core.somaxconn = 4096\nnet.core.somaxconn = 8192\n")
        self.assertEqual(found(path)["summary"]["warnings"], 1)
        for level, status in (("error", 0), ("warning", 2), ("info", 2), ("never", 0)):
            self.assert_exit(lint("--fail-on=" + level, path), status)
        self.assert_exit(lint("--fail-on=never", self.file("b.conf", RECYCLE)), 0)

    def test_nothing_of_a_hostile_file_or_name_reaches_the_terminal(self):
        path = self.file("sysctl \x1b[2J\n.conf",
                         b"net.ipv4.tcp_tw_recycle = 1 \x1b]0;x\x07 \xff \xe2\x80\xae\n")
        for words in ((), ("--color=always",), ("--fix",)):
            done = lint(path, *words)
            self.assert_exit(done, 2)
            shown = done.stdout if "--fix" not in words else done.stderr
            for part in ("\x1b[2J", "\x1b]", "\x07", "\u202e", "\udcff"):
                self.assertNotIn(part, shown)

    def test_a_diff_on_a_terminal_is_escaped(self):
        path = self.file("sysctl.conf", "net.ipv4.tcp_tw_recycle = 1\n# \x1b[2J\n")
        ours, theirs = pty.openpty()
        done = subprocess.run([TCPTUNE, "lint", "--fix", path], stdout=theirs,
                              stderr=subprocess.DEVNULL, timeout=60, check=False,
                              env={"PATH": "/usr/bin:/bin", "TERM": "xterm"})
        os.close(theirs)
        shown = os.read(ours, 65536).decode()
        os.close(ours)
        self.assertEqual(done.returncode, 2)
        self.assertIn("\\x1b[2J", shown)
        self.assertNotIn("\x1b[2J", shown)
        self.assertIn("\x1b[32m+# tcptune lint", shown)

    def test_usage(self):
        self.assert_refused(lint(), 64, "what to check?")
        path = self.file("sysctl.conf", CLEAN)
        self.assert_refused(lint("--write", path), 64, "--fix")
        self.assert_refused(lint("--drop=net.core.somaxconn", path), 64, "--fix")
        self.assert_refused(lint("--fix", "--write", "-"), 64, "standard input")
        self.assert_refused(run("lint", "--target-kernel=new", path), 64, "new")


class Formats(ProgramTest):
    def setUp(self):
        super().setUp()
        self.file("sysctl.d/10.conf", CLEAN)
        self.file("sysctl.d/20 \u00e4:x.conf", RECYCLE + "net.core.somaxconn=1\n" * 2)
        self.file("sysctl.d/30.conf", b"\xff\x01 net.ipv4.tcp_tw_recycle = 1 # \xc3\x28 ]]>\n")
        self.file("sysctl.d/40.conf", "Dear all,\n\nthe meeting is on Monday.\n")

    def test_json_keeps_its_schema(self):
        try:
            import jsonschema
        except ImportError:
            self.skipTest("no python3-jsonschema")
        with open(os.path.join(SOURCE, "src/report/schemas/lint_report.json"),
                  encoding="utf-8") as source:
            schema = jsonschema.Draft202012Validator(json.load(source))
        report = found(self.folder, os.path.join(self.folder, "gone"))
        schema.validate(report)
        self.assertEqual(report["exit_code"], 66)
        self.assertEqual(report["not_read"][0]["reason"], "No such file or directory")
        self.assertEqual(report["summary"]["files"], 4)
        self.assertEqual(sum(report["summary"]["by_category"].values()), len(report["findings"]))
        self.assertGreater(len(report["findings"]), 2)
        for name in report:
            self.assertFalse(schema.is_valid({k: v for k, v in report.items() if k != name}))

    def test_sarif_is_what_the_standard_says(self):
        try:
            import jsonschema
        except ImportError:
            self.skipTest("no python3-jsonschema")
        with open(os.path.join(SOURCE, "tests/data/sarif-strict.json"), encoding="utf-8") as source:
            schema = jsonschema.Draft202012Validator(json.load(source))
        done = run("lint", "--format=sarif", ".", "gone", cwd=self.folder)
        self.assert_exit(done, 66)
        self.assertTrue(done.stdout.isascii())
        log = parsed(done.stdout)
        schema.validate(log)
        one = log["runs"][0]
        rules = [rule["id"] for rule in one["tool"]["driver"]["rules"]]
        for result in one["results"]:
            self.assertEqual(rules[result["ruleIndex"]], result["ruleId"])
        self.assertEqual(len(set(rules)), len(rules))
        removed = [r for r in one["results"] if r["ruleId"].endswith("tcp_tw_recycle/removed")][0]
        self.assertEqual(removed["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
                         "sysctl.d/20%20%C3%A4%3Ax.conf")
        self.assertEqual(removed["level"], "error")
        prints = [r["partialFingerprints"]["tcptuneLine/v1"] for r in one["results"]]
        self.assertEqual(len(set(prints)), len(prints))

    def test_sarif_fingerprints_stay_when_lines_move(self):
        def prints():
            log = parsed(run("lint", "--format=sarif", ".", cwd=self.folder).stdout)
            return {r["partialFingerprints"]["tcptuneLine/v1"] for r in log["runs"][0]["results"]}
        before = prints()
        path = os.path.join(self.folder, "sysctl.d/20 \u00e4:x.conf")
        self.file(path, b"\n# more\n\n" + read(path))
        self.assertEqual(prints(), before)

    def test_junit_is_xml_whose_counts_are_right(self):
        done = run("lint", "--format=junit", ".", "gone", cwd=self.folder)
        self.assert_exit(done, 66)
        root = tree.fromstring(done.stdout.encode("utf-8"))
        suites = root.findall("testsuite")
        self.assertEqual([s.get("name") for s in suites][0], "./sysctl.d/10.conf")
        for suite in suites:
            for name, inside in (("tests", ""), ("failures", "/failure"), ("errors", "/error"),
                                 ("skipped", "/skipped")):
                self.assertEqual(int(suite.get(name)), len(suite.findall("testcase" + inside)))
        for name in ("tests", "failures", "errors", "skipped"):
            self.assertEqual(int(root.get(name)), sum(int(s.get(name)) for s in suites))
        self.assertEqual(suites[0].find("testcase").get("name"), "no findings")
        self.assertEqual(int(root.get("errors")), 1)
        errors = [f for f in parsed(run("lint", "--format=json", ".", cwd=self.folder).stdout)
                  ["findings"] if f["severity"] == "error"]
        self.assertEqual(int(root.get("failures")), len(errors))


class Inputs(ProgramTest):
    def names(self, *words, **more):
        return [f["file"] for f in found(*words, cwd=self.folder, **more)["files"]]

    def test_a_directory_gives_its_sysctl_files_in_order(self):
        for name in ("etc/sysctl.conf", "etc/nginx.conf", "etc/sysctl.d/b.conf",
                     "etc/sysctl.d/a.conf", "etc/sysctl.d/README", "etc/sysctl.d/x.conf.dpkg-old",
                     "etc/sysctl.d/.hidden.conf", "roles/net/templates/sysctl.conf.j2",
                     "roles/net/templates/my-sysctl.erb", "roles/net/templates/app.conf.j2",
                     "roles/sysctl/deep/er/x.j2", ".git/sysctl.conf", "sysctl.txt"):
            self.file(name, CLEAN)
        # Called after something else: the text tells.
        for name in ("etc/nginx.conf", "roles/net/templates/app.conf.j2"):
            self.file(name, "worker_processes = 4\n")
        self.file("roles/net/templates/99-tuning.conf", "# tuning\n\n" + CLEAN)
        self.assertEqual(self.names("."), [
            "./etc/sysctl.conf", "./etc/sysctl.d/a.conf", "./etc/sysctl.d/b.conf",
            "./roles/net/templates/99-tuning.conf",
            "./roles/net/templates/my-sysctl.erb", "./roles/net/templates/sysctl.conf.j2",
            "./roles/sysctl/deep/er/x.j2"])
        done = parsed(run("lint", "--format=json", ".",
                          cwd=os.path.join(self.folder, "etc/sysctl.d")).stdout)
        self.assertEqual([f["file"] for f in done["files"]], ["./a.conf", "./b.conf"])

    def test_links_are_followed_inside_the_directory_only(self):
        outside = self.file("outside/sysctl.conf", RECYCLE)
        self.file("in/sysctl.d/a.conf", CLEAN)
        self.file("in/values/net", CLEAN)
        for name, target in (("b.conf", outside), ("c.conf", "/dev/null"), ("d.conf", "a.conf"),
                             ("e.conf", "../values/net"), ("f.conf", "gone"),
                             ("loop.conf", "loop.conf"), ("sub", "../../outside")):
            os.symlink(target, os.path.join(self.folder, "in/sysctl.d", name))
        self.assertEqual(self.names("in"), ["in/sysctl.d/a.conf", "in/sysctl.d/e.conf"])

    def test_a_file_named_twice_is_judged_once(self):
        self.file("sysctl.conf", CLEAN)
        os.symlink("sysctl.conf", os.path.join(self.folder, "link.conf"))
        self.assertEqual(self.names("sysctl.conf", "./sysctl.conf", ".", "link.conf"),
                         ["sysctl.conf"])
        self.assertEqual(self.names("-", "-", stdin=CLEAN), ["<stdin>"])

    def test_what_cannot_be_read_is_named_and_the_rest_is_judged(self):
        path = self.file("sysctl.conf", RECYCLE)
        os.mkfifo(os.path.join(self.folder, "sysctl-pipe.conf"))
        done = lint(self.folder, "/dev/null", "gone\x1b", path)
        self.assert_exit(done, 66)
        self.assertIn("[removed-key]", done.stdout)
        self.assertIn("; 3 inputs not read", done.stdout.replace("\n", " "))
        self.assertIn("sysctl-pipe.conf: not a regular file\n", done.stderr)
        self.assertIn("tcptune: /dev/null: not a regular file or a pipe\n", done.stderr)
        self.assertIn("tcptune: gone\\x1b: No such file or directory\n", done.stderr)

    def test_a_directory_without_sysctl_files_is_no_clean_bill(self):
        self.file("nginx.conf", "worker_processes = 4\n")
        done = lint(self.folder)
        self.assert_exit(done, 66)
        self.assertIn("no sysctl files here; 1 other", done.stderr)

    def test_another_format_is_not_judged_and_never_mended(self):
        for name, text in (("main.yml", "sysctls:\n  net.ipv4.tcp_tw_recycle: 1\n"),
                           ("x.service", "[Service]\nExecStart=/sbin/sysctl -w vm.swappiness=1\n"),
                           ("tuned.conf", "[sysctl]\nnet.ipv4.tcp_tw_recycle = 1\n")):
            with self.subTest(name=name):
                path = self.file(name, text)
                self.assertEqual([f["kind"] for f in found(path)["files"]], ["other"])
                self.assert_exit(lint("--fix", "--write", path), 0)
                with open(path, encoding="ascii") as file:
                    self.assertEqual(file.read(), text)

    def test_standard_input_and_pipes_are_read(self):
        done = lint("-", stdin=RECYCLE)
        self.assert_exit(done, 2)
        self.assertTrue(done.stdout.startswith("<stdin>:1:1: error: "))
        shell = subprocess.run(["bash", "-c", f"{TCPTUNE} lint <(echo net.core.somaxconn=4096)"],
                               capture_output=True, text=True, timeout=60, check=False)
        self.assert_exit(shell, 0)
        self.assertIn("no findings in 1 file", shell.stdout)

    def test_an_input_beyond_the_limit_is_refused(self):
        path = self.file("sysctl.conf", "")
        os.truncate(path, (16 << 20) + 1)
        done = lint(path)
        self.assert_exit(done, 66)
        self.assertEqual(done.stderr, f"tcptune: {path}: larger than 16 MiB\n")


class Fixes(ProgramTest):
    TEXTS = {
        "plain": b"# a\n" + RECYCLE.encode() + CLEAN.encode(),
        "crlf": b"net.core.somaxconn = 4096\r\nnet.ipv4.tcp_tw_recycle = 1\r\n",
        "no final newline": b"net.core.somaxconn = 4096\nnet.ipv4.tcp_tw_recycle = 1",
        "last line untouched": b"net.ipv4.tcp_tw_recycle = 1\nnet.core.somaxconn = 4096",
        "latin 1": b"# gr\xfc\xdfe\n" + RECYCLE.encode() + b"# \xe4\n",
        "many": RECYCLE.encode() + b"# x\n" * 20 + b"net/ipv4/tcp_tw_recycle=1\n",
    }

    def test_the_diff_applies_with_patch_and_is_what_write_does(self):
        if not shutil.which("patch"):
            self.skipTest("no patch")
        for name, text in self.TEXTS.items():
            with self.subTest(name):
                self.file("dir/my sysctl.conf", text)
                folder = os.path.join(self.folder, "dir")
                done = subprocess.run([TCPTUNE, "lint", "--target-kernel=6.1", "--fix",
                                       "my sysctl.conf"], cwd=folder, capture_output=True,
                                      timeout=60, check=False)
                self.assertEqual(done.returncode, 2)
                self.assertIn(b"[removed-key]", done.stderr)
                self.assertEqual(read(os.path.join(folder, "my sysctl.conf")), text)
                patched = subprocess.run(["patch", "-p1", "--binary", "--fuzz=0"], cwd=folder,
                                         input=done.stdout, capture_output=True, check=False)
                self.assertEqual(patched.returncode, 0, (done.stdout, patched))
                by_patch = read(os.path.join(folder, "my sysctl.conf"))
                path = self.file("dir/my sysctl.conf", text)
                self.assert_exit(lint("--fix", "--write", path), 0)
                self.assertEqual(read(path), by_patch)
                self.assertIn(MARK.encode(), by_patch)
                self.assertEqual(by_patch.count(b"\n"), text.count(b"\n"))
                self.assertEqual(by_patch.count(b"\r"), text.count(b"\r"))
                again = lint("--fix", "--write", path)
                self.assert_exit(again, 0)
                self.assertNotIn("wrote", again.stdout)
                self.assertEqual(read(path), by_patch)

    def test_a_misspelt_name_is_put_right(self):
        path = self.file("sysctl.conf", "net.ipv4.tcp_fin_timout = 30\n")
        self.assert_exit(lint("--fix", "--write", path), 0)
        self.assertEqual(read(path), b"net.ipv4.tcp_fin_timeout = 30\n")

    def test_write_says_what_it_did_and_the_status_is_of_what_remains(self):
        path = self.file("sysctl.conf", RECYCLE + "net.ipv4.ip_local_port_range = 2000\n")
        done = lint("--fix", "--write", path)
        self.assert_exit(done, 2)
        self.assertTrue(done.stdout.startswith(f"wrote {path}: 1 line changed\n"), done.stdout)
        self.assertNotIn("[removed-key]", done.stdout)
        self.assertIn("[invalid-value]", done.stdout)
        self.assertEqual(found(path)["summary"]["fixable"], 0)

    def test_mode_owner_attributes_and_links_stay(self):
        path = self.file("real/sysctl.conf", RECYCLE)
        os.chmod(path, 0o640)
        if os.geteuid() == 0:
            os.chown(path, 12, 34)
        try:
            os.setxattr(path, "user.note", b"kept")
            attributes = True
        except OSError:
            attributes = False
        link = os.path.join(self.folder, "sysctl.conf")
        os.symlink("real/sysctl.conf", link)
        before = os.stat(path)
        self.assert_exit(lint("--fix", "--write", link), 0)
        after = os.stat(path)
        self.assertTrue(os.path.islink(link))
        self.assertEqual(read(path), (MARK + RECYCLE).encode())
        self.assertEqual((stat.S_IMODE(after.st_mode), after.st_uid, after.st_gid),
                         (0o640, before.st_uid, before.st_gid))
        self.assertNotEqual(after.st_ino, before.st_ino)
        if attributes:
            self.assertEqual(os.getxattr(path, "user.note"), b"kept")
        self.assertEqual(os.listdir(os.path.join(self.folder, "real")), ["sysctl.conf"])

    def refused(self, path, reason, *more):
        before = read(path)
        listed = sorted(os.listdir(self.folder))
        done = lint("--fix", "--write", path, *more)
        self.assert_refused(done, 1, f"tcptune: {path}: ", reason)
        self.assertEqual(read(path), before)
        self.assertEqual(sorted(os.listdir(self.folder)), listed)

    def test_files_that_would_lose_something_are_refused(self):
        path = self.file("a-sysctl.conf", RECYCLE)
        other = self.file("b-sysctl.conf", RECYCLE)
        os.chmod(path, 0o444)
        self.refused(path, "is read-only", other)
        self.assertEqual(read(other), RECYCLE.encode())
        os.chmod(path, 0o644)
        os.link(path, os.path.join(self.folder, "second"))
        self.refused(path, "more than one name")

    def test_a_file_that_was_changed_meanwhile_is_left_alone(self):
        path = self.file("sysctl.conf", RECYCLE)
        pipe = os.path.join(self.folder, "pipe")
        os.mkfifo(pipe)
        with subprocess.Popen([TCPTUNE, "lint", "--fix", "--write", path, pipe],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
            # It is read before the pipe, which is open on both sides now.
            with open(pipe, "w", encoding="ascii") as end:
                self.file("sysctl.conf", RECYCLE + "# mine\n")
                end.write(CLEAN)
            out, err = child.communicate(timeout=60)
        self.assertEqual(child.returncode, 1, (out, err))
        self.assertIn("changed by somebody else meanwhile; it was not changed", err)
        self.assertEqual(read(path), (RECYCLE + "# mine\n").encode())

    def test_drop_takes_out_one_key_and_nothing_else(self):
        text = "net/core/somaxconn = 1\n" + RECYCLE + "net.core.somaxconn = 2 # x\n"
        path = self.file("sysctl.conf", text)
        lint("--fix", "--write", "--drop=net.core.somaxconn", path)
        lines = read(path).decode().splitlines(keepends=True)
        self.assertRegex(lines[0], r"^# tcptune lint \(\S+\): net/core/somaxconn = 1\n$")
        self.assertEqual(lines[1], RECYCLE)
        self.assertRegex(lines[2], r"^# tcptune lint \(\S+\): net\.core\.somaxconn = 2 # x\n$")

    def test_scripts_are_judged_but_not_rewritten(self):
        path = self.file("setup.sh", "sysctl -w net.core.somaxconn=4096\n"
                         "sysctl -w net.ipv4.tcp_tw_recycle=1\n")
        report = found(path)
        self.assertEqual((report["files"][0]["kind"], report["summary"]["fixable"]), ("shell", 0))
        path = self.file("setup.sh", "#!/bin/sh\nif true; then\n"
                         "sysctl -w net.ipv4.tcp_tw_recycle=1\nfi\n")
        self.assertEqual(found(path)["summary"]["fixable"], 0)
        before = read(path)
        self.assert_exit(lint("--fix", "--write", path), 2)
        self.assertEqual(read(path), before)


main()

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""`tcptune rehearse` on the real kernel: what each step comes to, and that the host is not touched.

Most cases run inside `unshare -Urn`, so that the present values are those that the test sets; the
program then makes namespaces of its own inside. Plans are written here, with a digest computed by
the text of tcptune-plan(5), so that orders and values can be tried that the planner never makes.
"""
import hashlib
import json
import os
import platform
import pwd
import shutil
import subprocess
import sys
import tempfile
import unittest

TCPTUNE = os.environ["TCPTUNE"]
OUTER = ("unshare", "-Urn")
RANGE = "net.ipv4.ip_local_port_range"
FLOOR = "net.ipv4.ip_unprivileged_port_start"
REUSE = "net.ipv4.tcp_tw_reuse"
GLOBAL = "net.core.netdev_max_backlog"
KEY_RULE = """schema = 1

[parameter]
key     = "net.ipv4.tcp_fastopen_key"
summary = "Sample: a key that the kernel writes in its own form"
type    = "name"
scope   = "netns"
access  = "apply"
"""


def proc(key):
    return "/proc/sys/" + key.replace(".", "/")


def read(path):
    with open(path, encoding="ascii", errors="replace") as file:
        return file.read()


def digest(plan):
    fields = []

    def add(field):
        data = field.encode()
        fields.append(str(len(data)).encode() + b":" + data + b"\n")

    def words(value):
        return " ".join(" ".join(value).split() if isinstance(value, list) else value.split())

    def flag(value):
        add("yes" if value else "no")

    def optional(value):
        add("none" if value is None else "=" + words(value))

    host = plan["host"]
    for name in ("hostname", "kernel", "boot_id", "netns"):
        add(host[name])
    flag(host["netns_initial"])
    add(plan["profile"])
    add(plan["policy"])
    flag(plan["persist"])
    add(str(len(plan["changes"])))
    for change in plan["changes"]:
        add(change["key"])
        add(words(change["before"]["runtime"]))
        optional(change["before"]["configured"])
        optional(change["before"]["boot"])
        add(words(change["after"]["runtime"]))
        for name in ("takes_effect", "risk", "reason", "rule_id"):
            add(change[name])
        flag(change["pinned"])
    refusals = [refusal for refusal in plan["refusals"] if refusal["by_policy"]]
    add(str(len(refusals)))
    for refusal in refusals:
        for name in ("key", "rule_id", "reason", "where"):
            add(refusal[name])
    add(str(len(plan["conflicts"])))
    for conflict in plan["conflicts"]:
        add(conflict["key"])
        add(conflict["file"])
        add(words(conflict["value"]))
        add(conflict["text"])
        add(str(conflict["line"]))
    return hashlib.sha256(b"tcptune plan 1\n" + b"".join(fields)).hexdigest()


def plan_of(*steps, **host):
    """A plan of (key, before, after) for this host."""
    plan = {
        "format_version": "1.0",
        "kind": "plan",
        "host": {"hostname": platform.node(), "kernel": os.uname().release,
                 "boot_id": read("/proc/sys/kernel/random/boot_id").strip(),
                 "netns": "cookie:1", "netns_initial": True, **host},
        "profile": "general", "policy": "default", "persist": True,
        "changes": [{"key": key, "before": {"runtime": before, "configured": None, "boot": None},
                     "after": {"runtime": after}, "takes_effect": "", "order": order + 1,
                     "risk": "low", "reason": "", "rule_id": "pin", "pinned": True}
                    for order, (key, before, after) in enumerate(steps)],
        "refusals": [], "conflicts": [],
    }
    plan["digest"] = digest(plan)
    return plan


class Rehearsal(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        os.chmod(self.folder, 0o755)
        self.addCleanup(shutil.rmtree, self.folder)

    def file(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def rehearse(self, plan, *options, present=(), prefix=OUTER, text=False):
        """(exit status, JSON or text). `present`: (key, value) of the outer namespace."""
        path = plan if isinstance(plan, str) else self.file("plan.json", json.dumps(plan))
        setting = "".join(f"echo '{value}' > {proc(key)} && " for key, value in present)
        more = options if text else (*options, "--format=json")
        done = subprocess.run(
            [*prefix, "sh", "-ec", setting + 'exec "$@"', "sh", TCPTUNE, "rehearse", path, *more],
            capture_output=True, text=True, timeout=60, check=False)
        if text:
            return done.returncode, done.stdout + done.stderr
        document = json.loads(done.stdout)
        self.assertEqual(document["exit_code"], done.returncode)
        return done.returncode, document

    def outcomes(self, document):
        return [step["outcome"] for step in document["steps"]]


class OneKernel(Rehearsal):
    def test_a_good_plan_of_a_number_and_a_vector(self):
        plan = plan_of((REUSE, "2", "1"), (RANGE, ["32768", "60999"], ["20001", "60000"]))
        status, document = self.rehearse(plan)
        self.assertEqual(status, 0, document)
        self.assertEqual(document["kind"], "rehearsal")
        self.assertEqual(self.outcomes(document), ["ok", "ok"])
        self.assertEqual(document["steps"][1]["found"], ["20001", "60000"])
        self.assertEqual([step["order"] for step in document["steps"]], [1, 2])
        self.assertEqual(document["summary"], "All 2 steps work on this kernel, in this order.")
        self.assertGreater(document["present_values"], 10)
        self.assertEqual(document["missing_values"], [])
        self.assertFalse(document["other_host"])

    def test_the_order_is_tested_for_real(self):
        steps = ((FLOOR, "1024", "800"), (RANGE, "32768 60999", "900 60999"))
        present = ((FLOOR, "1024"),)
        status, document = self.rehearse(plan_of(*steps), present=present)
        self.assertEqual((status, self.outcomes(document)), (0, ["ok", "ok"]))
        status, document = self.rehearse(plan_of(*reversed(steps)), present=present)
        self.assertEqual(status, 2)
        self.assertEqual(self.outcomes(document), ["refused", "ok"])
        self.assertEqual(document["steps"][0]["reason"],
                         "the kernel refuses the value: Invalid argument")
        self.assertIn("step 1 of 2, " + RANGE, document["summary"])
        status, text = self.rehearse(plan_of(*reversed(steps)), present=present, text=True)
        self.assertEqual(status, 2)
        self.assertRegex(text, r"1\. REFUSED +" + RANGE)
        self.assertRegex(text, r"2\. ok +" + FLOOR)
        self.assertNotIn("Next:", text)

    def test_the_namespace_begins_with_the_present_values(self):
        # The same step works only because this host lets everybody have the ports from 500 on;
        # and the range itself can only be given after that.
        present = ((FLOOR, "500"), (RANGE, "600 50000"))
        plan = plan_of((RANGE, "600 50000", "501 50000"))
        status, document = self.rehearse(plan, present=present)
        self.assertEqual((status, self.outcomes(document)), (0, ["ok"]), document)
        self.assertEqual(document["missing_values"], [])
        status, document = self.rehearse(plan, present=((FLOOR, "1024"),))
        self.assertEqual((status, self.outcomes(document)), (2, ["refused"]))

    def test_a_value_that_reads_back_differently(self):
        self.file("net.ipv4.tcp_fastopen_key.toml", KEY_RULE)
        written = "0000000A-0000000B-0000000C-0000000D"
        plan = plan_of(("net.ipv4.tcp_fastopen_key", "x", written), (REUSE, "2", "1"))
        status, document = self.rehearse(plan, "--rules", self.folder)
        self.assertEqual(status, 2)
        self.assertEqual(self.outcomes(document), ["different", "ok"])
        self.assertEqual(document["steps"][0]["found"], written.lower())
        self.assertIn("reads back differently", document["summary"])
        _, text = self.rehearse(plan, "--rules", self.folder, text=True)
        self.assertIn(f"It holds {written.lower()} then.", " ".join(text.split()))

    def test_what_tcptune_does_not_write_is_refused_without_a_try(self):
        plan = plan_of((REUSE, "2", "7"), ("net.ipv4.tcp_no_such_key", "1", "2"),
                       (REUSE.replace("reuse", "recycle"), "0", "1"), ("kernel.panic", "0", "1"))
        status, document = self.rehearse(plan)
        self.assertEqual(status, 2)
        self.assertEqual(self.outcomes(document), ["refused"] * 4)
        self.assertEqual([step["reason"] for step in document["steps"]][1:3],
                         ["no rule file declares this key", "tcptune never writes this key"])

    def test_a_plan_of_another_host_starts_from_its_own_values(self):
        other = {"hostname": "db7", "boot_id": "0" * 8 + "-0000-0000-0000-" + "0" * 12}
        plan = plan_of((RANGE, "600 50000", "501 50000"), (FLOOR, "500", "450"), **other)
        status, document = self.rehearse(plan, present=((FLOOR, "1024"),))
        self.assertEqual((status, self.outcomes(document)), (0, ["ok", "ok"]), document)
        self.assertTrue(document["other_host"])
        _, text = self.rehearse(plan, text=True)
        self.assertIn("The plan is for host db7. The kernel of this host was used",
                      " ".join(text.split()))

    def test_another_kernel_is_stale(self):
        plan = plan_of((REUSE, "2", "1"), kernel="4.18.0-305.el8.x86_64")
        status, document = self.rehearse(plan)
        self.assertEqual(status, 14)
        self.assertEqual(document["kind"], "error")
        self.assertIn("it is for kernel 4.18.0-305.el8.x86_64", document["error"]["reason"])
        plan = plan_of((REUSE, "2", "1"), kernel="")
        self.assertEqual(self.rehearse(plan)[0], 14)

    def test_bad_plans(self):
        plan = plan_of((REUSE, "2", "1"))
        plan["changes"][0]["after"]["runtime"] = "0"
        status, document = self.rehearse(plan)
        self.assertEqual(status, 65)
        self.assertEqual(document["diagnostics"][0]["code"], "TT705")
        self.assertEqual(self.rehearse(self.file("empty", ""))[0], 65)
        self.assertEqual(self.rehearse(os.path.join(self.folder, "no such file"))[0], 66)

    def test_an_empty_plan_needs_no_namespace(self):
        status, text = self.rehearse(plan_of(), text=True)
        self.assertEqual(status, 0)
        self.assertIn("nothing to rehearse", text)

    def test_a_plan_that_tcptune_made(self):
        policy = self.file("pins.toml", 'schema = 1\nname = "pins"\nsummary = "for a test"\n'
                           f'[[pin]]\nkey = "{REUSE}"\nvalue = 1\nreason = "a test"\n'
                           f'[[pin]]\nkey = "{RANGE}"\nvalue = [20001, 60000]\nreason = "so"\n')
        plan = os.path.join(self.folder, "made.json")
        script = f'echo 2 > {proc(REUSE)}; "$0" plan --policy "$1" --out "$2" >&2; ' \
                 'exec "$0" rehearse "$2" --format=json'
        done = subprocess.run([*OUTER, "sh", "-ec", script, TCPTUNE, policy, plan],
                              capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        document = json.loads(done.stdout)
        self.assertEqual({step["key"] for step in document["steps"]}, {REUSE, RANGE})
        with open(plan, encoding="utf-8") as file:
            made = json.load(file)
        self.assertEqual(made["digest"], digest(made))

    def test_without_user_namespaces_it_says_so(self):
        status, document = self.rehearse(plan_of((REUSE, "2", "1")),
                                         present=(("user.max_user_namespaces", "0"),))
        self.assertEqual(status, 69)
        self.assertEqual(document["kind"], "error")
        self.assertIn("user.max_user_namespaces", document["error"]["reason"])


class ThisHost(Rehearsal):
    """Outside of the test's own namespaces, where there is something to lose."""

    def settings(self):
        values = {}
        for folder, _, names in os.walk("/proc/sys/net"):
            for name in names:
                path = os.path.join(folder, name)
                if "count" in name:
                    continue  # they count what goes on
                try:
                    values[path] = read(path)
                except OSError:
                    pass
        return values

    def check(self, prefix):
        steps = [(REUSE, "2", "0"), (RANGE, "32768 60999", "20001 60000"),
                 ("net.ipv4.tcp_fin_timeout", "60", "7")]
        if os.path.exists(proc(GLOBAL)):
            steps.append((GLOBAL, "1000", "4321"))
        before = self.settings()
        status, document = self.rehearse(plan_of(*steps), prefix=prefix)
        self.assertEqual(self.settings(), before)
        self.assertEqual(status, 0, document)
        self.assertEqual(self.outcomes(document)[:3], ["ok"] * 3)
        if os.path.exists(proc(GLOBAL)):
            self.assertEqual(document["steps"][3]["outcome"], "not_rehearsed")
            self.assertEqual(document["steps"][3]["found"], "")
            self.assertIn("one for the whole host", document["steps"][3]["reason"])
            self.assertIn("1 cannot be rehearsed here", document["summary"])
            _, text = self.rehearse(plan_of(*steps), prefix=prefix, text=True)
            self.assertRegex(text, r"4\. NOT REHEARSED +" + GLOBAL)

    def test_as_the_user_of_the_tests(self):
        self.check(())

    def test_as_nobody(self):
        if os.geteuid() != 0 or not shutil.which("setpriv"):
            self.skipTest("only root can become nobody")
        nobody = pwd.getpwnam("nobody")
        prefix = ("setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}",
                  "--clear-groups", "--no-new-privs")
        if subprocess.run([*prefix, TCPTUNE, "--version"], capture_output=True,
                          check=False).returncode != 0:
            self.skipTest("nobody cannot start the program where it is built")
        self.check(prefix)


if __name__ == "__main__":
    if not shutil.which("unshare") or subprocess.run(
            [*OUTER, "unshare", "-Urn", "true"], capture_output=True, check=False).returncode != 0:
        print("skipped: no user and network namespaces for this user")
        sys.exit(77)
    unittest.main(verbosity=2)

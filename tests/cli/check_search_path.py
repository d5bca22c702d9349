#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Where an installed program looks for rules, in a mount namespace of its own."""
import os
import shlex
import shutil
import subprocess

from program import SOURCE, TCPTUNE, ProgramTest, main, parsed, saved

REUSE = "net.ipv4.tcp_tw_reuse.toml"
PREPARE = """
set -e
mount -t tmpfs tmpfs /etc
mount -t tmpfs tmpfs /usr/share
mount -t tmpfs tmpfs /usr/local
mkdir -p /etc/tcptune/rules.d {data}
cp -r "$TCPTUNE_SOURCE/rules" "$TCPTUNE_SOURCE/policies" {data}/
"""


class SearchPath(ProgramTest):
    def setUp(self):
        super().setUp()
        probe = subprocess.run(["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/etc"],
                               capture_output=True, check=False)
        if probe.returncode != 0:
            self.skipTest("no mount namespaces here")
        if SOURCE.startswith(("/usr/", "/etc/")):
            self.skipTest("the source tree is under what this test covers")
        # A copy outside the build tree is an installed program.
        self.program = os.path.join(self.folder, "tcptune")
        shutil.copy(TCPTUNE, self.program)
        with open(TCPTUNE, "rb") as source:
            local = b"/usr/local/share/tcptune" in source.read()
        self.data = "/usr/local/share/tcptune" if local else "/usr/share/tcptune"

    def inside(self, script):
        return subprocess.run(
            ["unshare", "-rm", "bash", "-c", PREPARE.format(data=self.data) + script],
            capture_output=True, text=True, check=False, timeout=60,
            env={**os.environ, "PROGRAM": self.program, "DATA": self.data})

    def rules(self, script):
        done = self.inside(script + '\n"$PROGRAM" rules list --format=json')
        self.assert_exit(done, 0)
        return {rule["key"]: rule["file"] for rule in parsed(done.stdout)["rules"]}

    def test_installed_rules_are_found(self):
        self.assertEqual(self.rules("")["net.ipv4.tcp_tw_reuse"], f"{self.data}/rules/{REUSE}")

    def test_a_file_in_etc_masks_the_installed_one_of_its_name(self):
        found = self.rules(f'cp "$DATA/rules/{REUSE}" /etc/tcptune/rules.d/')
        self.assertEqual(found["net.ipv4.tcp_tw_reuse"], f"/etc/tcptune/rules.d/{REUSE}")
        self.assertTrue(found["net.ipv4.tcp_timestamps"].startswith(self.data))

    def test_a_link_to_null_in_etc_disables_a_rule(self):
        found = self.rules("ln -s /dev/null /etc/tcptune/rules.d/net.core.somaxconn.toml")
        self.assertNotIn("net.core.somaxconn", found)
        self.assertIn("net.ipv4.tcp_tw_reuse", found)

    def test_a_masked_rule_gives_no_advice_and_leaves_the_others_whole(self):
        plan = f'"$PROGRAM" plan --format=json --facts {shlex.quote(saved("churn"))}'
        for mask, expected in (("", ["net.ipv4.tcp_tw_reuse"]),
                               (f": > /etc/tcptune/rules.d/{REUSE}\n", []),
                               (f"ln -s /dev/null /etc/tcptune/rules.d/{REUSE}\n", [])):
            with self.subTest(mask=mask):
                done = self.inside(mask + plan)
                self.assert_exit(done, 0)
                changes = [change["key"] for change in parsed(done.stdout)["changes"]]
                self.assertEqual([key for key in changes if key == "net.ipv4.tcp_tw_reuse"],
                                 expected)

    def test_policies_in_etc_are_found(self):
        done = self.inside('mkdir -p /etc/tcptune/policies.d/workload\n'
                           'printf \'schema = 1\\nname = "ours"\\nsummary = "Ours"\\n\' '
                           '> /etc/tcptune/policies.d/workload/ours.toml\n'
                           '"$PROGRAM" profiles list')
        self.assert_exit(done, 0)
        self.assertIn("ours", done.stdout)
        self.assertIn("web-server", done.stdout)

    def test_without_any_rules_the_installation_is_wrong(self):
        done = self.inside('rm -r "$DATA/rules"\n"$PROGRAM" plan')
        self.assert_refused(done, 78, "no rule files", "--rules")


main()

# SPDX-License-Identifier: Apache-2.0
"""Runs the built tcptune and checks what it says; shared by the scripts of this folder."""
import json
import os
import subprocess
import sys
import tempfile
import unittest

TCPTUNE = os.environ["TCPTUNE"]
SOURCE = os.environ["TCPTUNE_SOURCE"]
FACTS = os.path.join(SOURCE, "tests/golden/facts")


def run(*words, stdin=None, **more):
    """The finished program: returncode, stdout, stderr as text."""
    environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8"}
    environment.update(more.pop("environment", {}))
    return subprocess.run([TCPTUNE, *words], input=stdin, capture_output=True, text=True,
                          errors="surrogateescape", timeout=60, env=environment, check=False,
                          **more)


class ProgramTest(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = holder.name

    def file(self, name, content=""):
        """A file in this test's own folder."""
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as out:
            out.write(content if isinstance(content, bytes) else content.encode())
        return path

    def assert_exit(self, done, status):
        self.assertEqual(done.returncode, status, f"stdout: {done.stdout}\nstderr: {done.stderr}")

    def assert_refused(self, done, status, *parts):
        """One complaint on standard error that holds all parts; nothing on standard output."""
        self.assert_exit(done, status)
        self.assertEqual(done.stdout, "")
        for part in parts:
            self.assertIn(part, done.stderr)
        for character in done.stderr:
            self.assertTrue(character == "\n" or character >= " ", repr(done.stderr))


def saved(name):
    """The path of saved facts that the golden tests use."""
    return os.path.join(FACTS, name + ".json")


def parsed(text):
    return json.loads(text)


def main():
    """Runs the tests of the script. Every skip is said; only skips is itself a skip."""
    done = unittest.main(verbosity=1, exit=False, argv=[sys.argv[0], *sys.argv[1:]]).result
    for test, reason in done.skipped:
        print(f"skipped: {test.id().rpartition('.')[2]}: {reason}")
    if not done.wasSuccessful():
        sys.exit(1)
    sys.exit(77 if done.testsRun and len(done.skipped) == done.testsRun else 0)

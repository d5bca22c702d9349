# SPDX-License-Identifier: Apache-2.0
"""Runs `tcptune lint` of the built program; shared by the scripts of this folder."""
import json
import os
import subprocess
import sys
from collections import namedtuple

TCPTUNE = os.environ.get("TCPTUNE") or sys.exit("TCPTUNE must name the program")
SOURCE = os.environ.get("TCPTUNE_SOURCE") or sys.exit("TCPTUNE_SOURCE must name the source tree")
# What the tests judge for, whatever kernel runs here.
TARGET = "6.1.0"

Finding = namedtuple("Finding", "line column severity category key rule_id")


def run(*words, stdin=None, timeout=120):
    return subprocess.run([TCPTUNE, "lint", *words], input=stdin, capture_output=True,
                          timeout=timeout, check=False,
                          env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"),
                               "LC_ALL": "C.UTF-8"})


def report(*paths, kernel=TARGET, stdin=None):
    """The whole JSON report of these files."""
    done = run("--format=json", "--fail-on=never", f"--target-kernel={kernel}", *paths,
               stdin=stdin)
    if done.returncode != 0:
        raise AssertionError(f"{paths}: status {done.returncode}\n"
                             + done.stderr.decode(errors="replace"))
    return json.loads(done.stdout)


def findings_of(paths, kernel=TARGET):
    """What is found in each file, in the order of the report; all files in one run."""
    found = {path: [] for path in paths}
    for entry in report(*paths, kernel=kernel)["findings"]:
        found[entry["file"]].append(
            Finding(entry.get("line", 0), entry.get("column", 0), entry["severity"],
                    entry["category"], entry.get("key") or "-", entry["rule_id"]))
    return found


def findings(path, kernel=TARGET):
    return findings_of([path], kernel)[path]

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The rules of the house: length, licence header, forbidden calls and words."""
import os
import re
import subprocess
import sys

source = os.environ["TCPTUNE_SOURCE"]
HARD_LIMIT = 450
CODE = (".cpp", ".hpp", ".py", ".sh", ".cmake", "CMakeLists.txt", ".toml")
# Programs started through a shell, unbounded copies, names nobody may use.
FORBIDDEN = re.compile(r"\b(system|popen|strcpy|strcat|sprintf|gets|tmpnam|mktemp)\s*\(")
LEFT_OPEN = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
# A machine's own path has no place in a tracked file; the pattern is in two halves for this file.
MACHINE_PATH = re.compile("(^|[\\s\"'(=])/(work|farm|ro" "ot)/")
problems = []


def tracked():
    if os.path.isdir(os.path.join(source, ".git")):
        out = subprocess.run(["git", "-C", source, "ls-files", "-co", "--exclude-standard"],
                             capture_output=True, text=True, check=True).stdout
        return [name for name in out.splitlines() if os.path.isfile(os.path.join(source, name))]
    found = []
    for directory, folders, names in os.walk(source):
        folders[:] = [f for f in folders if f not in ("build", ".git")]
        found += [os.path.relpath(os.path.join(directory, name), source) for name in names]
    return found


def check(name):
    data = open(os.path.join(source, name), "rb").read()
    if b"\0" in data:
        return
    text = data.decode("utf-8", "replace")
    lines = text.splitlines()
    code = name.endswith((".cpp", ".hpp", ".py", ".sh"))
    if code and len(lines) > HARD_LIMIT:
        problems.append(f"{name}: {len(lines)} lines, the end is {HARD_LIMIT}")
    corpus = "/corpus/" in name or name.startswith(("tests/rules/", "tests/golden/"))
    if name.endswith(CODE) and not corpus:
        if not any("SPDX-License-Identifier: Apache-2.0" in line for line in lines[:3]):
            problems.append(f"{name}: no SPDX licence line at the top")
    for number, line in enumerate(lines, 1):
        if name.endswith((".cpp", ".hpp")) and FORBIDDEN.search(line):
            problems.append(f"{name}:{number}: forbidden call")
        if not name.startswith("tests/source/") and LEFT_OPEN.search(line):
            problems.append(f"{name}:{number}: left open")
        if MACHINE_PATH.search(line):
            problems.append(f"{name}:{number}: path of one machine")


names = tracked()
for each in names:
    check(each)
print("\n".join(problems))
print(f"{len(names)} files, {len(problems)} problems")
sys.exit(1 if problems or not names else 0)

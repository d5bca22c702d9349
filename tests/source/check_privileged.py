#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Privileged code stays small, and what decides advice is not reachable with the privilege.

Counts the lines of code (neither blank nor comment) of txn, dbus and helper, and looks into the
built tcptuned for the names of the core's namespaces.
"""
import os
import subprocess
import sys

source = os.environ["TCPTUNE_SOURCE"]
BUDGET = 4000
CORE = ("facts", "expr", "rules", "plan", "capacity", "diagnosis", "report", "probe", "cli")


def code_lines(path):
    count, in_comment = 0, False
    for line in open(path, encoding="utf-8"):
        text = line.strip()
        if in_comment:
            in_comment = "*/" not in text
        elif text.startswith("/*"):
            in_comment = "*/" not in text
        elif text and not text.startswith("//"):
            count += 1
    return count


total = 0
for folder in ("txn", "dbus", "helper"):
    lines = 0
    for base in (f"src/{folder}", f"include/tcptune/{folder}"):
        for directory, _, names in os.walk(os.path.join(source, base)):
            lines += sum(code_lines(os.path.join(directory, name)) for name in names
                         if name.endswith((".cpp", ".hpp")))
    print(f"{folder}: {lines} lines of code")
    total += lines
print(f"privileged: {total} of at most {BUDGET}")
problems = [] if total <= BUDGET else [f"{total} lines of privileged code, {BUDGET} are allowed"]

helper = os.path.join(os.environ["TCPTUNE_BUILD"], "bin/tcptuned")
symbols = subprocess.run(["nm", "--demangle", helper], capture_output=True, text=True, check=True)
for namespace in CORE:
    found = [line for line in symbols.stdout.splitlines() if f"tcptune::{namespace}::" in line]
    if found:
        problems.append(f"tcptuned contains tcptune::{namespace}: {found[0]}")
for problem in problems:
    print(problem)
sys.exit(bool(problems))

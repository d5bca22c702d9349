#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Each known threat to the privileged part (A1..A38: what went wrong in other projects' services;
T1..T75: inputs and faults of our own) is held by a test that exists, or says why by none."""
import ast
import os
import re
import sys
import tomllib

source = os.environ["TCPTUNE_SOURCE"]
EXPECTED = [f"A{number}" for number in range(1, 39)] + [f"T{number}" for number in range(1, 76)]
problems = []
known = {}


def names_in(path):
    """The tests that a file names: Class.method and functions, or TEST_CASE texts."""
    if path in known:
        return known[path]
    with open(os.path.join(source, path), encoding="utf-8") as file:
        text = file.read()
    names = set()
    if path.endswith(".py"):
        for node in ast.parse(text).body:
            if isinstance(node, ast.FunctionDef):
                names.add(node.name)
            elif isinstance(node, ast.ClassDef):
                names.add(node.name)
                names |= {f"{node.name}.{each.name}" for each in node.body
                          if isinstance(each, ast.FunctionDef) and each.name.startswith("test")}
    elif path.endswith(".cpp"):
        # A literal may be continued on the next line.
        for literal in re.findall(r'TEST_CASE\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\)', text):
            names.add("".join(re.findall(r'"((?:[^"\\]|\\.)*)"', literal)))
    known[path] = names
    return names


def check_test(threat, reference):
    path, _, name = reference.partition("::")
    if not path.startswith("tests/") or not os.path.isfile(os.path.join(source, path)):
        problems.append(f"{threat}: there is no {path}")
    elif name and name not in names_in(path):
        problems.append(f"{threat}: {path} has no {name!r}")


with open(os.path.join(source, "tests", "threats", "threats.toml"), "rb") as file:
    threats = tomllib.load(file)
for threat in EXPECTED:
    if threat not in threats:
        problems.append(f"{threat}: not in the table")
for threat, row in threats.items():
    if threat not in EXPECTED:
        problems.append(f"{threat}: no such threat")
    if set(row) - {"what", "tests", "reason"} or not row.get("what"):
        problems.append(f"{threat}: needs `what`, and `tests` or `reason`")
    if not row.get("tests") and len(row.get("reason", "")) < 20:
        problems.append(f"{threat}: neither a test nor a reason")
    if len(set(row.get("tests", []))) != len(row.get("tests", [])):
        problems.append(f"{threat}: a test is named twice")
    for each in row.get("tests", []):
        check_test(threat, each)

tested = [row for row in threats.values() if row.get("tests")]
print("\n".join(problems))
print(f"{len(threats)} threats: {len(tested)} held by tests "
      f"({sum(len(r['tests']) for r in tested)} references to "
      f"{len({each for row in tested for each in row['tests']})} tests), "
      f"{len(threats) - len(tested)} by a written reason only, {len(problems)} problems")
sys.exit(1 if problems else 0)

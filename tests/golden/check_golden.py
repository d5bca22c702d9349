#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Compares what the program says of saved facts with expected/, byte for byte.

check_golden.py --update writes expected/ anew: look at the difference before committing it.
"""
import difflib
import os
import shlex
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TCPTUNE = os.environ.get("TCPTUNE") or sys.exit("TCPTUNE must name the program")
UPDATE = "--update" in sys.argv[1:]


def cases():
    with open(os.path.join(HERE, "cases.txt"), encoding="utf-8") as table:
        for line in table:
            words = shlex.split(line, comments=True)
            if not words:
                continue
            status = 0
            if words[-1].startswith("exit="):
                status = int(words.pop()[5:])
            yield words[0], words[1:], status


def answer(words):
    done = subprocess.run([TCPTUNE, *words], cwd=HERE, capture_output=True, timeout=60,
                          env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"}, check=False)
    return done.returncode, done.stdout, done.stderr.decode("utf-8", "replace")


def width(text):
    """The widest line without colour; JSON and Markdown are not for a screen."""
    plain = text.replace("\x1b[0m", "")
    return max(len(line.split("m", 1)[1] if line.startswith("\x1b") else line)
               for line in plain.split("\n"))


def check(name, words, status):
    path = os.path.join(HERE, "expected", name)
    code, out, err = answer(words)
    if code != status or err:
        return f"{name}: exit {code}, expected {status}; {err.strip()}"
    text = out.decode("utf-8")
    if name.endswith(".txt") and words[0] in ("plan", "explain") and "--color=always" not in words:
        if width(text) > 80:
            return f"{name}: a line is wider than 80 columns"
    if UPDATE:
        with open(path, "wb") as file:
            file.write(out)
        return None
    if not os.path.exists(path):
        return f"{name}: no expected output; write it with --update"
    with open(path, encoding="utf-8") as file:
        expected = file.read()
    if text == expected:
        return None
    return "".join(difflib.unified_diff(expected.splitlines(True), text.splitlines(True),
                                        "expected/" + name, "answer"))


def main():
    names = set()
    problems = []
    for name, words, status in cases():
        names.add(name)
        problem = check(name, words, status)
        if problem:
            problems.append(problem)
    for name in sorted(set(os.listdir(os.path.join(HERE, "expected"))) - names):
        problems.append(f"expected/{name}: no case makes this")
    print("\n".join(problems))
    print(f"{len(names)} cases, {len(problems)} problems")
    return 1 if problems or not names else 0


sys.exit(main())

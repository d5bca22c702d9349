#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""The man pages: clean mdoc, and nothing in them that the program says otherwise.

Blocks between .\\" BEGIN and .\\" END are made from the program's own tables and answers, or are
files that the program must accept. check_man.py --update writes the first kind anew.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE = os.environ.get("TCPTUNE_SOURCE") or sys.exit("TCPTUNE_SOURCE must name the source tree")
TCPTUNE = os.environ.get("TCPTUNE") or sys.exit("TCPTUNE must name the program")
MAN = os.path.join(SOURCE, "man")
UPDATE = "--update" in sys.argv[1:]
PAGES = sorted(os.listdir(MAN))
# Depends on which other pages are installed, not on ours.
ELSEWHERE = ("referenced manual not found", "outdated mandoc.db")
problems = []


def answer(*words):
    done = subprocess.run([TCPTUNE, *words], capture_output=True, text=True, check=True,
                          cwd=os.path.join(SOURCE, "tests/golden"), timeout=60,
                          env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"})
    return done.stdout


def text_lines(text):
    """Sentences on lines of their own, as mdoc wants them, none of them a request."""
    text = text.replace("\\", "\\e").replace("()", "\\&()")
    text = text if text.endswith((".", ";")) else text + "."
    lines = []
    for sentence in re.split(r"(?<=[.;]) (?=[A-Z])", text):
        line = ""
        for word in sentence.split(" "):
            if line and len(line) + 1 + len(word) > 78:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}".strip()
        lines.append(line)
    return [("\\&" + line if line.startswith((".", "'")) else line) for line in lines]


def rows(topic):
    return [line.split("\t") for line in answer("help", topic).splitlines()]


def tag(name, *paragraphs):
    lines = [f".It Li {name}" if not name.endswith(".") else f".It Li {name}\\&"]
    for paragraph in paragraphs:
        lines += text_lines(paragraph)
    return lines


def exit_codes():
    lines = []
    for code, meaning, given_by in rows("exit-codes"):
        who = "" if given_by == "all" else f" ({given_by})"
        lines += [f".It {code}", *text_lines(meaning[0].upper() + meaning[1:] + who)]
    return lines


def facts():
    lines = []
    for name, kind, unit, meaning in rows("facts"):
        if kind != "counter":
            lines += tag(name, f"{kind}, {unit}" if unit else kind, meaning)
    return lines


def counters():
    return [line for name, kind, *_ in rows("facts") if kind == "counter"
            for line in (".It", f".Li {name}")]


def functions():
    return [line for signature, meaning in rows("functions")
            for line in (f".It Li {quoted(signature)}", *text_lines(meaning))]


def quoted(text):
    return '"' + text.replace("\\", "\\e") + '"'


def codes():
    return [line for code, meaning in rows("codes") for line in tag(code, meaning)]


def run(words):
    """A command and what it answers, as a literal display."""
    out = answer(*words.split()).replace("\\", "\\e").splitlines()
    return [".Bd -literal", f"$ tcptune {words}", *(line or "" for line in out), ".Ed"]


TABLES = {"exit-codes": exit_codes, "facts": facts, "counters": counters,
          "functions": functions, "codes": codes}
ACCEPTED = {"policy": ("plan", "--facts", "facts/idle.json", "--policy"),
            "profile": ("plan", "--facts", "facts/idle.json", "--profile")}


def check_accepted(page, kind, name, lines):
    """A file that a page shows must be one that the program takes without a warning."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, name or kind + ".toml")
        with open(path, "w", encoding="utf-8") as out:
            out.write("\n".join(lines) + "\n")
        commands = [(*ACCEPTED[kind], path)] if kind in ACCEPTED else \
            [("rules", "lint", path), ("rules", "test", path)]
        for words in commands:
            done = subprocess.run([TCPTUNE, *words], capture_output=True, text=True, check=False,
                                  cwd=os.path.join(SOURCE, "tests/golden"), timeout=60)
            if done.returncode != 0 or " warning " in done.stdout + done.stderr:
                problems.append(f"{page}: the {kind} file:\n{done.stdout}{done.stderr}")


def made(page, marker, lines):
    """The lines that belong between the markers; those that are there for files."""
    kind, _, rest = marker.partition(" ")
    if kind in TABLES:
        return TABLES[kind]()
    if kind == "run":
        return run(rest)
    check_accepted(page, kind, rest, lines)
    return lines


def check_blocks(page):
    path = os.path.join(MAN, page)
    with open(path, encoding="utf-8") as source:
        old = source.read().splitlines()
    new, block, marker = [], [], None
    for line in old:
        begin = re.match(r'\.\\" BEGIN (.*)', line)
        if begin:
            marker, block = begin.group(1), []
            new.append(line)
        elif re.match(r'\.\\" END', line):
            new += made(page, marker, block) + [line]
            marker = None
        elif marker is None:
            new.append(line)
        else:
            block.append(line)
    if new == old:
        return
    if UPDATE:
        with open(path, "w", encoding="utf-8") as out:
            out.write("\n".join(new) + "\n")
    else:
        problems.append(f"{page}: not what the program says; look at check_man.py --update")


def check_lint(page):
    done = subprocess.run(["mandoc", "-T", "lint", os.path.join(MAN, page)], capture_output=True,
                          text=True, check=False)
    for line in (done.stdout + done.stderr).splitlines():
        if not any(part in line for part in ELSEWHERE):
            problems.append(line)


def check_options(page, command):
    """Every option of the command is in its page, and no other."""
    shown = set(re.findall(r"--[a-z-]+", answer(*command, "--help"))) - {"--help"}
    with open(os.path.join(MAN, page), encoding="utf-8") as source:
        told = {"--" + name for name in re.findall(r"(?m)^\.Op Fl -([a-z-]+)", source.read())}
    if shown != told:
        problems.append(f"{page}: options {sorted(shown ^ told)} are in only one of page and help")


def linked(page):
    """The page that a page of one line stands for. mandoc looks for it where pages are installed."""
    with open(os.path.join(MAN, page), encoding="utf-8") as source:
        found = re.fullmatch(r"\.so man[1-8]/(\S+)\n", source.read())
    return found and found.group(1)


def main():
    if not shutil.which("mandoc"):
        print("skipped: no mandoc")
        return 77
    for page in PAGES:
        link = linked(page)
        if link is not None:
            if link not in PAGES:
                problems.append(f"{page}: there is no page {link}")
            continue
        check_blocks(page)
        check_lint(page)
    for command in ("diagnose", "plan", "facts", "explain", "apply", "confirm", "rollback",
                    "checkpoint", "rehearse", "lint", "blame", "verify", "drift",
                    "upgrade-check"):
        check_options(f"tcptune-{command}.1", (command,))
    print("\n".join(problems))
    print(f"{len(PAGES)} pages, {len(problems)} problems")
    return 1 if problems or len(PAGES) < 19 else 0


sys.exit(main())

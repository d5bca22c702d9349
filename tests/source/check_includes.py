#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""One direction of includes: the table in include_table.txt, the same in ARCHITECTURE.md."""
import fnmatch
import os
import re
import sys

source = os.environ["TCPTUNE_SOURCE"]
here = os.path.join(source, "tests/source")
THIRD_PARTY = {"toml++", "nettle", "nlohmann", "fmt", "CLI", "spdlog", "sdbus-c++"}
PURE = {"base", "sysctl", "facts", "expr", "rules", "capacity", "plan", "report"}
# What a pure module must not reach for: files, sockets, clocks, environment, streams.
IMPURE = re.compile(
    r"^(sys/|linux/|net/|arpa/|netinet/|fcntl\.h|iostream|fstream|filesystem|ctime|thread|random)")
problems = []


def read_table():
    table = {}
    for line in open(os.path.join(here, "include_table.txt"), encoding="ascii"):
        if line.startswith("#") or not line.strip():
            continue
        folder, may, third = (part.strip() for part in line.split("|"))
        allowed = []
        for item in filter(None, (part.strip() for part in third.split(";"))):
            name, _, where = item.replace(" anywhere", " in *").partition(" in ")
            allowed.append((name, [word.strip() for word in where.split(",")]))
        table[folder] = (set(may.split()), allowed)
    return table


def folder_of(path):
    parts = os.path.relpath(path, source).split(os.sep)
    return parts[1] if parts[0] == "src" else parts[2]


def check_file(path, table):
    folder = folder_of(path)
    if folder not in table:
        problems.append(f"{path}: folder {folder} is not in the table")
        return
    may, third = table[folder]
    for number, line in enumerate(open(path, encoding="utf-8"), 1):
        match = re.match(r'\s*#\s*include\s*[<"]([^>"]+)[>"]', line)
        if not match:
            continue
        name = match.group(1)
        first = name.split("/")[0]
        where = f"{os.path.relpath(path, source)}:{number}"
        if first == "tcptune":
            other = name.split("/")[1]
            if other != folder and other not in may:
                problems.append(f"{where}: {folder} may not include {other}")
        elif first in table and "/" in name and not line.strip().startswith("#include <"):
            if first != folder:
                problems.append(f"{where}: private header of {first}")
        elif first in THIRD_PARTY:
            base = os.path.basename(path)
            if not any(first == lib and any(fnmatch.fnmatch(base, w) for w in files)
                       for lib, files in third):
                problems.append(f"{where}: {first} is not allowed in {base}")
        elif folder in PURE and IMPURE.match(name):
            problems.append(f"{where}: {folder} is pure and may not include <{name}>")


def check_document(table):
    text = open(os.path.join(source, "ARCHITECTURE.md"), encoding="utf-8").read()
    shown = {}
    for line in text.splitlines():
        match = re.match(r"\| `(\w+)` \| `\w+` \| ([^|]*) \|", line)
        if match:
            shown[match.group(1)] = set(match.group(2).split()) - {"-"}
    for folder, (may, _) in table.items():
        if shown.get(folder) != may:
            problems.append(f"ARCHITECTURE.md: {folder} may include {sorted(shown.get(folder, []))}"
                            f", the table says {sorted(may)}")


table = read_table()
count = 0
for root in ("src", "include"):
    for directory, _, names in os.walk(os.path.join(source, root)):
        for name in names:
            if name.endswith((".cpp", ".hpp")):
                check_file(os.path.join(directory, name), table)
                count += 1
check_document(table)
print("\n".join(problems))
print(f"{count} files, {len(problems)} problems")
sys.exit(1 if problems or count == 0 else 0)

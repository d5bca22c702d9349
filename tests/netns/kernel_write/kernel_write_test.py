#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What tcptune says the kernel makes of a text, against what the running kernel makes of it.

For every key of the catalog that a network namespace can write: thousands of texts are written as a
loader writes them, open and one write with a line end, and kernel_verdict is asked what it expects
from the same state. Refused must leave the old value; taken and altered must read back as foretold;
taken must read back what a plain reader sees in the text, and altered something else.

Run again inside `unshare -Urn`: only the new namespace's own keys are written.
"""
import collections
import os
import platform
import random
import re
import shutil
import subprocess
import sys
import tomllib

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from texts import EDGES, INT_MAX, generate  # noqa: E402

SOURCE = os.environ.get("TCPTUNE_SOURCE") or os.path.join(HERE, "..", "..", "..")
TOOL = (os.environ.get("TCPTUNE_KERNEL_VERDICT")
        or os.path.join(os.environ["TCPTUNE_BUILD"], "tests", "kernel_verdict"))
SEED = int(os.environ.get("TCPTUNE_SEED", "20240607"))
EACH = int(os.environ.get("TCPTUNE_TEXTS", "3000"))
RANGE, START = "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start"
PAGE = 4095  # from here on a text is written in pieces, and no verdict is given


def path(key):
    return "/proc/sys/" + key.replace(".", "/")


def read(key):
    with open(path(key), "rb") as file:
        return file.read()


def write(key, data):
    """Whether the kernel took it; one open and one write."""
    handle = os.open(path(key), os.O_WRONLY)
    try:
        os.write(handle, data)
        return True
    except OSError:
        return False
    finally:
        os.close(handle)


def folded(text):
    return b" ".join(text.split())


def loaded_rules():
    folder = os.path.join(SOURCE, "rules")
    for name in sorted(os.listdir(folder)):
        if name.endswith(".toml"):
            with open(os.path.join(folder, name), "rb") as file:
                yield tomllib.load(file)


def plain_number(word):
    """What a reader takes a word for: decimal digits, or hexadecimal ones after 0x."""
    if re.fullmatch(rb"-?[0-9]+", word):
        return int(word)
    return int(word, 16) if re.fullmatch(rb"-?0[xX][0-9a-fA-F]+", word) else None


def plain_reading(kind, text):
    """The text as a reader understands it, in the kernel's own spelling; None when it is none."""
    if kind == "port-set":
        found = set()
        for piece in re.split(rb"[,\n]", text.strip(b"\n")):
            ends = [plain_number(end) for end in piece.split(b"-")] if piece else [1, 0]
            if None in ends or len(ends) > 2:
                return None
            found.update(range(ends[0], min(ends[-1], 65536) + 1))
        return frozenset(found)
    words = re.split(rb"[\s\xa0]+", text.strip(b" \t\n\v\f\r\xa0"))
    numbers = [plain_number(word) for word in words]
    wanted = 2 if kind == "int-list" else 1
    return None if None in numbers or len(numbers) != wanted else tuple(numbers)


class Check:
    def __init__(self):
        self.questions, self.records = [], []
        self.verdicts, self.unknown = collections.Counter(), collections.Counter()
        self.problems = []

    def key(self, rule):
        parameter = rule["parameter"]
        key, kind = parameter["key"], parameter["type"]
        rng = random.Random(f"{SEED} {key}")
        edges = set(EDGES)
        for table in [parameter, *parameter.get("kernel", [])]:
            for bound in ("min", "max"):
                edges.update(table[bound] + step for step in (-1, 0, 1) if bound in table)
        for text in generate(rng, kind, sorted(edges), EACH):
            if rng.randrange(12) == 0:
                self.shuffle(rng, key)
            before = {name: read(name) for name in {key, RANGE, START}}
            if key in (RANGE, START) and rng.randrange(4) == 0:
                text = self.near(rng, before, key == RANGE)
            accepted = write(key, text + b"\n")
            self.records.append((key, kind, text, before, accepted, read(key)))
            state = "".join(f"\t{name}={value.hex()}" for name, value in before.items())
            self.questions.append(f"{key}\t{text.hex()}{state}\n")
        write(RANGE, b"32768 60999\n")
        write(START, b"1024\n")

    @staticmethod
    def near(rng, before, two):
        """Ports at the limits that the two port keys set each other."""
        limits = [int(word) for name in (RANGE, START) for word in before[name].split()]
        ports = [rng.choice(limits) + rng.choice((-1, 0, 0, 1)) for _ in range(2)]
        return " ".join(str(port) for port in ports[:rng.choice((1, 2)) if two else 1]).encode()

    @staticmethod
    def shuffle(rng, key):
        """Another state of the port keys: they limit each other."""
        write(START, b"0\n")
        low = rng.choice((1, 80, 1023, 1024, 1025, 10000, 32768, 65000, rng.randrange(1, 65536)))
        write(RANGE, f"{low} {rng.choice((low, 65535, rng.randrange(low, 65536)))}\n".encode())
        write(START, f"{rng.choice((0, 1, low, low // 2, min(1024, low)))}\n".encode())
        if key == "net.ipv4.ip_local_reserved_ports":
            write(key, rng.choice((b"\n", b"7\n", b"8000-9000,9999\n")))

    def ask(self):
        asked = subprocess.run([TOOL, os.path.join(SOURCE, "rules"), platform.release()],
                               input="".join(self.questions), capture_output=True, text=True,
                               check=False)
        if asked.returncode or asked.stderr:
            sys.exit(f"{TOOL}: {asked.returncode} {asked.stderr}")
        answers = asked.stdout.splitlines()
        if len(answers) != len(self.records):
            sys.exit(f"{len(self.records)} questions, {len(answers)} answers")
        for record, answer in zip(self.records, answers):
            self.compare(record, answer.split("\t"))

    def compare(self, record, answer):
        key, kind, text, before, accepted, after = record
        verdict, reads_back, _, reason = answer
        reads_back = bytes.fromhex(reads_back)
        self.verdicts[verdict] += 1
        wrong = None
        if verdict == "unknown":
            self.unknown[f"{key}: {reason}"] += 1
            wrong = None if self.may_be_unknown(key, text) else "unknown without need"
        elif verdict == "refused":
            if accepted or after != before[key]:
                wrong = "refused, but the kernel takes it"
        elif not accepted:
            wrong = f"{verdict}, but the kernel refuses it"
        elif folded(after) != reads_back:
            wrong = f"{verdict} and reads back {reads_back}"
        else:
            seen = plain_reading(kind, text)
            same = seen is not None and seen == plain_reading(kind, after.strip(b"\n"))
            # Odd all the same: times below zero, and octal ports that other pieces cover.
            odd = same and (re.search(rb"(^|[-,\n])0[0-7]", text) if kind == "port-set"
                            else min(seen) < 0)
            if same == (verdict == "altered") and not odd:
                wrong = f"{verdict}, but a plain reader sees {seen}"
        if wrong:
            state = ", ".join(f"{k} {v}" for k, v in before.items())
            self.problems.append(f"{key} <- {text[:80]!r}: {wrong}; it is {after[:80]!r} now "
                                 f"({reason or 'no reason'}; before: {state[:200]})")

    @staticmethod
    def may_be_unknown(key, text):
        """Texts of a page, and times that are too long for some kernels' clocks only."""
        if len(text) >= PAGE:
            return True
        number = re.match(rb"[\s\xa0]*-?(0[xX][0-9a-fA-F]+|[0-9]+)", text)
        if not number or not re.search("timeout|keepalive_(time|intvl)", key):
            return False
        word = number.group(1)
        octal = word.startswith(b"0") and word[:2] not in (b"0x", b"0X")
        size = int(word, 8 if octal else 0) if not octal or not re.search(b"[89]", word) else 0
        return INT_MAX // 1000 < size <= INT_MAX // 100


def main():
    if "TCPTUNE_INSIDE" not in os.environ:
        if not shutil.which("unshare") or subprocess.run(
                ["unshare", "-Urn", "true"], capture_output=True, check=False).returncode != 0:
            print("skipped: no user and network namespaces for this user")
            return 77
        inside = {**os.environ, "TCPTUNE_INSIDE": os.readlink("/proc/self/ns/net")}
        return subprocess.run(["unshare", "-Urn", sys.executable, "-B", os.path.abspath(__file__)],
                              env=inside, check=False).returncode
    if os.readlink("/proc/self/ns/net") == os.environ["TCPTUNE_INSIDE"]:
        print("not in a network namespace of its own: nothing is written")
        return 1
    check, keys = Check(), 0
    for rule in loaded_rules():
        key = rule["parameter"]["key"]
        # A file that belongs to the host is absent or read-only here.
        if (key.startswith("net.") and os.path.exists(path(key))
                and os.stat(path(key)).st_mode & 0o200):
            keys += 1
            check.key(rule)
    check.ask()
    print("\n".join(check.problems[:60]))
    for reason, count in sorted(check.unknown.items()):
        print(f"unknown, {count} times: {reason}")
    unknown = check.verdicts["unknown"]
    print(f"{platform.release()}, seed {SEED}: {keys} keys, {len(check.records)} (key, value) pairs, "
          f"{len(check.problems)} disagreements; verdicts: {dict(check.verdicts)}")
    if unknown * 50 > len(check.records):
        print("too many verdicts are unknown")
        return 1
    return 1 if check.problems or keys < 20 else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Every rule file's [parameter] table, and what its notes say of accepted values, against the
running kernel.

Started again inside `unshare -Urn`. Written are only files below /proc/sys/net that the new network
namespace has for itself; host-wide keys are looked at and never written.

A rule file may be narrower than the kernel if it says so. What counts as saying it, in a note for
the running kernel:
  "Kernel range: A to B"                  A and B are taken, A - 1 and B + 1 refused
  "0 and -1 are accepted", "8 is taken"   those values are taken
  "256 gives EINVAL", "2 is EINVAL"       those values are refused
  "without a check", "Nothing is checked" the kernel takes any number
All of these are tried, too. A constraint of the file that does not hold explains a refusal.
"""
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tomllib

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.environ.get("TCPTUNE_SOURCE") or os.path.join(HERE, "..", "..", "..")
INT_MAX = 2**31 - 1
NUMBERS = r"(-?\d+(?:(?:, | and | or )-?\d+)*)"
TAKEN = re.compile(NUMBERS + r" (?:is|are) (?:accepted|taken)\b")
REFUSED = re.compile(NUMBERS + r" (?:is|are|gives?) EINVAL\b")
RANGE = re.compile(r"Kernel range: (-?\d+) to (-?\d+)")
UNCHECKED = re.compile(r"without a [a-z ]*check|[Nn]othing is checked")
TICKS = re.compile(r"at (\d+) ticks")


def version(text):
    numbers = [int(n) for n in re.match(r"\d+(?:\.\d+)*", text).group().split(".")]
    return tuple((numbers + [0, 0, 0])[:3])


KERNEL = version(platform.release())


def applies(entry):
    return (version(entry.get("since", "0")) <= KERNEL
            and ("until" not in entry or KERNEL < version(entry["until"])))


def path(key):
    return "/proc/sys/" + key.replace(".", "/")


def read(key):
    with open(path(key), encoding="ascii") as file:
        return file.read().split()


def write(key, text):
    """Whether the kernel took it."""
    try:
        handle = os.open(path(key), os.O_WRONLY)
        try:
            os.write(handle, (text or "\n").encode())
        finally:
            os.close(handle)
        return True
    except OSError:
        return False


def tick_rate():
    for rate in (1000, 300, 250, 100):
        highest = INT_MAX // rate
        if (write("net.ipv4.tcp_fin_timeout", str(highest))
                and not write("net.ipv4.tcp_fin_timeout", str(highest + 1))):
            write("net.ipv4.tcp_fin_timeout", "60")
            return rate
    return None


def evaluate(expression, value=None):
    """The part of the rules' language that defaults and constraints use; None when not known."""
    def known(match):
        words = read(match.group(1))
        numbers = [int(n) for n in words]
        return str(numbers if len(numbers) > 1 else numbers[0])
    try:
        text = re.sub(r"sysctl\.([a-z0-9_.-]+)", known, expression)
        names = {"max": max, "min": min, "abs": abs, "floor": lambda n: int(n // 1),
                 "value": value, "__builtins__": {}}
        return eval(text, names)
    except (NameError, SyntaxError, OSError, ValueError, TypeError, IndexError):
        return None


class Claims:
    """What the notes of one rule file say of single values, for this kernel."""

    def __init__(self, rule, rate):
        self.taken, self.refused, self.ranges, self.unchecked = set(), set(), [], False
        for note in rule.get("note", []):
            text = note["text"]
            ticks = TICKS.search(text)
            if not applies(note) or (ticks and int(ticks.group(1)) != rate):
                continue
            for pattern, values in ((TAKEN, self.taken), (REFUSED, self.refused)):
                for match in pattern.finditer(text):
                    values.update(int(n) for n in re.findall(r"-?\d+", match.group(1)))
            for match in RANGE.finditer(text):
                low, high = int(match.group(1)), int(match.group(2))
                self.ranges.append((low, high))
                self.taken.update((low, high))
                self.refused.update((low - 1, high + 1))
            self.unchecked = self.unchecked or bool(UNCHECKED.search(text))
        self.refused -= self.taken

    def allow(self, number):
        return (self.unchecked or number in self.taken
                or any(low <= number <= high for low, high in self.ranges))


class Check:
    def __init__(self, host):
        self.host, self.rate = host, tick_rate()
        self.tried, self.problems, self.keys, self.notes = set(), [], 0, []

    def fail(self, key, text):
        self.problems.append(f"{key}: {text}")

    def attempt(self, key, text):
        self.tried.add((key, text))
        return write(key, text)

    def rule(self, rule):
        parameter = rule["parameter"]
        key, owned = parameter["key"], parameter["scope"] == "netns"
        if key.startswith("net.netfilter.") and "net.netfilter.nf_conntrack_count" not in self.host:
            self.notes.append(f"{key}: skipped: connection tracking is not loaded")
            return
        self.keys += 1
        there = os.path.exists(path(key))
        if not applies(parameter):
            if there:
                self.notes.append(f"{key}: there, although this kernel is outside its range")
            return
        if not owned:
            self.host_wide(key, there)
            return
        if not there:
            self.fail(key, f"no such file on {platform.release()}")
            return
        writable = os.stat(path(key)).st_mode & 0o200
        if not writable:
            if parameter["access"] == "apply":
                self.fail(key, "cannot be written, but access is apply")
            self.default(rule, key, parameter)
            return
        before = read(key)
        self.default(rule, key, parameter)
        self.values(rule, key, parameter)
        if not write(key, "\t".join(before)):
            self.fail(key, "the value of before is refused")

    def host_wide(self, key, there):
        if key not in self.host:
            self.fail(key, "no such file on the host")
        if key.startswith("net.") and there and os.stat(path(key)).st_mode & 0o222:
            self.fail(key, "scope is global, but a new namespace can write it")

    def default(self, rule, key, parameter):
        for entry in parameter.get("default", []):
            if not applies(entry):
                continue
            expected = entry.get("value")
            if expected is None:
                expected = evaluate(entry["expr"])
                if expected is None:
                    self.notes.append(f"{key}: default {entry['expr']} cannot be worked out here")
                    return
            if isinstance(expected, str):
                words = expected.split(",") if expected else []
            else:
                numbers = expected if isinstance(expected, list) else [expected]
                words = [str(int(n)) for n in numbers]
            copied = any("copies it from" in note["text"] for note in rule.get("note", []))
            if read(key) != words and not (copied and read(key) == self.host.get(key)):
                self.fail(key, f"starts with {read(key)}, the file says {words}")
            return

    def values(self, rule, key, parameter):
        kind, low, high = parameter["type"], parameter.get("min"), parameter.get("max")
        if kind == "int-list":
            self.numbers_in_place(rule, key, low, high)
            return
        if kind == "port-set":
            for text, good in ((str(low), True), (str(high), True), (f"{low},{high}", True),
                               ("", True), (str(low - 1), False), (str(high + 1), False)):
                if self.attempt(key, text) != good:
                    self.fail(key, f"'{text}': taken is {not good}, the file says {good}")
            return
        members = [m["value"] for m in parameter.get("value", []) if applies(m)]
        if kind == "bool":
            inside, outside = [0, 1], [-1, 2]
        elif kind == "enum":
            inside, outside = members, [min(members) - 1, max(members) + 1]
        else:
            inside, outside = [low, high, *members], [low - 1, high + 1]
        claims = Claims(rule, self.rate)
        for number in inside:
            self.expect(rule, key, number, True, claims)
        for number in outside:
            self.expect(rule, key, number, claims.allow(number), claims)
        for number in claims.taken:
            self.expect(rule, key, number, True, claims)
        for number in claims.refused:
            self.expect(rule, key, number, False, claims)

    def expect(self, rule, key, number, taken, claims):
        got = self.attempt(key, str(number))
        if got and read(key) != [str(number)]:
            self.fail(key, f"{number} reads back as {read(key)}")
        if got == taken or (claims.unchecked and not -INT_MAX - 1 <= number <= INT_MAX):
            return
        broken = [c["id"] for c in rule.get("constraint", [])
                  if evaluate(c["expr"], number) is False]
        if taken and broken:
            self.notes.append(f"{key}: {number} is refused, as its constraint {broken[0]} says")
            return
        said = "taken" if taken else "refused"
        self.fail(key, f"{number} is {'taken' if got else 'refused'}, the file says {said}")

    def numbers_in_place(self, rule, key, low, high):
        """Two numbers: each at and beyond its bounds, and swapped."""
        first, last = (int(n) for n in read(key))
        for pair in ([low, last], [low - 1, last], [first, high], [first, high + 1],
                     [last, first], [first, first], [low, high]):
            holds = all(evaluate(c["expr"], pair) is not False for c in rule.get("constraint", [])
                        if c.get("level", "error") == "error")
            expected = holds and all(low <= n <= high for n in pair)
            text = f"{pair[0]} {pair[1]}"
            if self.attempt(key, text) != expected:
                self.fail(key, f"{text}: the file says {'taken' if expected else 'refused'}")


def load_rules():
    folder = os.path.join(SOURCE, "rules")
    rules = []
    for name in sorted(os.listdir(folder)):
        if name.endswith(".toml"):
            with open(os.path.join(folder, name), "rb") as file:
                rules.append(tomllib.load(file))
    return rules


def host_values(rules):
    values = {}
    for key in [r["parameter"]["key"] for r in rules] + ["net.netfilter.nf_conntrack_count"]:
        if os.path.exists(path(key)):
            values[key] = read(key)
    return values


def main():
    rules = load_rules()
    if "TCPTUNE_INSIDE" not in os.environ:
        if not shutil.which("unshare") or subprocess.run(
                ["unshare", "-Urn", "true"], capture_output=True, check=False).returncode != 0:
            print("skipped: no user and network namespaces for this user")
            return 77
        inside = {**os.environ, "TCPTUNE_INSIDE": os.readlink("/proc/self/ns/net"),
                  "TCPTUNE_HOST": json.dumps(host_values(rules))}
        return subprocess.run(["unshare", "-Urn", sys.executable, os.path.abspath(__file__)],
                              env=inside, check=False).returncode
    if os.readlink("/proc/self/ns/net") == os.environ["TCPTUNE_INSIDE"]:
        print("not in a network namespace of its own: nothing is written")
        return 1
    check = Check(json.loads(os.environ["TCPTUNE_HOST"]))
    for rule in rules:
        check.rule(rule)
    print("\n".join(check.notes + check.problems))
    print(f"{platform.release()}: {check.keys} keys, {len(check.tried)} (key, value) pairs tried, "
          f"{len(check.problems)} disagreements")
    return 1 if check.problems or not check.tried else 0


if __name__ == "__main__":
    sys.exit(main())

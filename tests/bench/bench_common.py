# SPDX-License-Identifier: Apache-2.0
"""What every bench has in common: where the programs are, what a run costs, how tables are made."""
import json
import math
import os
import platform
import shutil
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))
BUILD = os.environ.get("TCPTUNE_BUILD", os.path.join(SOURCE, "build/release"))
TCPTUNE = os.environ.get("TCPTUNE", os.path.join(BUILD, "bin/tcptune"))
LOAD = os.path.join(BUILD, "tests/port_load")
BARE_READER = os.path.join(BUILD, "tests/bare_reader")
HTTP_LOAD = os.path.join(BUILD, "tests/http_load")
RUN_COST = os.path.join(BUILD, "tests/run_cost")

# TIME_WAITs live for 60 s; each time that they are used up the table is filled once more.
MOST_FILLS = 8


def namespaces_allowed():
    return subprocess.run(["unshare", "-Urn", "true"], capture_output=True,
                          check=False).returncode == 0


def missing_programs():
    return [path for path in (TCPTUNE, LOAD, BARE_READER, HTTP_LOAD, RUN_COST)
            if not os.access(path, os.X_OK)]


def machine_line():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        cpu = next((line.split(":")[1].strip() for line in file if line.startswith("model name")),
                   platform.machine())
    with open("/proc/meminfo", encoding="ascii") as file:
        memory = int(file.readline().split()[1]) / 1024 / 1024
    busy = os.getloadavg()[0]
    return (f"Linux {platform.release()}, {os.cpu_count()} CPUs ({cpu}), {memory:.0f} GB, "
            f"load {busy:.1f} at the start")


def cost(argv):
    """CPU, wall time and peak memory of one run with everything that it starts and waits for."""
    done = subprocess.run([RUN_COST, *argv], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def command(name, *argv, slow=False):
    """`slow`: measured in every third round. "{ports}" becomes the range of local ports."""
    return {"name": name, "argv": list(argv), "slow": slow}


def installed(one):
    return shutil.which(one["argv"][0]) is not None


class Samples:
    """What was measured with one table: a list of costs for each command."""

    def __init__(self, commands):
        self.costs = {one["name"]: [] for one in commands}
        self.held = []
        self.looks = []
        self.fill_seconds = []

    def median(self, name, what="cpu_ms"):
        values = [one[what] for one in self.costs[name]]
        return statistics.median(values) if values else None

    def sockets(self):
        return round(statistics.median(self.held)) if self.held else 0

    def failed(self):
        """Commands that did not do their work; their cost is no figure."""
        return {name: bad[0]["status"] for name, costs in self.costs.items()
                if (bad := [one for one in costs if one["status"] != 0])}

    def take(self, line):
        if line["what"] == "filled":
            self.fill_seconds.append(line["seconds"])
        elif line["what"] == "look":
            self.looks.append(line["document"])
        else:
            self.held.append(line["held"])
            self.costs[line["name"]].append(line["cost"])


def measure(kind, size, rounds, commands, look=None):
    """Interleaved rounds over a table of `size` sockets of that kind ("time-wait" or
    "established"). Each filling has a namespace of its own, which takes its sockets with it.
    `look`: a command whose JSON is kept once for each filling."""
    wanted = {one["name"]: math.ceil(rounds / 3) if one["slow"] else rounds
              for one in commands if installed(one)}
    samples = Samples(commands)
    for attempt in range(MOST_FILLS):
        left = [{**one, "runs": runs} for one in commands
                if (runs := wanted.get(one["name"], 0) - len(samples.costs[one["name"]])) > 0]
        if not left:
            break
        order = {"kind": kind, "size": size, "commands": left, "first": attempt, "look": look}
        session = subprocess.run(
            ["unshare", "-Urn", sys.executable, os.path.join(HERE, "session.py")],
            input=json.dumps(order), stdout=subprocess.PIPE, text=True, check=True)
        for text in session.stdout.splitlines():
            samples.take(json.loads(text))
    return samples


def print_table(title, samples, commands, base):
    """One row for each command, with its ratio to the command `base`."""
    print(f"\n{title}")
    if not samples.costs.get(base):
        print("not measured: so many TIME_WAITs could not be made within the minute they live")
        return
    print(f"{'command':32} {'CPU ms':>9} {'us/socket':>10} {'RSS MB':>7} {'runs':>5} "
          f"{'x ' + base:>15}")
    held = samples.sockets()
    floor = samples.median(base)
    for name in (one["name"] for one in commands):
        if not samples.costs.get(name):
            print(f"{name:32} not measured")
            continue
        cpu = samples.median(name)
        each = f"{cpu * 1000 / held:10.3f}" if held else f"{'-':>10}"
        print(f"{name:32} {cpu:9.1f} {each} {samples.median(name, 'rss_kb') / 1024:7.1f} "
              f"{len(samples.costs[name]):5} {cpu / floor:14.2f}x")
    sys.stdout.flush()


def complain(samples):
    """True when a program failed; says which."""
    failed = samples.failed()
    for name, status in failed.items():
        print(f"{name} FAILED with exit status {status}: its figure means nothing")
    return bool(failed)

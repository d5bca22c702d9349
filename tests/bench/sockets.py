# SPDX-License-Identifier: Apache-2.0
"""`tests/bench/run sockets`: what looking at a full socket table costs.

`tcptune diagnose` beside a program that only counts, and beside what one would otherwise type, with
TIME_WAITs and with established connections of which half were made by others.
"""
import bench_common as bench

TEXT = "tcptune diagnose"
JSON = "tcptune diagnose --format=json"
BARE = "bare reader"
SS = "ss -tan"
NETSTAT = "netstat -ant | awk"

COMMANDS = [
    bench.command(TEXT, bench.TCPTUNE, "diagnose"),
    bench.command(BARE, bench.BARE_READER, "{ports}"),
    bench.command(JSON, bench.TCPTUNE, "diagnose", "--format=json"),
    bench.command("ss -s", "ss", "-s"),
    bench.command(SS, "ss", "-tan"),
    bench.command("cat /proc/net/tcp", "cat", "/proc/net/tcp", slow=True),
    bench.command(NETSTAT, "sh", "-c",
                  "netstat -ant | awk '{n[$6]++} END {for (s in n) print s, n[s]}'", slow=True),
]
LOOK = [bench.TCPTUNE, "diagnose", "--format=json"]


def options(parser):
    parser.add_argument("--sizes", default="0,10000,100000,1000000", help="numbers of TIME_WAITs")
    parser.add_argument("--established", type=int, default=500000,
                        help="number of established sockets, half of them inbound; 0: none")
    parser.add_argument("--rounds", type=int, default=0, help="default: by size")


def rounds_for(size):
    return 15 if size <= 10000 else 11 if size <= 100000 else 6


class Targets:
    """What the program is to reach, said with the figures."""

    def __init__(self):
        self.lines = []

    def at_most(self, what, limit, value, unit=""):
        if value is None:
            self.lines.append(f"{what:58} not measured")
            return
        verdict = "met" if value <= limit else "NOT MET"
        self.lines.append(f"{what:58} {value:8.2f}{unit:3} (at most {limit:g}{unit})  {verdict}")

    def holds(self, what, value, text):
        verdict = "met" if value else "NOT MET"
        self.lines.append(f"{what:58} {text}  {verdict}")

    def print(self):
        print("\nTargets")
        for line in self.lines:
            print("  " + line)


def ratio(samples, name):
    other = samples.median(name)
    return samples.median(TEXT) / other if other else None


def methods(samples):
    return sorted({look["sockets"]["method"] for look in samples.looks})


def growth(samples, empty):
    """Peak memory in MB above that on the empty host."""
    return (samples.median(TEXT, "rss_kb") - empty.median(TEXT, "rss_kb")) / 1024


def small_targets(targets, samples):
    targets.at_most("healthy host: CPU", 5, samples.median(TEXT), " ms")
    found = methods(samples)
    targets.holds("healthy host: no dump", found == ["counters"],
                  "looked by: " + (", ".join(found) or "not known"))


def time_wait_targets(targets, size, samples, empty):
    name = f"{size:,} TIME_WAIT: "
    if size >= 1000000:
        targets.at_most(name + "x the bare reader", 1.2, ratio(samples, BARE))
        targets.at_most(name + "us CPU each", 0.27,
                        samples.median(TEXT) * 1000 / max(1, samples.sockets()), " us")
        targets.at_most(name + "memory above the empty host", 1,
                        growth(samples, empty) if empty else None, " MB")
    elif size >= 100000:
        targets.at_most(name + "x the bare reader", 1.3, ratio(samples, BARE))
        targets.at_most(name + "x ss -tan", 1 / 4, ratio(samples, SS))
        targets.at_most(name + "x netstat -ant | awk", 1 / 10, ratio(samples, NETSTAT))


def established_targets(targets, size, samples, empty):
    name = f"{size:,} ESTABLISHED: "
    targets.at_most(name + "x the bare reader", 1.2, ratio(samples, BARE))
    targets.at_most(name + "x ss -tan", 1 / 3.5, ratio(samples, SS))
    targets.at_most(name + "memory above the empty host", 1,
                    growth(samples, empty) if empty else None, " MB")


def line_targets(targets, tables):
    """Linear growth: what a socket costs above the empty host may not rise with their number."""
    empty = tables.get(0)
    if empty is None:
        return
    each = {}
    words = []
    for size in sorted(size for size in tables if size >= 10000):
        if "dump" in methods(tables[size]):
            above = tables[size].median(TEXT) - empty.median(TEXT)
            each[size] = above * 1000 / tables[size].sockets()
            words.append(f"{size:,}: {each[size]:.3f}")
        else:
            words.append(f"{size:,}: no dump")
    if len(each) > 1:
        costs = list(each.values())
        targets.holds("linear: us a socket above the empty host", costs[-1] <= 1.25 * costs[0],
                      ", ".join(words))


def show(title, samples):
    if samples.sockets():
        fills = ", ".join(f"{seconds:g}" for seconds in samples.fill_seconds)
        title += f"; filled in {fills} s; tcptune looked by {', '.join(methods(samples))}"
    bench.print_table(title, samples, COMMANDS, BARE)
    return bench.complain(samples)


def run(chosen):
    if chosen.smoke:
        chosen.rounds, chosen.sizes, chosen.established = 1, "0,2000", 2000
    print(bench.machine_line() + "; CPU time (user + system), medians of interleaved runs")
    targets = Targets()
    tables = {}
    bad = False
    for size in [int(word) for word in chosen.sizes.split(",") if word]:
        samples = bench.measure("time-wait", size, chosen.rounds or rounds_for(size), COMMANDS,
                                LOOK)
        if samples.held:
            tables[size] = samples
        bad = show(f"{size:,} TIME_WAIT", samples) or bad
        if size == 0:
            small_targets(targets, samples)
        elif samples.held:
            time_wait_targets(targets, size, samples, tables.get(0))
    if chosen.established:
        samples = bench.measure("established", chosen.established,
                                chosen.rounds or rounds_for(chosen.established), COMMANDS, LOOK)
        bad = show(f"{chosen.established:,} ESTABLISHED, half of them inbound", samples) or bad
        if chosen.established >= 100000 and samples.held:
            established_targets(targets, chosen.established, samples, tables.get(0))
    line_targets(targets, tables)
    if not bad:
        targets.print()
    return 1 if bad else 0

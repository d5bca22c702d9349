# SPDX-License-Identifier: Apache-2.0
"""`tests/bench/run plan`: what `tcptune plan` costs against what one would otherwise type."""
import bench_common as bench

COMMANDS = [
    bench.command("tcptune plan", bench.TCPTUNE, "plan"),
    bench.command("tcptune plan --format=json", bench.TCPTUNE, "plan", "--format=json"),
    bench.command("ss -s", "ss", "-s"),
    bench.command("sysctl -a", "sysctl", "-a"),
    bench.command("ss -tan", "ss", "-tan"),
    bench.command("netstat -ant | awk", "sh", "-c",
                  "netstat -ant | awk '{n[$6]++} END {for (s in n) print s, n[s]}'"),
    bench.command("python3 -c pass", "/usr/bin/python3", "-c", "pass"),
]


def options(parser):
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--sizes", default="0,10000,100000", help="numbers of TIME_WAITs")


def run(chosen):
    if chosen.smoke:
        chosen.rounds, chosen.sizes = 1, "0,2000"
    print(bench.machine_line() + "; CPU time, medians")
    bad = False
    for size in chosen.sizes.split(","):
        samples = bench.measure("time-wait", int(size), chosen.rounds, COMMANDS)
        bench.print_table(f"{samples.sockets():,} TIME_WAITs", samples, COMMANDS, "tcptune plan")
        # sysctl says 1 when a single key cannot be read, as some cannot here.
        samples.costs.pop("sysctl -a", None)
        bad = bench.complain(samples) or bad
    return 1 if bad else 0

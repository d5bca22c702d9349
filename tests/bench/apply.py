#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""`tests/bench/run apply`: what an undoable change of 10 keys costs against `sysctl -p` of them.

Started again as root in namespaces with a system bus of their own (see tests/bus/harness.py).
"""
import json
import os
import shutil
import statistics
import subprocess
import sys

sys.dont_write_bytecode = True
import bench_common as bench  # noqa: E402

BUS = os.path.join(bench.SOURCE, "tests", "bus")
BASE = "sysctl -p"
OLD = {"net.core.somaxconn": "4096", "net.ipv4.tcp_fin_timeout": "60",
       "net.ipv4.tcp_keepalive_time": "7200", "net.ipv4.tcp_keepalive_intvl": "75",
       "net.ipv4.tcp_keepalive_probes": "9", "net.ipv4.tcp_max_syn_backlog": "512",
       "net.ipv4.tcp_syn_retries": "6", "net.ipv4.tcp_retries2": "15",
       "net.ipv4.tcp_slow_start_after_idle": "1", "net.ipv4.tcp_rfc1337": "0"}
NEW = {"net.core.somaxconn": "8192", "net.ipv4.tcp_fin_timeout": "45",
       "net.ipv4.tcp_keepalive_time": "600", "net.ipv4.tcp_keepalive_intvl": "30",
       "net.ipv4.tcp_keepalive_probes": "5", "net.ipv4.tcp_max_syn_backlog": "4096",
       "net.ipv4.tcp_syn_retries": "4", "net.ipv4.tcp_retries2": "10",
       "net.ipv4.tcp_slow_start_after_idle": "0", "net.ipv4.tcp_rfc1337": "1"}
POLICY, PLAN, LINES = "/run/policy.toml", "/run/plan.json", "/run/ten.conf"


def options(parser):
    parser.add_argument("--rounds", type=int, default=25)


def run(chosen):
    if os.geteuid() != 0:
        print("skipped: needs root")
        return 77
    for program in ("dbus-daemon", "sysctl"):
        if not shutil.which(program):
            print(f"skipped: no {program}")
            return 77
    rounds = 2 if chosen.smoke else chosen.rounds
    print(bench.machine_line() + "; medians of interleaved runs")
    sys.stdout.flush()
    address = "unix:path=/run/dbus/system_bus_socket"
    return subprocess.run(
        ["unshare", "--mount", "--pid", "--fork", "--mount-proc", "--net", "--ipc", "--kill-child",
         "/usr/bin/python3", os.path.abspath(__file__), str(rounds)],
        env={**os.environ, "TCPTUNE_SOURCE": bench.SOURCE, "TCPTUNE_BUILD": bench.BUILD,
             "DBUS_SYSTEM_BUS_ADDRESS": address}, check=False).returncode


def cpu_ms(pid):
    """What all threads of a process have had of the processor."""
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/schedstat", encoding="ascii") as file:
            total += int(file.read().split()[0])
    return total / 1e6


class Bench:
    def __init__(self, harness):
        self.harness = harness
        self.scene = harness.Scene()
        self.helper = None
        apply = (bench.TCPTUNE, "apply", "--yes", PLAN)
        # Name, command, whether a helper runs before it.
        self.rows = [
            (BASE, ("sysctl", "-q", "-p", LINES), True),
            ("apply, bus, runtime only", (*apply, "--runtime-only"), True),
            ("apply, bus", apply, True),
            ("apply, bus, helper not running", apply, False),
            ("apply, direct, runtime only", (*apply, "--direct", "--runtime-only"), True),
            ("apply, direct", (*apply, "--direct"), True),
        ]
        self.costs = {name: [] for name, _, _ in self.rows}

    def prepare(self):
        self.reset()
        with open(POLICY, "w", encoding="ascii") as file:
            file.write('schema = 1\nname = "ten"\nsummary = "ten keys"\n')
            for key, value in NEW.items():
                if key in ("net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_rfc1337"):
                    value = "true" if value == "1" else "false"
                file.write(f'[[pin]]\nkey = "{key}"\nvalue = {value}\nreason = "bench"\n')
        with open(LINES, "w", encoding="ascii") as file:
            file.write("".join(f"{key} = {value}\n" for key, value in NEW.items()))
        made = subprocess.run([bench.TCPTUNE, "plan", "--policy", POLICY, "--out", PLAN],
                              capture_output=True, text=True, check=False)
        with open(PLAN, encoding="utf-8") as file:
            planned = {change["key"] for change in json.load(file)["changes"]}
        if planned != set(NEW):
            raise RuntimeError(f"not planned: {set(NEW) - planned}\n{made.stdout}")

    def reset(self):
        for key, value in OLD.items():
            self.harness.set_sysctl(key, value)
        if os.path.exists(self.harness.DROP_IN):
            os.unlink(self.harness.DROP_IN)

    def want_helper(self, wanted):
        if wanted and self.helper is None:
            self.helper = self.harness.Helper().wait_on_bus(self.scene.root)
        if not wanted and self.helper is not None:
            self.helper.kill()
            self.helper = None
            self.harness.wait_until(lambda: not self.scene.root.has_owner(), "the helper is gone")

    def once(self, name, command, wanted):
        self.reset()
        self.want_helper(wanted)
        others = [self.scene.bus.pid] + ([self.helper.pid] if wanted else [])
        before = sum(cpu_ms(pid) for pid in others)
        cost = bench.cost(command)
        if not wanted:
            pid = self.scene.root.helper_pid()
            others.append(pid)
        cost["others_ms"] = sum(cpu_ms(pid) for pid in others) - before
        if not wanted:
            os.kill(pid, 9)
            self.harness.wait_until(lambda: not self.scene.root.has_owner(), "the helper is gone")
        now = {key: self.harness.sysctl(key) for key in NEW}
        if cost["status"] != 0 or now != NEW:
            raise RuntimeError(f"{name}: exit status {cost['status']}, {now}")
        self.costs[name].append(cost)

    def measure(self, rounds):
        for index in range(rounds):
            for row in self.rows if index % 2 == 0 else self.rows[::-1]:
                self.once(*row)

    def report(self):
        print(f"\n{len(NEW)} keys\n{'command':32} {'wall ms':>8} {'CPU ms':>8} "
              f"{'of it others':>13} {'runs':>5} {'x wall':>7} {'x CPU':>7}")

        def medians(name):
            costs = self.costs[name]
            return (statistics.median(cost["wall_ms"] for cost in costs),
                    statistics.median(cost["cpu_ms"] + cost["others_ms"] for cost in costs),
                    statistics.median(cost["others_ms"] for cost in costs))
        wall, cpu, _ = medians(BASE)
        for name, costs in self.costs.items():
            own = medians(name)
            print(f"{name:32} {own[0]:8.1f} {own[1]:8.1f} {own[2]:13.1f} {len(costs):5} "
                  f"{own[0] / wall:6.1f}x {own[1] / cpu:6.1f}x")


def main():
    sys.path.insert(0, BUS)
    try:
        import harness
    except ImportError as missing:
        print(f"skipped: no python3-{missing.name}")
        return 77
    one = Bench(harness)
    one.prepare()
    one.measure(int(sys.argv[1]))
    one.report()
    one.want_helper(False)
    return 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""One filling of one table, in the network namespace that this is started in; see bench_common.

Reads what to do as JSON from standard input, prints one line of JSON for each run of a command.
Ends early when too many of the TIME_WAITs are gone.
"""
import json
import math
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import bench_common as bench  # noqa: E402

# Fewer of the sockets than this would make the size of a table a guess.
STILL_THERE = 0.97
# Towards one address at most this many, so that making them stays below the dear half of the ports.
EACH_DESTINATION = 10000
# Processes that hold connections have a hard limit of descriptors.
EACH_WORKER = 18000


def tell(what, **more):
    print(json.dumps({"what": what, **more}), flush=True)


def sysctl(key, value):
    with open("/proc/sys/net/" + key, "w", encoding="ascii") as file:
        file.write(value)


def prepare():
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    # TIME_WAITs on loopback must stay, and there must be room for all of them.
    sysctl("ipv4/tcp_tw_reuse", "0")
    sysctl("ipv4/tcp_max_tw_buckets", "4000000")
    sysctl("core/somaxconn", "2000000")


def held(kind):
    with open("/proc/net/sockstat", encoding="ascii") as file:
        words = next(line for line in file if line.startswith("TCP:")).split()
    return int(words[words.index("tw" if kind == "time-wait" else "inuse") + 1])


def local_ports():
    with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as file:
        return "-".join(file.read().split())


def fill_time_wait(size):
    destinations = max(1, math.ceil(size / 2 / EACH_DESTINATION))
    subprocess.run([bench.LOAD, "hold-time-wait", "--server-in-process", "--workers", "2",
                    "--count", str(size), "--destinations", str(destinations), "--limit", "170"],
                   check=True, stdout=subprocess.DEVNULL)


def fill_established(size):
    """Both ends are here, so half as many connections; nobody accepts the other end, which so
    needs no descriptor. The process that holds them ends with its standard input."""
    connections = size // 2
    workers = max(1, math.ceil(connections / EACH_WORKER))
    destinations = math.ceil(connections / workers / EACH_DESTINATION)
    holder = subprocess.Popen(
        [bench.LOAD, "hold-established", "--server-in-process", "--never-accept", "--workers",
         str(workers), "--count", str(connections), "--destinations", str(destinations),
         "--until-eof", "--limit", "600"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    ready = holder.stdout.readline()
    if " failed=0 " not in ready:
        raise RuntimeError("not all connections were made: " + ready)
    return holder


def fill(kind, size):
    before = time.monotonic()
    holder = None
    if size and kind == "time-wait":
        fill_time_wait(size)
    elif size:
        holder = fill_established(size)
    tell("filled", seconds=round(time.monotonic() - before, 1))
    return holder


def run_rounds(commands, first, kind, enough):
    """Ends when the table has shrunk; what was measured then is not told."""
    for index in range(first, first + max(one["runs"] for one in commands)):
        for one in commands if index % 2 == 0 else commands[::-1]:
            if one["runs"] == 0:
                continue
            before = held(kind)
            cost = bench.cost(one["argv"])
            if held(kind) < enough:
                return
            one["runs"] -= 1
            tell("cost", name=one["name"], held=before, cost=cost)


def main():
    order = json.load(sys.stdin)
    kind = order["kind"]
    ports = local_ports()
    for one in order["commands"]:
        one["argv"] = [word.replace("{ports}", ports) for word in one["argv"]]
    prepare()
    holder = fill(kind, order["size"])
    enough = order["size"] * STILL_THERE
    if order["look"] and held(kind) >= enough:
        shown = subprocess.run(order["look"], capture_output=True, text=True, check=False)
        if shown.returncode == 0:
            tell("look", document=json.loads(shown.stdout))
    run_rounds(order["commands"], order["first"], kind, enough)
    if holder:
        holder.stdin.close()
        holder.wait()


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: Apache-2.0
"""`tests/bench/run headline`: local ports run out, are diagnosed and cured, end to end.

Two hosts in namespaces, a client that closes first, the kernel's own settings; then the same with
the values that `tcptune plan` proposes. And a real nginx before a real nginx, without and with
upstream `keepalive`.
"""
import argparse
import json
import os
import subprocess
import sys
import time

import bench_common as bench
import nginx
import two_hosts

PORT = 9000
SMALL_RANGE = "32768 34767"
HEAD = (f"{'client closes first':24} {'ok /s':>8} {'errors':>8} {'p50 us':>8} {'p99 us':>8} "
        f"{'TIME_WAIT':>10} {'TWRecycled':>11}")


def options(parser):
    parser.add_argument("--seconds", type=int, default=120,
                        help="of each run of the client; two whole periods of TIME_WAIT")
    parser.add_argument("--rate", type=int, default=2000, help="connections a second offered")
    parser.add_argument("--nginx-seconds", type=int, default=75)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)


def usable_ports():
    low, high = two_hosts.read_sysctl("net.ipv4.ip_local_port_range").split()
    return int(high) - int(low) + 1


def row(name, counted):
    times = counted["connect_us"]
    return (f"{name:24} {counted['per_s']:8,.1f} {counted['failed']:8,} {times['p50']:8,.0f} "
            f"{times['p99']:8,.0f} {counted['most_time_waits']:10,} {counted['recycled']:11,}")


def show_diagnosis(when):
    """The findings and the first cures, as a person would read them."""
    shown = two_hosts.run(bench.TCPTUNE, "diagnose", "--format=json", check=False)
    if shown.returncode != 0:
        raise RuntimeError(f"tcptune diagnose {when}: {shown.returncode} {shown.stderr}")
    document = json.loads(shown.stdout)
    print(f"\ntcptune diagnose {when}")
    for one in document["destinations"][:2]:
        print(f"  {one['local_address']} -> {one['remote_address']}:{one['remote_port']}  "
              f"{one['stage']}  {one['ports_in_use']:,} of {one['usable_ports']:,} ports")
        if one["owners"]:
            print("    by " + ", ".join(f"{owner['command']} (pid {owner['pid']})"
                                        for owner in one["owners"]))
    for finding in document["findings"]:
        names = ", ".join(subject["name"] for subject in finding["subjects"])
        print(f"  {finding['severity']:8} {finding['id']}  {names}")
    for advice in document["advice"][:3]:
        print(f"  {advice['remedy']:11} {advice['title']}")
    for step in document["steps"]:
        print(f"  sysctl      {step['key']} {step['before']} -> {step['after']}")
    sys.stdout.flush()


def watch(running, count, moments):
    """Calls each of `moments` (how many, what to do) once, when `count` gives so many."""
    while running() and moments:
        if count() >= moments[0][0]:
            moments.pop(0)[1]()
        time.sleep(0.5)


def client_run(chosen, moments=()):
    client = two_hosts.Client(bench.LOAD, PORT, chosen.rate, chosen.seconds)
    try:
        watch(client.running, two_hosts.time_waits, list(moments))
        return client.result()
    finally:
        client.close()


def exhaustion(chosen):
    """Undoes what it has set: what was planned for this client is not to help the proxy."""
    usable = usable_ports()
    plans = []
    moments = [
        (usable * 6 // 10, lambda: show_diagnosis("past half of the ports")),
        (usable - 2, lambda: (show_diagnosis("with every port taken"),
                              plans.append(two_hosts.ask(bench.TCPTUNE, "plan")))),
    ]
    before = client_run(chosen, moments)
    if not plans:
        plans.append(two_hosts.ask(bench.TCPTUNE, "plan"))
    kept = {change["key"]: two_hosts.read_sysctl(change["key"]) for change in plans[0]["changes"]}
    settings = two_hosts.apply_plan(plans[0])
    print("\nset, as tcptune plan proposes: " + ("; ".join(settings) or "nothing"))
    after = client_run(chosen)
    show_diagnosis("after it")
    for key, value in kept.items():
        two_hosts.write_sysctl(key, value)
    print(f"\n{HEAD}\n{row('kernel defaults', before)}\n{row('as planned', after)}")
    sys.stdout.flush()


def proxies(chosen, peer):
    if not nginx.program():
        print("\nskipped: nginx is not installed")
        return
    seconds = chosen.nginx_seconds
    before = min(15, seconds // 3)
    upstream = nginx.start_upstream(peer, 4 * seconds + 120)

    def diagnosed(driver, proxy):
        watch(lambda: driver.poll() is None, proxy.failures,
              [(1, lambda: show_diagnosis("while nginx answers 502"))])

    try:
        without = nginx.measure(seconds, before, nginx.PLAIN_PORT, meanwhile=diagnosed)
        kept = nginx.measure(max(4, seconds * 2 // 5), min(5, before), nginx.KEPT_PORT,
                             keepalive="keepalive 64;")
    finally:
        upstream.close()
    print(f"\n{nginx.HEAD}\n{nginx.row('no upstream keepalive', without)}\n"
          f"{nginx.row('keepalive 64', kept)}")


def inside(chosen):
    print(bench.machine_line())
    print(f"{chosen.rate:,} connections/s offered for {chosen.seconds} s, over a veth")
    peer = two_hosts.Peer(2 * chosen.seconds + 5 * chosen.nginx_seconds + 200)
    try:
        if chosen.smoke:
            two_hosts.write_sysctl("net.ipv4.ip_local_port_range", SMALL_RANGE)
        peer.serve(bench.LOAD, PORT)
        exhaustion(chosen)
        proxies(chosen, peer)
    finally:
        peer.close()
    return 0


def run(chosen):
    if chosen.smoke:
        chosen.seconds, chosen.rate, chosen.nginx_seconds = 6, 800, 6
    if chosen.inside:
        return inside(chosen)
    again = [sys.executable, os.path.join(bench.HERE, "run"), "headline", "--inside", "--seconds",
             str(chosen.seconds), "--rate", str(chosen.rate), "--nginx-seconds",
             str(chosen.nginx_seconds), *(["--smoke"] if chosen.smoke else [])]
    return subprocess.run(["unshare", "-Urn", *again], check=False).returncode

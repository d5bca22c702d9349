# SPDX-License-Identifier: Apache-2.0
"""`tests/bench/run lint`: 10,000 files of sysctl.conf(5) lines, beside what one would otherwise
type to look for the same keys, and how the time grows with what there is to read."""
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile

import bench_common as bench

LINES = 100
# A file of settings that people write, most of them harmless.
CORE = {"net.ipv4.tcp_tw_reuse": ("1", "2", "0"), "net.ipv4.tcp_fin_timeout": ("60", "30", "15"),
        "net.ipv4.tcp_tw_recycle": ("0", "1"), "net.ipv4.tcp_timestamps": ("1", "0"),
        "net.ipv4.tcp_max_tw_buckets": ("262144", "1440000", "6000"),
        "net.ipv4.tcp_syncookies": ("1",), "net.ipv4.tcp_max_syn_backlog": ("4096", "8192"),
        "net.ipv4.tcp_keepalive_time": ("7200", "600"), "net.core.somaxconn": ("4096", "65535"),
        "net.ipv4.ip_local_port_range": ("32768 60999", "10000 65001", "1024 65535"),
        "net.ipv4.tcp_rmem": ("4096 87380 16777216",), "net.core.rmem_max": ("16777216",),
        "net.core.wmem_max": ("16777216",), "net.core.netdev_max_backlog": ("5000",),
        "kernel.sysrq": ("0", "1"), "kernel.pid_max": ("65536",), "fs.file-max": ("2097152",),
        "vm.swappiness": ("1", "10", "60"), "vm.max_map_count": ("262144",),
        "vm.overcommit_memory": ("1",), "kernel.panic": ("10",), "fs.suid_dumpable": ("0",)}
INTERFACES = ("all", "default", "lo", "eth0", "eth1", "eth2", "bond0", "docker0")
FLAGS = ("rp_filter", "accept_redirects", "send_redirects", "secure_redirects", "log_martians",
         "accept_source_route", "arp_ignore", "arp_announce")
SETTINGS = {**CORE, **{f"net.ipv4.conf.{name}.{flag}": ("0", "1")
                       for name in INTERFACES for flag in FLAGS},
            **{f"net.ipv6.conf.{name}.{flag}": ("0", "1")
               for name in INTERFACES for flag in ("disable_ipv6", "accept_ra", "autoconf")}}
REMARKS = ("# hardening, see the wiki", "# Increase the port range",
           "# tuned by the web team after the outage in May",
           "; do not change without asking", "", "", "# net.ipv4.tcp_sack = 1",
           "# protects against SYN floods", "# more room for bursts of packets from the network")
# The keys that people look for by hand.
WANTED = "tcp_tw_recycle|tcp_tw_reuse|tcp_fin_timeout|tcp_max_tw_buckets|ip_local_port_range"
AWK = ("awk -F= '!/^[ \\t]*([#;]|$)/ {gsub(/[ \\t]/, \"\", $1); n[$1]++} "
       "END {for (k in n) print k, n[k]}'")
PYTHON = """
import os, sys
found = {}
for name in sorted(os.listdir(sys.argv[1])):
    with open(os.path.join(sys.argv[1], name)) as file:
        for number, line in enumerate(file, 1):
            line = line.strip()
            if line and line[0] not in "#;" and "=" in line:
                key, value = line.split("=", 1)
                found.setdefault(key.strip(), []).append((name, number, value.strip()))
for key, lines in sorted(found.items()):
    print(key, len(lines), lines[-1])
"""


def text(seed, lines):
    """Seven of ten lines set something, each of them something else."""
    rng = random.Random(seed)
    keys = iter(rng.sample(sorted(SETTINGS), lines * 7 // 10))
    rows = []
    for number in range(lines):
        key = next(keys, None) if number * 7 % 10 < 7 else None
        if key is None:
            rows.append(rng.choice(REMARKS))
            continue
        name = key.replace(".", "/") if rng.random() < 0.1 else key
        rows.append(name + rng.choice((" = ", " = ", "=", "\t=\t")) + rng.choice(SETTINGS[key]))
    return "\n".join(rows) + "\n"


def make_files(directory, first, last):
    os.makedirs(directory, exist_ok=True)
    for number in range(first, last):
        with open(f"{directory}/{number:05}.conf", "w", encoding="ascii") as file:
            file.write(f"# role {number}\n" + text(number, LINES - 1))


def megabytes(path):
    if os.path.isfile(path):
        return os.stat(path).st_size / 1e6
    return sum(entry.stat().st_size for entry in os.scandir(path)) / 1e6


def commands(root):
    directory, found = root + "/etc/sysctl.d", root + "/found"
    every = f"find {directory} -type f -print0 | xargs -0"
    return [
        bench.command("tcptune lint", bench.TCPTUNE, "lint", "--fail-on=never", directory),
        bench.command("tcptune lint --format=json", bench.TCPTUNE, "lint", "--fail-on=never",
                      "--format=json", directory),
        bench.command("cat", "sh", "-c", f"{every} cat"),
        # Not to /dev/null: grep notices that and stops at the first match of each file.
        bench.command("grep, five keys", "sh", "-c", f"grep -rnE '{WANTED}' {directory} >{found}"),
        bench.command("grep, every setting", "sh", "-c",
                      f"grep -rnE '^[^#;]*=' {directory} >{found}"),
        bench.command("awk", "sh", "-c", f"{every} {AWK}"),
        bench.command("python3, 10 lines", "/usr/bin/python3", "-c", PYTHON, directory),
        bench.command("systemd-analyze cat-config", "systemd-analyze", "--no-pager",
                      "--root=" + root, "cat-config", "sysctl.d"),
        bench.command("augtool", "augtool", "--noautoload", "--root=" + root,
                      "--transform=Sysctl.lns incl /etc/sysctl.d/*.conf", "match", "/files//*",
                      slow=True),
    ]


def costs(chosen_commands, rounds):
    """Interleaved, forwards and backwards in turn."""
    found = {one["name"]: [] for one in chosen_commands}
    for number in range(rounds):
        for one in chosen_commands if number % 2 == 0 else reversed(chosen_commands):
            if not (one["slow"] and number % 3):
                found[one["name"]].append(bench.cost(one["argv"]))
    return found


def middle(samples, what="cpu_ms"):
    return statistics.median(one[what] for one in samples)


def failures(found):
    bad = {name: samples[0]["status"] for name, samples in found.items()
           if any(one["status"] for one in samples)}
    for name, status in bad.items():
        print(f"{name} FAILED with exit status {status}: its figure means nothing")
    return bool(bad)


def found_line(path):
    """What lint itself counts: "3 errors, 2 warnings in 20 files"."""
    done = subprocess.run([bench.TCPTUNE, "lint", "--fail-on=never", path], capture_output=True,
                          text=True, check=False)
    return next((line.split(", judged")[0] for line in reversed(done.stdout.splitlines())
                 if ", judged" in line), "nothing to judge")


def compare(root, files, rounds):
    there = [one for one in commands(root) if shutil.which(one["argv"][0])]
    absent = [one["name"] for one in commands(root) if not shutil.which(one["argv"][0])]
    size = megabytes(root + "/etc/sysctl.d")
    found = costs(there, rounds)
    ours = middle(found["tcptune lint"])
    print(f"\n{files:,} files of {LINES} lines, {size:.1f} MB; lint says: "
          + found_line(root + "/etc/sysctl.d"))
    print(f"{'command':28} {'CPU ms':>9} {'wall ms':>9} {'MB/s':>8} {'RSS MB':>7} {'runs':>5} "
          f"{'lint is x as long':>18}")
    for name, samples in found.items():
        cpu = middle(samples)
        print(f"{name:28} {cpu:9.1f} {middle(samples, 'wall_ms'):9.1f} {size / cpu * 1e3:8.1f} "
              f"{middle(samples, 'rss_kb') / 1024:7.1f} {len(samples):5} {ours / cpu:17.1f}x")
    for name in absent:
        print(f"{name:28} not installed")
    sys.stdout.flush()
    return failures(found)


def growth(title, paths, rounds):
    """The same for more and more: time for a megabyte must stay what it is."""
    found = costs([bench.command(name, bench.TCPTUNE, "lint", "--fail-on=never", path)
                   for name, path in paths], rounds)
    print(f"\n{title}")
    print(f"{'what':>14} {'MB':>7} {'CPU ms':>9} {'ms/MB':>8} {'RSS MB':>7} {'RSS/MB':>7}")
    for name, path in paths:
        size, samples = megabytes(path), found[name]
        memory = middle(samples, "rss_kb") / 1024
        print(f"{name:>14} {size:7.2f} {middle(samples):9.1f} {middle(samples) / size:8.2f} "
              f"{memory:7.1f} {memory / size:7.2f}")
    sys.stdout.flush()
    return failures(found)


def options(parser):
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--files", default="1000,2500,5000,10000", help="numbers of files")
    parser.add_argument("--megabytes", default="1,2,4,8", help="sizes of a single file")


def run(chosen):
    if chosen.smoke:
        chosen.rounds, chosen.files, chosen.megabytes = 1, "20,50", "0.05,0.1"
    print(bench.machine_line() + "; CPU time (user + system), medians of interleaved runs")
    with tempfile.TemporaryDirectory(prefix="tcptune-bench-") as root:
        counts = sorted(int(count) for count in chosen.files.split(","))
        directories = []
        for count in counts:
            # The largest lies where programs that read a whole system look for it.
            place = root if count == counts[-1] else f"{root}/{count}"
            directory = place + "/etc/sysctl.d"
            make_files(directory, 0, count)
            directories.append((f"{count:,} files", directory))
        bad = compare(root, counts[-1], chosen.rounds)
        bad = growth("more files", directories, chosen.rounds) or bad
        singles = []
        for size in chosen.megabytes.split(","):
            path = f"{root}/{size}.conf"
            with open(path, "w", encoding="ascii") as file:
                while file.tell() < float(size) * 1e6:
                    file.write(text(f"single {file.tell()}", LINES))
            singles.append((f"{size} MB", path))
        return 1 if growth("one file", singles, chosen.rounds) or bad else 0

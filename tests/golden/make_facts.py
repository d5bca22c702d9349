#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Writes facts/*.json: hosts that the golden and CLI tests look at.

Each is what `tcptune facts` saves of such a host, made by hand so that its numbers are round.
Run it after adding a host; the files are tracked.
"""
import copy
import json
import os

HERE = os.path.dirname(os.path.abspath(__file__))
ABSENT = {"unknown": "no such file: this kernel or this network namespace has no such key"}
UNSET = {"unknown": "no configuration file sets it"}
DENIED = {"unknown": "permission denied: sock_diag"}
STATES = ("established", "time_wait", "close_wait", "syn_sent")

SYSCTLS = {
    "fs.file-max": 2466170, "fs.nr_open": 1048576, "net.core.netdev_max_backlog": 1000,
    "net.core.somaxconn": 4096, "net.ipv4.ip_autobind_reuse": False, "net.ipv4.ip_forward": 0,
    "net.ipv4.ip_local_port_range": [32768, 60999], "net.ipv4.ip_local_reserved_ports": [],
    "net.ipv4.ip_unprivileged_port_start": 1024, "net.ipv4.tcp_abort_on_overflow": False,
    "net.ipv4.tcp_child_ehash_entries": 0, "net.ipv4.tcp_ehash_entries": 262144,
    "net.ipv4.tcp_fin_timeout": 60, "net.ipv4.tcp_keepalive_intvl": 75,
    "net.ipv4.tcp_keepalive_probes": 9, "net.ipv4.tcp_keepalive_time": 7200,
    "net.ipv4.tcp_max_orphans": 131072, "net.ipv4.tcp_max_syn_backlog": 2048,
    "net.ipv4.tcp_max_tw_buckets": 131072, "net.ipv4.tcp_orphan_retries": 0,
    "net.ipv4.tcp_retries2": 15, "net.ipv4.tcp_rfc1337": False,
    "net.ipv4.tcp_slow_start_after_idle": True, "net.ipv4.tcp_syn_retries": 6,
    "net.ipv4.tcp_syncookies": 1, "net.ipv4.tcp_timestamps": 1,
    "net.ipv4.tcp_tw_recycle": ABSENT, "net.ipv4.tcp_tw_reuse": 2,
    "net.ipv4.tcp_tw_reuse_delay": 1000, "net.netfilter.nf_conntrack_buckets": ABSENT,
    "net.netfilter.nf_conntrack_max": ABSENT,
    "net.netfilter.nf_conntrack_tcp_timeout_established": ABSENT,
    "net.netfilter.nf_conntrack_tcp_timeout_time_wait": ABSENT,
}
COUNTERS = """Tcp.ActiveOpens Tcp.AttemptFails Tcp.EstabResets Tcp.InErrs Tcp.OutRsts Tcp.OutSegs
Tcp.PassiveOpens Tcp.RetransSegs TcpExt.EmbryonicRsts TcpExt.ListenDrops TcpExt.ListenOverflows
TcpExt.PAWSActive TcpExt.PAWSEstab TcpExt.PAWSOldAck TcpExt.PAWSTimewait TcpExt.SyncookiesFailed
TcpExt.SyncookiesRecv TcpExt.SyncookiesSent TcpExt.TCPAbortOnClose TcpExt.TCPAbortOnLinger
TcpExt.TCPAbortOnMemory TcpExt.TCPBacklogDrop TcpExt.TCPReqQFullDoCookies
TcpExt.TCPReqQFullDrop TcpExt.TCPRetransFail TcpExt.TCPSynRetrans TcpExt.TCPTimeWaitOverflow
TcpExt.TCPTimeouts TcpExt.TW TcpExt.TWKilled TcpExt.TWRecycled softnet.dropped
softnet.time_squeeze""".split()


def idle():
    """Few sockets: the counters prove that no dump is needed."""
    values = {"config." + key: UNSET for key in SYSCTLS}
    values.update({"sysctl." + key: value for key, value in SYSCTLS.items()})
    values.update({
        "conntrack.count": {"unknown": "no such file: conntrack is not loaded"},
        "file.open": 973, "host.cpus": 2, "host.memory_bytes": 25276502016,
        "kernel.release": "6.18.44", "kernel.version": {"version": "6.18.44"},
        "netns.initial": True, "netns.others": 0, "socket.method": "counters",
        "socket.tcp.alloc": 12, "socket.tcp.bound_only": {"at_most": 12},
        "socket.tcp.fin_wait2": {"at_most": 12}, "socket.tcp.inuse": 9,
        "socket.tcp.listen_ports": [22, 443], "socket.tcp.mem_pages": 2,
        "socket.tcp.orphans": 0, "socket.tcp.time_wait_outbound": {"at_most": 3},
        "socket.tcp.time_wait_total": 3, "socket.udp.ports": [68],
        # What a diagnosis looks at besides.
        "file.limit": 2466170, "port.pool_in_use": {"at_most": 15},
        "port.pool_shared": {"at_most": 15}, "socket.listeners_full": 0,
        "socket.tcp.close_wait": 0, "socket.tcp.established": 7, "socket.tcp.syn_received": 0,
        "socket.tcp.time_wait": 3, "socket.tcp.time_wait_inbound": {"at_most": 3},
    })
    return {
        "format_version": "1.0", "kind": "facts",
        "host": {"hostname": "proxy-1", "kernel_release": "6.18.44",
                 "boot_id": "2f1c7a4e-9d35-4b0a-8c1e-5a7d3e9b6f02", "netns": "cookie:1",
                 "netns_initial": True, "other_netns": 0},
        "values": values,
        "counters": {name: {"first": 0} for name in COUNTERS},
        "window_s": 0.0, "configured": [],
        "sockets": {"method": "counters", "destinations": [], "more_destinations": 0,
                    "listen_ports": [22, 443], "bound_only_ports": [], "udp_ports": [68]},
        "sources": [{"name": name, "status": "ok", "detail": ""}
                    for name in ("/proc/sys", "/proc/net/netstat", "/proc/net/snmp",
                                 "/proc/net/sockstat", "sock_diag")],
        "namespaces": [],
    }


def set_sysctls(facts, **values):
    for name, value in values.items():
        facts["values"]["sysctl.net.ipv4." + name] = value


def destination(local, remote, port, **counts):
    held = sum(counts.get(state, 0) for state in STATES)
    closed = counts.get("time_wait", 0)
    return {"local_address": local, "remote_address": remote, "remote_port": port,
            "states": {state: counts[state] for state in STATES if counts.get(state)},
            "even_ports": min(held, 14116), "closed_last_1s": closed // 60,
            "closed_last_10s": closed // 6, "loopback": False}


def with_destinations(facts, *destinations):
    sockets, values = facts["sockets"], facts["values"]
    sockets["method"] = values["socket.method"] = "dump"
    sockets["destinations"] = list(destinations)
    closed = sum(d["states"].get("time_wait", 0) for d in destinations)
    live = sum(sum(d["states"].values()) for d in destinations) - closed
    values.update({"socket.tcp.alloc": 12 + live, "socket.tcp.inuse": 9 + live,
                   "socket.tcp.bound_only": 0, "socket.tcp.fin_wait2": 0,
                   "socket.tcp.time_wait_outbound": closed,
                   "socket.tcp.time_wait": closed, "socket.tcp.time_wait_inbound": 0,
                   "port.pool_in_use": max(sum(d["states"].values()) for d in destinations),
                   "port.pool_shared": 0, "socket.tcp.established": live,
                   "socket.tcp.time_wait_total": closed})
    sockets["by_state"] = {"ESTABLISHED": live, "LISTEN": 2, "TIME_WAIT": closed}
    facts["counters"]["Tcp.ActiveOpens"]["first"] = closed + live
    facts["counters"]["TcpExt.TW"]["first"] = closed
    return facts


def churn():
    facts = with_destinations(idle(), destination("10.9.0.1", "10.9.0.2", 7777, time_wait=20000))
    facts["host"]["other_netns"] = facts["values"]["netns.others"] = 2
    return facts


def owner(facts, destination, pid, command, live, unit=""):
    """Puts a process behind a destination; most of whose ports may be TIME_WAITs."""
    gone = destination["states"].get("time_wait", 0)
    destination["owners"] = [{"pid": pid, "sockets": live, "inferred": gone > live}]
    facts["sockets"].setdefault("processes", []).append(
        {"pid": pid, "command": command, "unit": unit, "container": "", "open_files": 120,
         "open_files_limit": 1024, "close_wait": 0, "bound_only": 0})


def trouble():
    """A proxy whose clients close first, a queue that nobody empties and a leak, all at once."""
    facts = with_destinations(
        idle(), destination("10.0.0.5", "10.0.3.7", 5432, established=2, time_wait=28230),
        destination("10.0.0.5", "10.0.3.8", 6379, established=4000, time_wait=11000),
        destination("10.0.0.5", "10.0.3.9", 80, established=40))
    first, second, _ = facts["sockets"]["destinations"]
    owner(facts, first, 812, "php-fpm8.2", 2, "php8.2-fpm.service")
    owner(facts, second, 4711, "java", 4000)
    facts["sockets"]["processes"][1]["close_wait"] = 512
    facts["sockets"]["listeners"] = [
        {"address": "0.0.0.0", "port": 443, "queue": 513, "backlog": 512, "syn_received": 0,
         "owners": [{"pid": 4711, "sockets": 1, "inferred": False}]},
        {"address": "0.0.0.0", "port": 22, "queue": 0, "backlog": 128, "syn_received": 0}]
    facts["values"].update({"socket.listeners_full": 1, "socket.tcp.close_wait": 512})
    facts["sockets"]["by_state"]["CLOSE_WAIT"] = 512
    return facts


def on_kernel(release, **sysctls):
    facts = churn()
    number = ".".join(release.split("-")[0].split(".")[:3])
    facts["host"]["kernel_release"] = facts["values"]["kernel.release"] = release
    facts["values"]["kernel.version"] = {"version": number}
    absent = {"tcp_tw_reuse_delay": ABSENT}
    set_sysctls(facts, **{**absent, **sysctls})
    return facts


def hosts():
    yield "idle", idle()
    yield "churn", churn()

    facts = churn()
    set_sysctls(facts, tcp_timestamps=0)
    yield "no-timestamps", facts

    facts = idle()
    facts["sockets"].update(method="none", listen_ports=[], udp_ports=[])
    facts["values"].update({"socket.method": "none", "socket.tcp.time_wait_total": 20000})
    for name in ("bound_only", "fin_wait2", "listen_ports", "time_wait_outbound"):
        facts["values"]["socket.tcp." + name] = DENIED
    facts["values"]["socket.udp.ports"] = DENIED
    facts["sources"][-1].update(status="denied", detail="permission denied")
    yield "denied", facts

    facts = churn()
    lines = [("net.ipv4.tcp_tw_reuse", "0", "/etc/sysctl.d/99-old.conf", 3),
             ("net.ipv4.tcp_tw_recycle", "1", "/etc/sysctl.d/99-old.conf", 4),
             ("net.ipv4.tcp_fin_timeout", "15", "/usr/lib/sysctl.d/50-vendor.conf", 9)]
    for key, value, file, line in lines:
        facts["configured"].append({"key": key, "value": value, "file": file, "line": line,
                                    "winner": True})
        facts["values"]["config." + key] = bool(int(value)) if key.endswith("recycle") \
            else int(value)
    yield "configured", facts

    yield "exhausted", with_destinations(
        idle(),
        destination("10.0.0.5", "10.0.3.7", 5432, established=28000, time_wait=232),
        destination("2001:db8:1234:5678:9abc:def0:1234:5678",
                    "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", 443, time_wait=15000),
        destination("10.0.0.5", "10.0.3.8", 80, established=12))

    old = {"ip_autobind_reuse": ABSENT, "tcp_ehash_entries": ABSENT,
           "tcp_child_ehash_entries": ABSENT}
    facts = on_kernel("3.10.0-1160.el7.x86_64", tcp_tw_reuse=0, tcp_tw_recycle=True,
                      ip_unprivileged_port_start=ABSENT, tcp_max_tw_buckets=262144, **old)
    facts["values"]["sysctl.net.core.somaxconn"] = 128
    yield "kernel-3.10", facts
    facts = on_kernel("4.19.0-27-amd64", tcp_tw_reuse=2, **old)
    facts["values"]["sysctl.net.core.somaxconn"] = 128
    yield "kernel-4.19", facts
    yield "kernel-5.10", on_kernel("5.10.0-33-amd64", tcp_ehash_entries=ABSENT,
                                   tcp_child_ehash_entries=ABSENT)
    yield "kernel-6.1", on_kernel("6.1.0-50-amd64", tcp_max_tw_buckets=-1)

    yield "trouble", trouble()

    facts = copy.deepcopy(trouble())
    evil = "\x1b[31mroot@host\x07 <img src=x> | `id` \u202e" + "x" * 200
    facts["host"].update(hostname=evil, kernel_release=evil, netns=evil)
    facts["configured"].append({"key": "net.ipv4.tcp_tw_reuse", "value": evil, "file": evil,
                                "line": 1, "winner": True})
    for process in facts["sockets"]["processes"]:
        process.update(command=evil, unit=evil, container=evil)
    facts["sockets"]["by_state"][evil] = 1
    facts["sockets"]["owners_unknown"] = evil
    yield "hostile", facts


def one_line_each(facts):
    """As tcptune writes: large members have a line for each entry."""
    parts = []
    for name, value in facts.items():
        if name in ("values", "counters"):
            inner = ",\n".join(f"    {json.dumps(key)}: {json.dumps(value[key])}"
                               for key in sorted(value))
            parts.append(f'  "{name}": {{\n{inner}\n  }}')
        else:
            parts.append(f"  {json.dumps(name)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


for host, content in hosts():
    with open(os.path.join(HERE, "facts", host + ".json"), "w", encoding="utf-8") as out:
        out.write(one_line_each(content))

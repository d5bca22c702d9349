# SPDX-License-Identifier: Apache-2.0
"""Random trees of sysctl.d files, from a grammar of its own that shares nothing with the parsers of
tcptune. A tree is a dictionary: path below the root -> ("file", bytes), ("link", target) or
("dir",). The same seed gives the same tree."""
import os
import random

MAIN = "etc/sysctl.conf"
CREDENTIAL = "run/credentials/systemd-sysctl.service/sysctl.extra"
DIRECTORIES = ("etc/sysctl.d", "run/sysctl.d", "usr/local/lib/sysctl.d", "usr/lib/sysctl.d")
LONGEST_SHOWN = 400
# Places that no loader lists, for links to lead to.
ELSEWHERE = ("etc/other", "run/other", "usr/local/lib/other")

NAMES = ["10-first.conf", "50-default.conf", "60-net.conf", "60-net.conf", "90-app.conf",
         "99-sysctl.conf", "99-zz.conf", "zz-last.conf", "99-SYSCTL.conf", "9.conf", "100-big.conf"]
ODD_NAMES = [".hidden.conf", ".conf", "README", "60-net.conf~", "60-net.conf.bak", "60-net.CONF",
             "60-net.conf.dpkg-old", "a b.conf", "é.conf", "60-n[e]t.conf", "60-{net,x}.conf",
             "*.conf", "99-.conf.conf", "lost+found", "conf", "-x.conf", "~.conf", "aquota.user",
             "x.rpmnew", "60-net.conf.conf", "?0-net.conf", "a\\b.conf", "10-first.conf "]

BYTE = ("0", "1", "2", "1", "0", "3", "7", "255", "256", "-1", "01", "0x1", "1 2", "yes")
SECONDS = ("10", "30", "45", "60", "61", "300", "010", "0x1e", "-5", "0", "2147483", "9999999999")
COUNT = ("0", "1", "5", "15", "128", "300", "010", "-1", "2147483647", "2147483648", "5,6")
RANGES = ("1024 65535", "40000 50000", "10000\t65000", "2048", "40000 30000", "80 65535", "0 0",
          "30000 30000", "20000 60999 7", "20000-60999", "15000 ", "1 65535", "70000 80000",
          "32768 60999", "40000")
START = ("0", "80", "1024", "40000", "443", "10000", "32768", "60999", "65535", "65536", "-1")
PORTS = ("8080", "8080,9000-9010", "8082,8081,8080", "8080, 9000", "9010-9000", "", "0", "65536",
         "1-65535", "8080,", "8080 9000", "30000-30010,40000")
KEYS = {
    "net.core.somaxconn": COUNT,
    "net.ipv4.ip_autobind_reuse": BYTE,
    "net.ipv4.ip_forward": BYTE,
    "net.ipv4.ip_local_port_range": RANGES,
    "net.ipv4.ip_local_reserved_ports": PORTS,
    "net.ipv4.ip_unprivileged_port_start": START,
    "net.ipv4.tcp_abort_on_overflow": BYTE,
    "net.ipv4.tcp_fin_timeout": SECONDS,
    "net.ipv4.tcp_keepalive_intvl": SECONDS,
    "net.ipv4.tcp_keepalive_probes": BYTE,
    "net.ipv4.tcp_keepalive_time": SECONDS,
    "net.ipv4.tcp_max_syn_backlog": COUNT,
    "net.ipv4.tcp_max_tw_buckets": COUNT,
    "net.ipv4.tcp_orphan_retries": BYTE,
    "net.ipv4.tcp_retries2": BYTE,
    "net.ipv4.tcp_rfc1337": BYTE,
    "net.ipv4.tcp_slow_start_after_idle": BYTE,
    "net.ipv4.tcp_syn_retries": BYTE,
    "net.ipv4.tcp_syncookies": BYTE,
    "net.ipv4.tcp_timestamps": BYTE,
    "net.ipv4.tcp_tw_reuse": BYTE,
}
# Not on every kernel, or of no catalog: lines that are in the way and decide nothing.
STRANGERS = ("net.ipv4.tcp_tw_recycle", "net.ipv4.tcp_no_such_key", "net.ipv4", "nokey",
             "net.ipv4.tcp_sack", "net.ipv4.tcp_tw_reuse.x", "net.ipv4.tcp_ehash_entries")
GROUPS = (("tcp_keepalive_intvl", "tcp_keepalive_probes", "tcp_keepalive_time"),
          ("tcp_syn_retries", "tcp_syncookies"),
          ("tcp_max_syn_backlog", "tcp_max_tw_buckets"),
          ("tcp_fin_timeout", "tcp_tw_reuse", "tcp_timestamps"),
          ("ip_local_port_range", "ip_unprivileged_port_start", "ip_local_reserved_ports"))
SPACES = ("", "", "", " ", " ", "\t", "  ", " \t ", "\v", "\f", "\u00a0", "\r")
SIGNS = ("=",) * 30 + ("==", "= =", ":", ":=", "", "=\t=", "\n=")
COMMENTS = ("# a remark", "; a remark", "#", " # indented = 1", "#=", "# net.ipv4.tcp_tw_reuse = 1",
            "#net/ipv4/tcp_fin_timeout=5", ";net.ipv4.tcp_rfc1337=1", "\t;x", "//", "#\rx")
NOISE = ("=", "= 1", "==", "-", "- = 1", "--", "x", "no assignment here", ".", "/", "./=1", "*=1",
         "[section]", "net.ipv4.tcp_tw_reuse 1", "net.ipv4.tcp_tw_reuse: 1", "x=\x00y", "\ufeff",
         "echo 1 > /proc/sys/net/ipv4/tcp_tw_reuse", "-=", "key = value = more", "\\", "%{x}",
         "~=1", "sysctl -w net.ipv4.tcp_tw_reuse=1", "../net/ipv4/tcp_tw_reuse=1")
ENDS = ("\n",) * 30 + ("\r\n",) * 3 + ("\r", "\n\r", "\0", "\r\n\0", "\n\0", "\n\n", "\r\r\n")


def rarely(rng, share):
    return rng.random() < share


def oddly(rng, share):
    """For what hardly anybody writes: four times as often in a tree that is odd as a whole."""
    return rng.random() < (4 * share if rng.odd else share)


class Chance(random.Random):
    def __init__(self, seed):
        super().__init__(seed)
        self.odd = self.random() < 0.25


def spelled(rng, key):
    """One of the ways to write a name; some of them are other names."""
    way = 1 - rng.random() * (0.3 if oddly(rng, 0.2) else 1)
    if way < 0.55:
        return key
    if way < 0.75:
        return key.replace(".", "/")
    parts = key.split(".")
    if way < 0.86:
        return "".join(part + rng.choice("./") for part in parts[:-1]) + parts[-1]
    if way < 0.91 and len(parts) > 1:
        spot = rng.randrange(1, len(parts))
        return ".".join(parts[:spot]) + rng.choice(("..", "//", "./", "/.", "/./")) + \
            rng.choice("./").join(parts[spot:])
    if way < 0.94:
        return rng.choice((".", "/", "//", "./", "../", "/proc/sys/")) + key.replace(
            ".", rng.choice("./"))
    if way < 0.96:
        return key + rng.choice((".", "/", "//", "/.", "\u200b", "\t", " x"))
    return rng.choice((key.upper(), key.replace("net", "net ", 1), "\u200b" + key, "'" + key + "'",
                       key.replace("ipv4", "ipv4/../ipv4"), key.replace(".", "/./"),
                       key.replace(".", "\\.")))


def pattern(rng, key):
    """Something with a wildcard that matches `key`, or nearly."""
    parts = key.split(".")
    last = parts[-1]
    cut = rng.randrange(3, len(last))
    group = next((g for g in GROUPS if last in g), None)
    forms = [last[:cut] + "*", last[:cut] + "?" + last[cut + 1:], "*" + last[-cut:],
             last[:cut] + "[" + last[cut] + "]" + last[cut + 1:],
             last[:cut] + "[!" + rng.choice(last) + "]" + last[cut + 1:],
             last[:cut] + "[a-m]" + last[cut + 1:], last[:cut] + "[[:alpha:]_]*",
             last[:cut] + "[" + last[cut:], last[:cut] + "\\" + last[cut] + "*"]
    if group:
        inside = ",".join(rng.sample(group, rng.randrange(1, len(group) + 1)))
        forms += ["{" + inside + "}", "{" + inside[:-1] + "?}", "{" + inside + ",x*}",
                  "{" + inside + "}*", "*{" + last[-4:] + ",zz}"]
    parts[-1] = rng.choice(forms)
    if oddly(rng, 0.1):
        parts[1] = rng.choice(("*", "ipv?", "ip*4", "core", "[ic]*", "{ipv4,core}"))
    elif oddly(rng, 0.03):
        parts[0] = "n?t"
    name = ".".join(parts)
    return spelled(rng, name) if rarely(rng, 0.3) else \
        name.replace(".", "/") if rarely(rng, 0.4) else name


def value(rng, key):
    values = KEYS.get(key, BYTE)
    # The first ones are what people write; the rest is there to be refused or altered.
    text = rng.choice(values[:4]) if rarely(rng, 0.6) else rng.choice(values)
    if oddly(rng, 0.06):
        text += rng.choice((" # a remark", "#x", " ;", ";", "\t# é", " extra", ".0", "\v", "\\",
                            " " * 300 + "x"))
    elif oddly(rng, 0.03):
        text = rng.choice(('"' + text + '"', "'" + text + "'", "+" + text, "", " ", "abc",
                           "\u200b" + text, "0" * 40 + text, text + "\u200b", "-" + text, "= 1"))
    elif oddly(rng, 0.002):
        text += " " + "x" * rng.choice((100, 4090, 4096, 9000, 70000))
    return text


def space(rng):
    return rng.choice(SPACES if oddly(rng, 0.15) else SPACES[:6])


def line(rng, focus):
    kind = rng.random()
    key = rng.choice(focus)
    if rarely(rng, 0.06):
        key = rng.choice(STRANGERS)
    if kind < 0.66:
        name = spelled(rng, key)
    elif kind < 0.78 and key in KEYS:
        name = pattern(rng, key)
    elif kind < 0.87:
        name = spelled(rng, key) if rarely(rng, 0.7) or key not in KEYS else pattern(rng, key)
        return space(rng) + "-" + rng.choice(("", "", "", "", " ", "-")) + name + space(rng)
    elif kind < 0.94:
        return rng.choice(COMMENTS) if rarely(rng, 0.7) else ""
    else:
        return rng.choice(NOISE) if rarely(rng, 0.5) else space(rng) * 3
    sign = rng.choice(SIGNS)
    dash = rng.choice(("-", "-", "- ", "--")) if rarely(rng, 0.12) else ""
    return (space(rng) + dash + name + space(rng) + sign + space(rng) + value(rng, key)
            + space(rng))


def text(rng, focus):
    lines = [line(rng, focus) for _ in range(rng.choice((1, 1, 2, 2, 3, 4, 6, 9)))]
    if len(lines) > 1 and rarely(rng, 0.1):
        lines.append(rng.choice(lines))
    style = rng.random()
    if oddly(rng, 0.07):
        ends = ENDS
    elif style < 0.93:
        ends = ["\n"]
    else:
        ends = ["\r\n"]
    whole = "".join(one + rng.choice(ends) for one in lines)
    if rarely(rng, 0.1):
        whole = whole[:-1]
    if oddly(rng, 0.03):
        whole = rng.choice(("\ufeff", "\n", "\0", "\r")) + whole
    data = whole.encode()
    if oddly(rng, 0.02):
        spot = rng.randrange(len(data) + 1)
        data = data[:spot] + rng.choice((b"\xff", b"\x80", b"\xc3", b"\0", b"\x85", b"\xa0",
                                         b"\x1b")) + data[spot:]
    return data


def link_target(rng, path, tree):
    """A relative or absolute way from `path` to a file, or to nothing."""
    choice = rng.random()
    if choice < 0.35:
        return "/dev/null"
    if choice < 0.45:
        return rng.choice(("missing", "/etc/missing.conf", "../missing/x", os.path.basename(path)))
    if choice < 0.6:
        goal = MAIN
    elif choice < 0.85 and tree:
        goal = rng.choice(sorted(tree))
    else:
        goal = rng.choice(DIRECTORIES + ELSEWHERE) + "/" + rng.choice(NAMES)
    if rarely(rng, 0.5):
        return "/" + goal
    return os.path.relpath(goal, os.path.dirname(path))


def entry(rng, path, tree, focus):
    kind = rng.random()
    if kind < 0.80:
        return ("file", text(rng, focus))
    if kind < 0.85:
        return ("file", b"" if rarely(rng, 0.8) else b"\n")
    if kind < 0.97:
        return ("link", link_target(rng, path, tree))
    return ("dir",) if rarely(rng, 0.7) else ("link", "../" + rng.choice(("other", "sysctl.d")))


def generate(seed):
    """A tree of a few files about one to four keys, so that lines get in each other's way."""
    rng = Chance(seed)
    if rarely(rng, 0.25):
        focus = rng.sample(["net.ipv4." + key for key in rng.choice(GROUPS)], 2)
    else:
        focus = rng.sample(sorted(KEYS), rng.choice((1, 1, 2, 3, 4)))
    tree = {}
    if rarely(rng, 0.1):
        for place in ELSEWHERE:
            tree[place + "/" + rng.choice(NAMES)] = ("file", text(rng, focus))
    for _ in range(rng.choice((1, 2, 2, 3, 3, 4, 5, 7))):
        name = rng.choice(ODD_NAMES if oddly(rng, 0.1) else NAMES)
        path = rng.choice(DIRECTORIES[:1] * 2 + DIRECTORIES) + "/" + name
        tree.setdefault(path, entry(rng, path, tree, focus))
    if rarely(rng, 0.5):
        tree[MAIN] = ("file", text(rng, focus)) if rarely(rng, 0.9) else entry(
            rng, MAIN, tree, focus)
    if rarely(rng, 0.3):
        tree["etc/sysctl.d/99-sysctl.conf"] = ("link", rng.choice(
            ("../sysctl.conf", "../sysctl.conf", "/etc/sysctl.conf")))
    if rarely(rng, 0.04):
        tree[CREDENTIAL] = ("file", text(rng, focus))
    place = rng.choice(DIRECTORIES[:3])
    if rarely(rng, 0.04) and not any(path.startswith(place) for path in tree):
        # A directory that is one of the others, by its other name.
        goal = rng.choice(DIRECTORIES)
        tree[place] = ("link", rng.choice(("/" + goal, os.path.relpath(goal, place + "/.."))))
    return tree


def shown(tree):
    """The tree in full, one line for each line of a file, every byte visible."""
    lines = []
    for path in sorted(tree):
        kind, *what = tree[path]
        if kind == "file":
            lines.append(f"  /{path}:")
            for number, one in enumerate(what[0].splitlines(keepends=True), 1):
                more = f" and {len(one) - LONGEST_SHOWN} bytes more" * (len(one) > LONGEST_SHOWN)
                lines.append(f"    {number}: {one[:LONGEST_SHOWN]!r}{more}")
        else:
            lines.append(f"  /{path}: {kind} {' '.join(what)}".rstrip())
    return "\n".join(lines)


def smaller(tree):
    """Trees with one thing less than `tree`, for finding the smallest that still shows a fault."""
    for path in sorted(tree):
        yield {other: what for other, what in tree.items() if other != path}
    for path, what in sorted(tree.items()):
        if what[0] != "file":
            continue
        rows = what[1].splitlines(keepends=True)
        for spot in range(len(rows) if len(rows) > 1 else 0):
            yield {**tree, path: ("file", b"".join(rows[:spot] + rows[spot + 1:]))}

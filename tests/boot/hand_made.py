# SPDX-License-Identifier: Apache-2.0
"""Trees that people have, or that once surprised somebody: one for each rule of the loaders that a
random tree meets too seldom to be relied on."""
from trees import CREDENTIAL, DIRECTORIES, MAIN

ETC, RUN, LOCAL, USR = (directory + "/" for directory in DIRECTORIES)
FIN, REUSE, RFC = "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_tw_reuse", "net.ipv4.tcp_rfc1337"
RANGE, START = "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start"
PORTS, IDLE = "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time"
DEBIAN = ("link", "../sysctl.conf")
MEBIBYTE = 1 << 20


def file(*lines, end="\n"):
    return ("file", "".join(one + end for one in lines).encode())


def one(*lines, end="\n"):
    """A tree of a single file."""
    return {ETC + "50-one.conf": file(*lines, end=end)}


TREES = {
    # Which files, in which order.
    "two loaders, one configuration, two results": {
        MAIN: file(FIN + " = 10"), ETC + "99-sysctl.conf": DEBIAN,
        ETC + "50-a.conf": file(FIN + " = 30"), USR + "60-b.conf": file(FIN + " = 20"),
        ETC + "zz-last.conf": file("net/ipv4/tcp_fin_timeout = 40")},
    "the main file without a link": {MAIN: file(FIN + " = 10")},
    "the main file with an absolute link": {
        MAIN: file(FIN + " = 10"), ETC + "99-sysctl.conf": ("link", "/etc/sysctl.conf")},
    "the main file is a link": {MAIN: ("link", "other/tune"), "etc/other/tune": file(FIN + "=10")},
    "the main file is a link to a sysctl.d file": {
        MAIN: ("link", "sysctl.d/10-a.conf"), ETC + "10-a.conf": file(FIN + "=10"),
        ETC + "20-b.conf": file(FIN + "=20")},
    "the main file is a directory": {MAIN: ("dir",), ETC + "99-sysctl.conf": DEBIAN,
                                     ETC + "50-a.conf": file(FIN + "=30")},
    "the main file leads nowhere": {MAIN: ("link", "/etc/none"), ETC + "99-sysctl.conf": DEBIAN,
                                    ETC + "50-a.conf": file(FIN + "=30")},
    "the main file is /dev/null": {MAIN: ("link", "/dev/null"), ETC + "a.conf": file(FIN + "=30")},
    "the same name in every directory": {
        place + "50-x.conf": file(f"{FIN} = {10 + number}")
        for number, place in enumerate((USR, LOCAL, RUN, ETC))},
    "the same name, /run before /usr/local/lib before /usr/lib": {
        place + "50-x.conf": file(f"{FIN} = {10 + number}")
        for number, place in enumerate((USR, LOCAL, RUN))},
    "the same name, /usr/local/lib before /usr/lib": {
        LOCAL + "50-x.conf": file(FIN + "=10"), USR + "50-x.conf": file(FIN + "=20")},
    "masked by /dev/null": {ETC + "50-x.conf": ("link", "/dev/null"),
                            USR + "50-x.conf": file(FIN + "=20")},
    "masked by a relative way to /dev/null": {
        ETC + "50-x.conf": ("link", "../../dev/null"), USR + "50-x.conf": file(FIN + "=20")},
    "masked by an empty file": {ETC + "50-x.conf": ("file", b""),
                                USR + "50-x.conf": file(FIN + "=20")},
    "masked by a link to nothing": {ETC + "50-x.conf": ("link", "gone"),
                                    USR + "50-x.conf": file(FIN + "=20")},
    "masked by a directory": {ETC + "50-x.conf": ("dir",), USR + "50-x.conf": file(FIN + "=20")},
    "masked by a link to itself": {ETC + "50-x.conf": ("link", "50-x.conf"),
                                   USR + "50-x.conf": file(FIN + "=20")},
    "links through links": {
        ETC + "50-x.conf": ("link", "../other/one"), "etc/other/one": ("link", "/etc/other/two"),
        "etc/other/two": ("link", "three"), "etc/other/three": file(FIN + "=33")},
    "a link out of the root with too many dots": {
        ETC + "50-x.conf": ("link", "../../../../../../etc/other/one"),
        "etc/other/one": file(FIN + "=33")},
    "one file under two names is read twice": {
        ETC + "10-a.conf": file(FIN + "=10"), ETC + "50-b.conf": file(FIN + "=50"),
        ETC + "90-c.conf": ("link", "10-a.conf")},
    "the directory is a link": {"etc/sysctl.d": ("link", "other"),
                                "etc/other/50-x.conf": file(FIN + "=33"),
                                USR + "50-x.conf": file(FIN + "=20")},
    "the directory is an absolute link": {"run/sysctl.d": ("link", "/usr/lib/sysctl.d"),
                                          USR + "50-x.conf": file(FIN + "=20")},
    "the directory is a file": {"etc/sysctl.d": file(FIN + "=33"),
                                USR + "a.conf": file(FIN + "=20")},
    "hidden files are procps's alone": {ETC + ".x.conf": file(FIN + "=20")},
    "a file called .conf": {ETC + ".conf": file(FIN + "=20")},
    "names that do not end in .conf": {ETC + name: file(FIN + "=20") for name in
                                       ("a", "b.CONF", "c.conf~", "d.conf.bak", "README", "conf")},
    "order by bytes: capitals, figures, letters, then the rest": {
        ETC + name + ".conf": file(f"{FIN} = {10 + number}", f"{IDLE} = {500 - number}")
        for number, name in enumerate(("é", "a", "Z", "9", "100", "10-x", "10", "_", "~"))},
    "a file name that is a pattern": {ETC + "50-[ab].conf": file(FIN + "=10"),
                                      ETC + "50-a.conf": file(FIN + "=20")},
    "a file name with braces": {ETC + "50-{a,b}.conf": file(FIN + "=10"),
                                ETC + "50-a.conf": file(FIN + "=20"),
                                USR + "50-b.conf": file(FIN + "=25")},
    "three hundred files": {ETC + f"{number:03}.conf": file(f"{FIN} = {number + 1}")
                            for number in range(300)},
    "a credential is read last, by systemd alone": {
        CREDENTIAL: file(FIN + "=12"), ETC + "zz.conf": file(FIN + "=20"),
        MAIN: file(FIN + "=10")},
    # Names.
    "names with slashes, dots and both": one(FIN + "=11", "net/ipv4/tcp_fin_timeout=12",
                                             "net/ipv4.tcp_rfc1337=1", "net.ipv4/tcp_tw_reuse=1"),
    "a slash in front": one("/net/ipv4/tcp_fin_timeout=12", "/net.ipv4.tcp_tw_reuse=1"),
    "a dot in front": one(".net.ipv4.tcp_fin_timeout=12"),
    "doubled separators": one("net..ipv4.tcp_fin_timeout=12", "net//ipv4//tcp_tw_reuse=1",
                              "net.ipv4./tcp_rfc1337=1"),
    "the whole path": one("/proc/sys/net/ipv4/tcp_fin_timeout=12"),
    "a separator behind": one(FIN + ".=12", "net/ipv4/tcp_tw_reuse/=1"),
    "one name, two spellings, an exclusion between": one(
        FIN + "=12", "-net//ipv4/tcp_fin_timeout", "net.ipv4.tcp_fin_tim*=15"),
    # What a line says.
    "an exclusion after a value": one(FIN + "=12", "-" + FIN),
    "a value after an exclusion": one("-" + FIN, FIN + "=12"),
    "a pattern and an explicit line before and after": one(
        REUSE + "=0", "net.ipv4.tcp_*_reuse=1", "net.ipv4.tcp_fin_*=15", FIN + "=12"),
    "a pattern and an exclusion in another file": {
        ETC + "10-a.conf": file("-net.ipv4.tcp_fin_timeout"),
        USR + "90-b.conf": file("net.ipv4.tcp_fin_*=15", "net.ipv4.tcp_rfc*=1")},
    "an exclusion that is a pattern": one("-net.ipv4.tcp_fin_*", "net.ipv4.tcp_*_timeout=15"),
    "two patterns for one key": one("net.ipv4.tcp_fin_*=15", "net.ipv4.tcp_*_timeout=16",
                                    "net.ipv4.tcp_fin_*=15"),
    "the same value again keeps its place": one(
        "net.ipv4.tcp_fin_*=15", "net.ipv4.tcp_f*_timeout=16", "net.ipv4.tcp_fin_*=15"),
    "another value goes to the end": one(
        "net.ipv4.tcp_fin_*=14", "net.ipv4.tcp_f*_timeout=16", "net.ipv4.tcp_fin_*=15"),
    "braces with a wildcard": one("net.ipv4.tcp_{fin_timeou?,rfc1337}=1"),
    "braces in braces, and none": one("net.ipv4.tcp_{{rfc1337,x},tw_reus?}=1",
                                      "net.ipv4.tcp_{fin_timeou?}=12", "net.ipv4.{}tcp_sac?=0"),
    "a pattern of odd separators": one("net.ipv4..tcp_fin_tim*=12", "net/ipv4/./tcp_tw_reus?=1",
                                       "-net.ipv4.tcp_fin_timeout", "-net/ipv4/./tcp_tw_reuse"),
    "a backslash in a pattern": one("net.ipv4.tcp_fin_\\timeou?=12", "net.ipv4.tcp_r\\fc*=1"),
    "classes and ranges": one("net.ipv4.tcp_[[:lower:]]fc1337=1",
                              "net.ipv4.tcp_fin[_-_]timeou[t]=12",
                              "net.ipv4.tcp_tw_reus[!a-d]=1", "net.ipv4.tcp_syncookie[^r]=0"),
    "a bracket that is not closed": one("net.ipv4.tcp_rfc133[7=1", "net.ipv4.tcp_tw_reus[]=1"),
    "braces without a wildcard": one("net.ipv4.{tcp_fin_timeout,tcp_rfc1337}=1"),
    "a wildcard stays within a component": one("net.ipv4*=1", "net.*=1", "net.ipv4.tcp*.x=1"),
    "a wildcard for a directory": one("net.*.tcp_fin_timeout=15", "net.ipv4*rfc1337=1"),
    "dashes": one("-" + FIN + "=12", "--" + REUSE + "=1", "- " + RFC + "=1"),
    "a key without a value": one(FIN + "=", REUSE, PORTS + " ="),
    "a list that is emptied again": one(PORTS + "=8080", PORTS + "="),
    "two equals signs": one(FIN + "==12", RFC + " = = 1"),
    "the first of two equals signs counts": one(FIN + "=12 = 5"),
    "a colon": one(FIN + ": 12", RFC + ":=1", REUSE + ":1"),
    "remarks behind values": one(FIN + " = 12 # short", RFC + "=1;", PORTS + " = 8080 # proxy"),
    "remarks before and after": one("# x = 1", " ; " + FIN + "=12", "\t#" + RFC + "=1", "x # y"),
    # Lines. Files of more than a mebibyte are not read by tcptune: nothing is foretold then.
    "CRLF": one(FIN + " = 12", RANGE + " = 20000 60999", PORTS + "=8080", end="\r\n"),
    "lone carriage returns": one(FIN + " = 12", RFC + " = 1", end="\r"),
    "LF CR": one(FIN + " = 12", RFC + " = 1", end="\n\r"),
    "NUL for line ends": one(FIN + " = 12", RFC + " = 1", end="\0"),
    "a NUL in the middle": one(FIN + " = 12\0" + RFC + " = 1", REUSE + "=1"),
    "a byte order mark": one("\ufeff" + FIN + " = 12", RFC + " = 1"),
    "a byte order mark before a remark": one("\ufeff# x", RFC + " = 1"),
    "no line end at the end": one(FIN + " = 12", RFC + " = 1", end="") | {
        RUN + "60.conf": ("file", REUSE.encode() + b"=1")},
    "vertical tabs and form feeds": one("\v" + FIN + "\f=\v12", "\f" + RFC + " = 1\v"),
    "a space that is not ASCII": one(FIN + "\u00a0=\u00a012", "\u200b" + RFC + "=1"),
    "a line of a mebibyte stops systemd in that file": {
        ETC + "50-a.conf": file(FIN + "=12", "#" + "x" * MEBIBYTE, RFC + "=1"),
        ETC + "60-b.conf": file(REUSE + "=1")},
    "a line of nearly a mebibyte does not": one("#" + "x" * (MEBIBYTE - 100), RFC + "=1"),
    "a long text behind a number": one(FIN + "=12 " + "x" * 3000, RFC + "=1 " + "x" * 5000),
    # What the kernel makes of it.
    "one number for a range": one(RANGE + "=2048"),
    "a range below the unprivileged start": one(RANGE + "=80 65000", START + "=80"),
    "the start first": one(START + "=80", RANGE + "=80 65000"),
    "a start inside the range": one(START + "=40000"),
    "the range moves up, then the start": one(RANGE + "=45000 65000", START + "=40000"),
    "a pattern for two that bound each other": one("net.ipv4.ip_*port*=40000"),
    "braces for two that bound each other": one(
        "net.ipv4.ip_{unprivileged_port_star?,local_port_rang?}=40000 50000"),
    "the other way round": one(
        "net.ipv4.ip_{local_port_rang?,unprivileged_port_star?}=40000 50000"),
    "one of them twice": one(
        "net.ipv4.ip_{unprivileged_port_star?,local_port_rang?,un*_port_start}=40000 50000"),
    "refused, so the earlier one stays": {ETC + "10-a.conf": file(FIN + "=12"),
                                          MAIN: file(FIN + "=9999999999")},
    "octal and hexadecimal": one(FIN + "=010", IDLE + "=0x100", RFC + "=01"),
    "negative": one(FIN + "=-5", IDLE + "=-1", RFC + "=-1"),
    "quotes": one(FIN + '="12"', RFC + "='1'"),
    "a key of yesterday": one("net.ipv4.tcp_tw_recycle=1", REUSE + "=1"),
    "nothing at all": {},
}

# SPDX-License-Identifier: Apache-2.0
"""Entries of the connection tracker, made by netlink: no rule and no packet is needed."""
import socket
import struct

NETLINK_NETFILTER = 12
NEW_ENTRY = 0x100            # NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_NEW
FLAGS = 0x1 | 0x200 | 0x400  # NLM_F_REQUEST | NLM_F_EXCL | NLM_F_CREATE
ORIGINAL, REPLY, PROTOCOL_INFO, TIMEOUT = 1, 2, 4, 7
NESTED = 0x8000
ESTABLISHED = 3


def _attribute(kind, data, nested=False):
    padding = b"\0" * (-len(data) % 4)
    return struct.pack("HH", 4 + len(data), kind | (NESTED if nested else 0)) + data + padding


def _tuple(kind, source, target, source_port, target_port):
    addresses = _attribute(1, _attribute(1, source) + _attribute(2, target), True)
    ports = (_attribute(1, bytes([socket.IPPROTO_TCP])) +
             _attribute(2, struct.pack(">H", source_port)) +
             _attribute(3, struct.pack(">H", target_port)))
    return _attribute(kind, addresses + _attribute(2, ports, True), True)


def _entry(number):
    here = socket.inet_aton("10.0.0.1")
    there = bytes([10, 1, (number >> 8) & 255, number & 255])
    port = 1024 + (number >> 16)
    state = _attribute(1, _attribute(1, bytes([ESTABLISHED])), True)
    body = (struct.pack("BBH", socket.AF_INET, 0, 0) + _tuple(ORIGINAL, here, there, port, 80) +
            _tuple(REPLY, there, here, 80, port) + _attribute(TIMEOUT, struct.pack(">I", 120)) +
            _attribute(PROTOCOL_INFO, state, True))
    return struct.pack("IHHII", 16 + len(body), NEW_ENTRY, FLAGS, number, 0) + body


def fill(number):
    """So many entries; False when this kernel does not make them."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER) as netlink:
        netlink.bind((0, 0))
        netlink.setblocking(False)
        for base in range(0, number, 400):
            netlink.send(b"".join(_entry(n) for n in range(base, min(number, base + 400))))
            try:
                netlink.recv(65536)  # only an error is answered
                return False
            except BlockingIOError:
                pass
    return True

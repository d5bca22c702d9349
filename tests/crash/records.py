# SPDX-License-Identifier: Apache-2.0
"""Journals, history entries and drop-ins, read without any code of tcptune."""
import hashlib
import re

from scene import Wrong

POLYNOMIAL = 0x82f63b78  # CRC-32C, reflected
TABLE = []
for _byte in range(256):
    for _bit in range(8):
        _byte = (_byte >> 1) ^ (POLYNOMIAL if _byte & 1 else 0)
    TABLE.append(_byte)


def crc32c(data):
    crc = 0xffffffff
    for byte in data:
        crc = (crc >> 8) ^ TABLE[(crc ^ byte) & 0xff]
    return "%08x" % (crc ^ 0xffffffff)


def line_of(body):
    return crc32c(body.encode()).encode() + b" " + body.encode() + b"\n"


def read_records(data, where):
    """[(word, {name: text})]. Wrong when a line is damaged or cut off."""
    records = []
    for line in data.split(b"\n")[:-1] + ([data.split(b"\n")[-1]] if data[-1:] != b"\n" else []):
        crc, _, body = line.partition(b" ")
        if crc.decode(errors="replace") != crc32c(body):
            raise Wrong(f"{where}: a damaged record: {line[:80]!r}")
        word, *fields = body.decode("ascii").split(" ")
        records.append((word, dict(field.split("=", 1) for field in fields)))
    return records


def with_deadline(journal, nanoseconds):
    """The same journal with another deadline."""
    text = b""
    for line in journal.splitlines():
        body = line.partition(b" ")[2].decode("ascii")
        if body.startswith("APPLIED "):
            body = re.sub(r"deadline=\d+", f"deadline={nanoseconds}", body)
        text += line_of(body)
    return text


def read_drop_in(data):
    """(id of the last transaction, [(key, value)]). Wrong when it is not a whole file of ours."""
    text = data.decode("ascii", errors="replace")
    match = re.fullmatch(r"(?:#.*\n)+?# last transaction: ([0-9a-f]{32})\n"
                         r"# sha256 of the lines below: ([0-9a-f]{64})\n((?:[a-z].*\n)*)", text)
    if not match:
        raise Wrong(f"the drop-in is no file of tcptune: {text[:60]!r}, {len(data)} bytes")
    if hashlib.sha256(match.group(3).encode()).hexdigest() != match.group(2):
        raise Wrong("the drop-in's digest is wrong")
    return match.group(1), [tuple(line.split(" = ", 1)) for line in match.group(3).splitlines()]

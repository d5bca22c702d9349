# SPDX-License-Identifier: Apache-2.0
"""Texts that people, programs and accidents write to sysctl keys, made without tcptune's help."""

INT_MAX = 2**31 - 1
EDGES = sorted({edge + step for edge in (
    0, 1, 2, 4, 7, 8, 9, 10, 99, 127, 128, 255, 256, 1023, 1024, 32767, 32768, 60999, 61000,
    65535, 65536, 16777216, INT_MAX // 1000, INT_MAX // 300, INT_MAX // 250, INT_MAX // 100,
    INT_MAX, 2**32, 2**32 + 5, 2**63, 2**64, 2**64 + 5, 10**18, 10**19, 10**20)
    for step in (-1, 0, 1)})
SPACES = (b" ", b"\t", b"  ", b"\n", b"\v", b"\f", b"\r", b"\r\n", b"\xa0", b"\xc2\xa0", b"\x85",
          b" \t ", b"\xe2\x80\x8b", b"\xef\xbb\xbf", b"\0")
TRAILERS = (b" # comment", b"# comment", b" ; comment", b";", b",", b".", b" 5", b" -5", b" x",
            b"x", b"s", b" seconds", b"//", b" // 7", b"\0", b"\0 7", b" \0", b"k", b"%", b"\"",
            b"'", b"-", b" -", b"--", b"\\", b" \\", b"=1", b" = 1", b"L", b"u", b"e3", b".0",
            b"_000", b" 000", b"\n7", b"\n\n7", b"\nx", b" \n7")
GARBAGE = (b"", b" ", b"\n", b"\n\n", b"\t", b"true", b"false", b"yes", b"on", b"off", b"default",
           b"none", b"abc", b"x", b"-", b"--1", b"+", b"+1", b"- 1", b"0x", b"0X", b"0xg", b"08",
           b"09", b"0b1", b"0o7", b"1e3", b"1.5", b".5", b"#1", b"# 1", b";1", b"\"1\"", b"'1'",
           b"$1", b"${x}", b"{{ x }}", b"<%= x %>", b"1_000", b"1,000", b"1 000", b"\0", b"\x001",
           b"\xff", b"\xa0", b"\xa01", b"\xef\xbb\xbf1", b"one", b"0 0", b"1\t2\t3", b"1-2", b"1:2",
           b",", b",1", b"1,,2", b"1-", b"-1-2", b"1--2", b"1-2-3", b"2-1", b"-0", b"-00", b"00",
           b"0-0", b"0-65535", b"65535-65536", b"1, 2", b"1 ,2", b"1;2", b"1\n2", b"1\n\n2,3")
MUTANTS = b"0123456789abxX-+,;. \t\n\r\v\f\0#\xa0\"/"


def whole(rng, edges):
    """A number, near an edge or anywhere, of any length."""
    kind = rng.randrange(6)
    if kind < 2:
        return rng.choice(edges)
    if kind < 4:
        return rng.randrange(300)
    return rng.getrandbits(rng.choice((3, 6, 8, 10, 16, 17, 22, 24, 25, 31, 32, 33, 63, 64, 70)))


def digits(rng, number):
    """One way to write a number."""
    sign, size = ("-" if number < 0 else ""), abs(number)
    kind = rng.randrange(16)
    if kind == 0:
        text = hex(size)
    elif kind == 1:
        text = "0X" + f"{size:X}"
    elif kind == 2:
        text = "0" + oct(size)[2:]
    elif kind == 3:
        text = str(size).zfill(rng.randrange(2, 26))
    elif kind == 4:
        text = "0x" + f"{size:x}".zfill(rng.randrange(2, 24))
    else:
        text = str(size)
    if rng.randrange(24) == 0:
        sign = rng.choice(("-", "+", "--", "- ", "+-"))
    return (sign + text).encode()


def some(rng, choices, chance):
    return rng.choice(choices) if rng.random() < chance else b""


def single(rng, edges):
    number = whole(rng, edges)
    if rng.randrange(5) == 0:
        number = -number
    return (some(rng, SPACES, 0.15) + digits(rng, number) + some(rng, SPACES, 0.1)
            + some(rng, TRAILERS, 0.25))


def pair(rng, edges):
    """Two numbers as a port range has them, mostly."""
    numbers = [rng.choice((rng.randrange(1, 65536), rng.choice(edges))) for _ in range(2)]
    if rng.randrange(4):
        numbers.sort()
    count = rng.choice((1, 2, 2, 2, 2, 2, 2, 3, 4))
    numbers = (numbers + [whole(rng, edges), 7])[:count]
    text = b""
    for number in numbers:
        if text:
            text += rng.choice((b" ", b"\t", b" ", b"\t", b" ", b"  ", b"-", b",", b" - ", b", ",
                                *SPACES))
        text += digits(rng, number) if rng.randrange(8) == 0 else str(number).encode()
    return some(rng, SPACES, 0.08) + text + some(rng, SPACES, 0.08) + some(rng, TRAILERS, 0.1)


def ports(rng, _edges):
    """Ports and ranges with commas, mostly right."""
    pieces = []
    for _ in range(rng.choice((1, 1, 2, 3, 5, 8, 20))):
        first = rng.choice((rng.randrange(65536), rng.randrange(64), rng.randrange(65500, 65540)))
        last = first + rng.choice((0, 1, 2, 5, 100, 70000 if rng.randrange(20) == 0 else 3))
        if rng.randrange(25) == 0:
            first, last = last, first
        odd = rng.randrange(12) == 0
        write = (lambda n: digits(rng, n)) if odd else (lambda n: str(n).encode())
        pieces.append(write(first) if rng.randrange(2) else write(first) + b"-" + write(last))
    comma = b"," if rng.randrange(8) else rng.choice((b"\n", b", ", b" ", b",,", b";", b" ,",
                                                     b",\n", b"\0"))
    text = comma.join(pieces)
    return some(rng, SPACES, 0.04) + text + some(rng, SPACES + (b",",) * 8, 0.12)


def mutant(rng, text):
    """The text with a byte or two changed, gone or added."""
    data = bytearray(text)
    for _ in range(rng.choice((1, 1, 2))):
        at = rng.randrange(len(data) + 1)
        kind = rng.randrange(3)
        if kind == 0 and at < len(data):
            data[at] = rng.choice(MUTANTS)
        elif kind == 1 and at < len(data):
            del data[at]
        else:
            data.insert(at, rng.choice(MUTANTS))
    return bytes(data)


def generate(rng, kind, edges, count):
    """`count` texts for a key: most in its own form, some in the others'."""
    forms = {"int-list": (pair, pair, pair, pair, single), "port-set": (ports, ports, ports, single)}
    forms = forms.get(kind, (single, single, single, single, pair, ports))
    texts = list(GARBAGE) + [str(edge).encode() for edge in edges]
    texts += [b" " * 4000 + b"5", b"5" + b" " * 4000, b"5 " + b"x" * 4000, b"9" * 3000, b"0" * 4094]
    while len(texts) < count:
        text = rng.choice(forms)(rng, edges)
        texts.append(mutant(rng, text) if rng.randrange(6) == 0 else text)
    # Loaders end a text at its first zero byte; the kernel may be given any.
    return [text for text in texts if len(text) < 4095][:count] + [b"5" + b" " * 5000]

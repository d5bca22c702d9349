# SPDX-License-Identifier: Apache-2.0
"""A terminal with somebody at it."""
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time

from commands import ENVIRONMENT, TCPTUNE, as_user

# What the program itself sends to a terminal: colours, and "clear the rest of the line".
OWN = re.compile(r"\x1b\[[0-9;]*m|\x1b\[K")


def leader():
    """In the child: its standard input is its controlling terminal."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Terminal:
    def __init__(self, *words, uid=0, prefix=(), environment=None):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
        if uid:
            os.fchown(slave, uid, -1)
        self.process = subprocess.Popen(
            [*prefix, TCPTUNE, *words], stdin=slave, stdout=slave, stderr=slave, cwd="/",
            start_new_session=True, preexec_fn=leader,
            env={**ENVIRONMENT, **(environment or {})}, **as_user(uid))
        os.close(slave)
        self.text = ""

    def plain(self):
        """What a person reads."""
        return OWN.sub("", self.text)

    def read_some(self, seconds=0.1):
        """What comes within that time; False when nothing can come any more."""
        if not select.select([self.master], [], [], seconds)[0]:
            return True
        try:
            piece = os.read(self.master, 65536)
        except OSError:
            return False  # nobody has the other side open any more
        self.text += piece.decode(errors="surrogateescape")
        return bool(piece)

    def wait_for(self, text, limit=60.0):
        end = time.monotonic() + limit
        while text not in self.text:
            if not self.read_some(0.1) or time.monotonic() > end:
                raise AssertionError(f"no {text!r} on the screen:\n{self.text}")
        return self

    def type(self, text):
        os.write(self.master, text.encode())
        return self

    def close(self):
        """As when the window is closed or the line breaks."""
        os.close(self.master)
        self.master = -1

    def end(self, limit=60.0):
        """The exit status, when the program has ended by itself."""
        end = time.monotonic() + limit
        while self.master >= 0 and self.read_some(0.1) and time.monotonic() < end:
            if self.process.poll() is not None and not select.select([self.master], [], [], 0)[0]:
                break
        return self.process.wait(limit)

    def raw(self):
        """Control characters that are neither of the line nor the program's own sequences."""
        return [character for character in self.plain()
                if (ord(character) < 32 and character not in "\n\r") or 127 <= ord(character) < 160]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        if self.master >= 0:
            self.close()

#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Colour and width, on a pseudo-terminal and off it."""
import fcntl
import os
import pty
import struct
import termios

from program import FACTS, TCPTUNE, ProgramTest, main, run, saved


def on_terminal(words, columns=80, environment=None):
    """What the program writes to a terminal of so many columns."""
    settings = {"PATH": "/usr/bin:/bin", "TERM": "xterm", "LC_ALL": "C.UTF-8"}
    settings.update(environment or {})
    pid, master = pty.fork()
    if pid == 0:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        os.chdir(FACTS)
        os.execve(TCPTUNE, ["tcptune", *words], settings)
    chunks = []
    while True:
        try:
            chunk = os.read(master, 65536)
        except OSError:
            break
        if not chunk:
            break
        chunks.append(chunk)
    os.waitpid(pid, 0)
    os.close(master)
    return b"".join(chunks).decode().replace("\r\n", "\n")


class Terminal(ProgramTest):
    plan = ("plan", "--facts", saved("churn"))

    def test_a_pipe_gets_neither_colour_nor_other_characters(self):
        text = run(*self.plan).stdout
        self.assertNotIn("\x1b", text)
        self.assertTrue(text.isascii())

    def test_a_terminal_gets_both(self):
        text = on_terminal(self.plan)
        self.assertIn("\x1b[", text)
        self.assertIn("\u2588", text)

    def test_colour_is_off_where_the_user_says_so(self):
        for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": ""}):
            self.assertNotIn("\x1b", on_terminal(self.plan, environment=environment))
        self.assertNotIn("\x1b", on_terminal((*self.plan, "--color=never")))

    def test_an_empty_no_color_does_not_count(self):
        self.assertIn("\x1b", on_terminal(self.plan, environment={"NO_COLOR": ""}))

    def test_colour_can_be_asked_for_in_a_pipe(self):
        self.assertIn("\x1b[", run(*self.plan, "--color=always").stdout)

    def test_a_narrow_terminal_is_respected_and_a_wide_one_gets_80(self):
        plan = ("plan", "--facts", "churn.json", "--color=never")
        for columns, limit in ((60, 60), (40, 40), (200, 80)):
            text = on_terminal(plan, columns)
            self.assertLessEqual(max(map(len, text.split("\n"))), limit)

    def test_without_utf8_the_terminal_gets_ascii(self):
        self.assertTrue(on_terminal((*self.plan, "--color=never"),
                                    environment={"LC_ALL": "C"}).isascii())


main()

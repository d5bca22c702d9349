#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""`tcptune diagnose --watch` on a pseudo-terminal: it repaints, ends by a key, and leaves nothing."""
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time

from program import TCPTUNE, ProgramTest, main, run

ENTER, LEAVE, REPAINT = b"\x1b[?1049h", b"\x1b[?1049l", b"\x1b[H\x1b[2J"


class Screen:
    """A terminal of a few rows with the program in it; the settings are those of its first moment."""

    def __init__(self, rows, *words):
        self.outer, self.inner = pty.openpty()
        fcntl.ioctl(self.inner, termios.TIOCSWINSZ, struct.pack("HHHH", rows, 80, 0, 0))
        self.before = termios.tcgetattr(self.inner)
        self.process = subprocess.Popen(
            [TCPTUNE, "diagnose", *words], stdin=self.inner, stdout=self.inner,
            stderr=self.inner, env={"PATH": "/usr/bin:/bin", "TERM": "xterm"})
        self.seen = b""

    def read_until(self, piece, times=1, seconds=10):
        deadline = time.monotonic() + seconds
        while self.seen.count(piece) < times and time.monotonic() < deadline:
            if select.select([self.outer], [], [], 0.1)[0]:
                self.seen += os.read(self.outer, 65536)
        return self.seen.count(piece) >= times

    def press(self, key):
        os.write(self.outer, key)

    def end(self):
        status = self.process.wait(timeout=10)
        self.read_until(LEAVE, seconds=2)
        return status

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.outer)
        os.close(self.inner)


class Watch(ProgramTest):
    def screen(self, rows=24, words=("--watch=200ms",)):
        screen = Screen(rows, *words)
        self.addCleanup(screen.close)
        return screen

    def assert_restored(self, screen):
        self.assertEqual(screen.seen.count(ENTER), 1)
        self.assertEqual(screen.seen.count(LEAVE), 1)
        self.assertEqual(termios.tcgetattr(screen.inner), screen.before)

    def test_it_repaints_until_a_key_ends_it(self):
        for key in (b"q", b"Q", b"\x03", b"\x1c", b"\x04"):
            with self.subTest(key=key):
                screen = self.screen()
                self.assertTrue(screen.read_until(REPAINT, times=3))
                screen.press(b"x")
                self.assertTrue(screen.read_until(REPAINT, times=4))
                screen.press(key)
                self.assertEqual(screen.end(), 0)
                self.assert_restored(screen)

    def test_signals_leave_the_terminal_as_it_was(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
            with self.subTest(signal=number):
                screen = self.screen()
                self.assertTrue(screen.read_until(REPAINT))
                screen.process.send_signal(number)
                self.assertEqual(screen.end(), 0)
                self.assert_restored(screen)

    def test_a_low_window_shows_the_first_rows(self):
        screen = self.screen(rows=4)
        self.assertTrue(screen.read_until(REPAINT, times=2))
        screen.press(b"q")
        screen.end()
        one = screen.seen.split(REPAINT)[1]
        self.assertLessEqual(one.count(b"\n"), 3)
        self.assertIn(b"Linux", one)

    def test_what_cannot_go_with_it_is_refused(self):
        for words in (("--format=json",), ("--facts", "-"), ("--window", "5"),
                      ("--fail-on=critical",)):
            self.assert_refused(run("diagnose", "--watch", *words), 64, "--watch")


main()

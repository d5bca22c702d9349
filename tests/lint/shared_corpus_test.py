#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""120 sysctl files that people have published, in the folder that TCPTUNE_SYSCTL_CORPUS names: all
are read, in linear time; what distributions ship is silent; and what an expert sees in them is
found, or left alone. Files are named by their number."""
import glob
import os
import resource
import sys
import tempfile
import unittest

FOLDER = os.environ.get("TCPTUNE_SYSCTL_CORPUS", "")
if not FOLDER:
    print("skipped: TCPTUNE_SYSCTL_CORPUS does not name a folder of sysctl files")
    sys.exit(77)
if not glob.glob(os.path.join(FOLDER, "001-*.conf")):
    print(f"skipped: TCPTUNE_SYSCTL_CORPUS is {FOLDER}, and no file 001-*.conf is there")
    sys.exit(77)

from lint_program import TARGET, findings_of, run  # noqa: E402

# What Debian, Ubuntu, CentOS, openSUSE, systemd, procps, ufw and others ship.
STOCK = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14)
NOT_LINUX = range(115, 121)
TEMPLATES = {26, 27, 105, 106, 107, 108, 109, 110}

# Read by eye, file by file: (line, category) of what has to be found.
KNOWN = {
    15: [(55, "harmful-value"), (60, "dependency-missing")],
    16: [(29, "removed-key"), (32, "harmful-value"), (34, "removed-key"), (46, "harmful-value")],
    17: [(62, "removed-key"), (63, "myth")],
    19: [(1, "dependency-missing"), (2, "myth"), (4, "removed-key")],
    20: [(51, "same-parity-port-range")],
    21: [(23, "duplicate"), (59, "myth"), (60, "harmful-value"), (63, "removed-key"),
         (64, "dependency-missing"), (66, "harmful-value"), (67, "harmful-value")],
    22: [(2, "same-parity-port-range")],
    23: [(69, "dependency-missing"), (71, "myth"), (71, "syntax")],
    25: [(11, "harmful-value"), (27, "unknown-key"), (29, "harmful-value"), (30, "removed-key")],
    26: [(8, "harmful-value")],
    28: [(6, "same-parity-port-range"), (7, "duplicate"), (17, "no-effect"),
         (22, "harmful-value"), (29, "no-effect"), (31, "harmful-value")],
    29: [(57, "myth"), (66, "duplicate"), (67, "harmful-value"), (79, "harmful-value"),
         (88, "removed-key"), (91, "dependency-missing"), (93, "harmful-value"),
         (99, "same-parity-port-range")],
    30: [(4, "removed-key"), (10, "same-parity-port-range"), (12, "harmful-value")],
    31: [(62, "harmful-value"), (76, "harmful-value"), (80, "same-parity-port-range"),
         (112, "removed-key"), (122, "myth"), (130, "no-effect"), (177, "removed-key")],
    32: [(34, "harmful-value"), (49, "removed-key"), (51, "harmful-value"), (60, "no-effect"),
         (67, "harmful-value"), (73, "harmful-value"), (76, "removed-key"), (58, "duplicate")],
    33: [(37, "duplicate"), (50, "myth"), (155, "myth"), (162, "myth"), (165, "removed-key"),
         (170, "no-effect"), (174, "no-effect")],
    34: [(62, "removed-key"), (107, "myth"), (158, "no-effect"), (173, "invalid-value"),
         (211, "myth"), (222, "removed-key")],
    35: [(88, "myth")],
    36: [(119, "myth"), (212, "myth"), (222, "myth")],
    37: [(56, "unknown-key"), (74, "myth"), (81, "no-effect")],
    38: [(2, "syntax"), (3, "harmful-value"), (15, "harmful-value"), (19, "removed-key"),
         (35, "same-parity-port-range"), (37, "removed-key"), (39, "removed-key")],
    39: [(131, "harmful-value"), (134, "same-parity-port-range"), (137, "removed-key"),
         (261, "harmful-value")],
    41: [(44, "harmful-value"), (49, "dependency-missing"), (65, "duplicate")],
    44: [(58, "myth")],
    45: [(98, "myth"), (126, "same-parity-port-range"), (178, "myth"), (178, "harmful-value")],
    46: [(6, "duplicate"), (58, "removed-key"), (69, "harmful-value"), (88, "removed-key"),
         (98, "duplicate"), (119, "same-parity-port-range"), (150, "harmful-value"),
         (194, "harmful-value")],
    48: [(19, "dependency-missing"), (39, "harmful-value")],
    49: [(20, "harmful-value"), (27, "harmful-value"), (29, "harmful-value"),
         (30, "removed-key"), (31, "dependency-missing"), (33, "harmful-value"),
         (35, "same-parity-port-range")],
    50: [(18, "duplicate"), (70, "removed-key"), (71, "harmful-value"), (76, "syntax"),
         (84, "dependency-missing")],
    52: [(30, "same-parity-port-range"), (33, "removed-key"), (41, "harmful-value"),
         (49, "harmful-value")],
    53: [(64, "harmful-value")],
    54: [(39, "harmful-value"), (55, "harmful-value"), (57, "syntax"), (58, "removed-key"),
         (59, "dependency-missing"), (61, "harmful-value"), (63, "same-parity-port-range")],
    55: [(31, "removed-key"), (34, "myth"), (55, "harmful-value"), (57, "syntax")],
    56: [(6, "duplicate"), (16, "harmful-value"), (19, "removed-key"), (20, "myth"),
         (21, "dependency-missing"), (24, "dependency-missing")],
    57: [(1, "syntax"), (40, "dependency-missing"), (41, "removed-key"), (43, "harmful-value"),
         (44, "harmful-value")],
    58: [(11, "harmful-value"), (34, "harmful-value"), (41, "dependency-missing")],
    59: [(24, "no-effect"), (45, "removed-key"), (49, "syntax"), (54, "syntax")],
    60: [(39, "removed-key"), (40, "myth"), (46, "dependency-missing")],
    61: [(1, "syntax"), (79, "harmful-value"), (79, "myth"), (85, "harmful-value"),
         (89, "harmful-value")],
    62: [(48, "harmful-value"), (56, "same-parity-port-range"), (61, "removed-key"),
         (69, "harmful-value")],
    63: [(24, "harmful-value"), (40, "harmful-value"), (43, "removed-key"),
         (44, "dependency-missing"), (45, "harmful-value")],
    64: [(76, "duplicate"), (86, "myth"), (94, "harmful-value"), (95, "duplicate"),
         (98, "harmful-value"), (98, "myth"), (104, "dependency-missing"), (110, "myth"),
         (121, "no-effect")],
    65: [(83, "harmful-value"), (85, "harmful-value"), (87, "dependency-missing"),
         (91, "harmful-value")],
    66: [(33, "myth"), (35, "myth"), (37, "removed-key")],
    68: [(33, "myth")],
    71: [(30, "harmful-value"), (37, "myth"), (43, "no-effect"), (48, "unknown-key")],
    72: [(5, "harmful-value"), (29, "same-parity-port-range"), (33, "harmful-value")],
    73: [(6, "myth"), (10, "same-parity-port-range"), (14, "harmful-value"), (16, "myth"),
         (22, "myth")],
    74: [(17, "harmful-value"), (45, "harmful-value"), (78, "not-linux")],
    77: [(17, "harmful-value"), (50, "dependency-missing"), (53, "harmful-value")],
    78: [(14, "no-effect"), (57, "removed-key"), (59, "removed-key"), (66, "removed-key")],
    80: [(1, "syntax")],
    82: [(20, "duplicate")],
    84: [(38, "removed-key"), (43, "dependency-missing")],
    86: [(4, "syntax"), (5, "syntax")],
    87: [(2, "syntax"), (5, "syntax")],
    89: [(3, "syntax"), (19, "syntax"), (20, "myth")],
    90: [(102, "syntax"), (141, "removed-key")],
    91: [(10, "removed-key"), (16, "syntax"), (18, "harmful-value")],
    92: [(2, "harmful-value"), (5, "removed-key"), (6, "dependency-missing"),
         (7, "harmful-value"), (8, "harmful-value"), (9, "harmful-value")],
    93: [(3, "removed-key"), (4, "same-parity-port-range"), (5, "unknown-key"),
         (8, "harmful-value"), (10, "unknown-key")],
    94: [(1, "harmful-value"), (2, "unknown-key"), (12, "harmful-value")],
    95: [(2, "removed-key"), (6, "harmful-value")],
    96: [(33, "syntax")],
    97: [(29, "unknown-key"), (35, "no-effect"), (43, "unknown-key")],
    98: [(18, "myth"), (26, "myth"), (38, "myth")],
    99: [(7, "same-parity-port-range"), (27, "myth"), (29, "removed-key")],
    103: [(33, "myth"), (44, "no-effect"), (50, "myth")],
    104: [(12, "harmful-value"), (36, "myth")],
    105: [(27, "removed-key"), (68, "harmful-value")],
    109: [(52, "harmful-value")],
    111: [(27, "harmful-value"), (27, "myth"), (73, "removed-key")],
    112: [(33, "no-effect")],
    113: [(1, "syntax")],
}

# Also read by eye: lines that look like the ones above, and are right. Nothing at warning level.
INNOCENT = {
    11: [18, 20, 21, 22, 25, 33, 36],    # reuse with timestamps on; sane retries, RFC 1337
    20: [48, 55, 58, 61, 65],            # comments in Japanese that are true
    23: [72],                            # "reuse of connections" is what the key does
    29: [72, 75, 78],                    # the kernel document's own words on orphans and SYNs
    31: [33, 43, 110, 114, 128, 141, 145, 147],
    33: [40, 101, 116],                  # timestamps on, with the right reason
    37: [45, 46, 52],                    # FIN-WAIT-2 is what fin_timeout is about
    42: [51, 164, 172, 188],
    45: [95, 120, 189, 192],
    61: [64, 67, 72, 92],                # "not read while syncookies=1" is true
    64: [62, 119],
    68: [22, 30, 34, 38],
    71: [29, 33],
    98: [31],
    101: [16, 20, 21],
}


def number_of(path):
    return int(os.path.basename(path)[:3])


PATHS = {number_of(path): path for path in sorted(glob.glob(os.path.join(FOLDER, "[01]*.conf")))}


class SharedCorpus(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.found = {number_of(path): found
                     for path, found in findings_of(list(PATHS.values())).items()}

    def loud(self, number):
        """What is found at warning level or above."""
        return [found for found in self.found[number] if found.severity != "info"]

    def test_every_file_is_read_alone_as_among_the_others(self):
        self.assertEqual(len(PATHS), 120)
        for number, path in PATHS.items():
            self.assertEqual(findings_of([path])[path], self.found[number], path)

    def test_what_distributions_ship_is_silent_at_warning_level(self):
        for number in STOCK:
            self.assertEqual(self.loud(number), [], PATHS[number])

    def test_what_an_expert_sees_is_found(self):
        self.assertGreaterEqual(len(KNOWN), 40)
        for number, wanted in KNOWN.items():
            got = {(found.line, found.category) for found in self.found[number]}
            for place in wanted:
                with self.subTest(file=number, place=place):
                    self.assertIn(place, got)

    def test_what_is_right_is_left_alone(self):
        for number, lines in INNOCENT.items():
            loud = {found.line: found for found in self.loud(number)}
            for line in lines:
                with self.subTest(file=number, line=line):
                    self.assertNotIn(line, loud)

    def test_files_of_other_systems_get_one_finding_each(self):
        for number in NOT_LINUX:
            self.assertEqual([(found.line, found.severity, found.category)
                              for found in self.found[number]],
                             [(0, "error", "not-linux")], PATHS[number])

    def test_a_file_that_is_none_is_said_to_be_none_and_nothing_else(self):
        self.assertEqual([(found.severity, found.rule_id) for found in self.found[114]],
                         [("info", "lint/no-sysctl-file")])

    def test_lines_with_template_marks_are_left_alone(self):
        for number in TEMPLATES:
            with open(PATHS[number], "rb") as file:
                lines = file.read().split(b"\n")
            for found in self.loud(number):
                line = lines[found.line - 1]
                marked = b"{{" in line or b"{%" in line or b"<%" in line
                self.assertFalse(marked, (PATHS[number], found))

    def test_removed_recycling_is_an_error_where_it_is_on_and_a_note_where_it_is_off(self):
        off = {26, 31, 33, 36, 40, 42, 43, 59, 61, 64, 65, 72, 73, 74, 75, 81}
        for number, got in self.found.items():
            for found in got:
                if found.rule_id == "net.ipv4.tcp_tw_recycle/removed":
                    wanted = "info" if number in off else "error"
                    self.assertEqual(found.severity, wanted, (number, found))


class Growth(unittest.TestCase):
    """Twice the text takes about twice the time, whatever the text. Held against each other, never
    against a clock."""
    SMALL = 300_000
    MOST = 3.0    # what the doubled text may cost, as a multiple
    TRIES = 4

    def seconds(self, text):
        """Processor time of one run."""
        with tempfile.NamedTemporaryFile(suffix=".conf") as file:
            file.write(text)
            file.flush()
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            done = run("--fail-on=never", "--format=json", f"--target-kernel={TARGET}", file.name)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.assertEqual(done.returncode, 0, done.stderr)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    def ratio(self, text):
        repeated = text * (self.SMALL // len(text) + 1)
        empty = self.seconds(b"kernel.panic = 10\n")
        once = self.seconds(repeated) - empty
        twice = self.seconds(repeated * 2) - empty
        return twice / max(once, 0.005)

    def grows_linearly(self, text):
        ratios = []
        for _ in range(self.TRIES):
            ratios.append(self.ratio(text))
            if ratios[-1] <= self.MOST:
                return
        self.fail(f"twice the text cost {ratios} times as much")

    def test_ten_files_at_a_time_repeated(self):
        for first in range(1, 121, 10):
            text = b""
            for number in range(first, first + 10):
                with open(PATHS[number], "rb") as file:
                    text += file.read() + b"\n"
            with self.subTest(first=first):
                self.grows_linearly(text)


if __name__ == "__main__":
    unittest.main()

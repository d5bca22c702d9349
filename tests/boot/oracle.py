# SPDX-License-Identifier: Apache-2.0
"""The boot oracle, through tests/tools/boot_forecast: started once, asked about tree after tree."""
import os
import platform
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.environ.get("TCPTUNE_SOURCE") or os.path.dirname(os.path.dirname(HERE))
BUILD = os.environ.get("TCPTUNE_BUILD") or os.path.join(SOURCE, "build/release")
ORACLE = os.environ.get("TCPTUNE_BOOT_FORECAST") or os.path.join(BUILD, "tests/boot_forecast")


class Oracle:
    """Of the running kernel, from the values that the namespace begins with. It looks at the tree
    that lies at / and at the same tree as it lies in `root`."""

    def __init__(self, root, initial, program=ORACLE):
        self.roots = {"/": "/", "--root": root}
        with tempfile.NamedTemporaryFile("w", suffix=".values", encoding="ascii") as values:
            values.writelines(f"{key}={value}\n" for key, value in initial.items())
            values.flush()
            self.process = subprocess.Popen(
                [program, "--batch", values.name, platform.release()], stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, text=True, env={**os.environ, "TCPTUNE_SOURCE": SOURCE})
            # It has read the values when it answers.
            self.ask()

    def ask(self):
        """view -> key -> loader -> {"value": text or None, "line": its place, "unknown": why}."""
        self.process.stdin.write("".join(root + "\n" for root in self.roots.values()))
        self.process.stdin.flush()
        return {view: self.answer() for view in self.roots}

    def answer(self):
        forecast = {}
        for line in self.process.stdout:
            if line == "end\n":
                return forecast
            loader, key, value, place, *reason = line.rstrip("\n").split("\t")
            forecast.setdefault(key, {})[loader] = {
                "value": None if reason else value, "line": place, "unknown": " ".join(reason)}
        raise AssertionError("boot_forecast has ended: "
                             f"{self.process.wait()}; the tree is the one that lies there now")

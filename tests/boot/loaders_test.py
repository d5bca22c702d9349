#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What the boot oracle foretells against the real systemd-sysctl and the real `sysctl --system`.

Hand-made and random trees of sysctl.d files are laid into one namespace, both loaders run over each
of them, and every key of the catalog that the namespace owns is compared with what was foretold for
that loader. The oracle looks at the same tree twice: as / from inside the namespace, and with
--root from outside of it.

  --seed S --trees N   which random trees, and how many
  --replay S:I         one random tree again, with everything that happened
  --replay NAME        a hand-made one

TCPTUNE_SYSTEMD_SYSCTL and TCPTUNE_SYSCTL choose other loaders than those of this machine,
TCPTUNE_BOOT_FORECAST another oracle.
"""
import argparse
import collections
import os
import platform
import subprocess
import sys
import tempfile
import time
import tomllib

sys.dont_write_bytecode = True
import hand_made  # noqa: E402
import scene  # noqa: E402
import trees  # noqa: E402
from oracle import ORACLE, SOURCE, Oracle  # noqa: E402

MOST_SHOWN = 5
# What must be reached, or the test has not looked at what it is for.
LEAST_DISAGREEING, MOST_UNKNOWN = 0.20, 0.02


def catalog_keys():
    folder = os.path.join(SOURCE, "rules")
    keys = set()
    for name in os.listdir(folder):
        if name.endswith(".toml"):
            with open(os.path.join(folder, name), "rb") as file:
                keys.add(tomllib.load(file)["parameter"]["key"])
    return keys


def folded(text):
    """White space between numbers is the kernel's affair."""
    return " ".join(text.decode("ascii", "replace").split())


class Check:
    def __init__(self, made):
        self.scene = made
        self.keys = sorted(catalog_keys() & set(self.scene.files))
        self.defaults = {key: folded(self.scene.defaults[key]) for key in self.keys}
        self.oracle = Oracle(made.root, {key: folded(text) for key, text in made.defaults.items()})
        self.trees = self.compared = self.set = self.disagreeing = self.swapped_caught = 0
        self.unknown_by_hand = 0
        self.unknown, self.wrong = collections.Counter(), []

    def look(self, tree):
        """The values after each loader, and what each view of the oracle says of them."""
        self.scene.lay(tree)
        foretold = self.oracle.ask()
        real = {}
        for loader in scene.LOADERS:
            after = self.scene.boot(loader)
            real[loader] = {key: folded(after[key]) for key in self.keys}
        return real, foretold

    def wrongs(self, real, foretold):
        """Sentences about every value that came otherwise."""
        said = []
        for view, forecast in foretold.items():
            for loader, values in real.items():
                for key, value in values.items():
                    claim = forecast.get(key, {}).get(loader)
                    expected = self.defaults[key] if claim is None else claim["value"]
                    if expected is not None and " ".join(expected.split()) != value:
                        said.append(f"{view}, {loader}: {key} is '{value}', foretold was "
                                    f"'{expected}'" + ("" if claim else " (no line about it)"))
        return said

    def count(self, real, foretold):
        self.trees += 1
        for forecast in foretold.values():
            for loader, values in real.items():
                for key in values:
                    claim = forecast.get(key, {}).get(loader)
                    if claim is None:
                        continue
                    self.compared += 1
                    if claim["value"] is None:
                        self.unknown[claim["unknown"]] += 1
        self.set += any(values != self.defaults for values in real.values())
        first, second = real
        if real[first] != real[second]:
            self.disagreeing += 1
            # A comparison that cannot tell one loader from the other compares nothing.
            swapped = {first: real[second], second: real[first]}
            self.swapped_caught += bool(self.wrongs(swapped, foretold))

    def tree(self, name, tree):
        real, foretold = self.look(tree)
        self.count(real, foretold)
        said = self.wrongs(real, foretold)
        if said:
            self.wrong.append(name)
            if len(self.wrong) <= MOST_SHOWN:
                self.show(name, tree, said)

    def show(self, name, tree, said):
        print(f"\nWRONG: {name}\n{trees.shown(tree)}\n  " + "\n  ".join(said))
        small = self.shrunk(tree)
        if small != tree:
            said = self.wrongs(*self.look(small))
            print(f"smallest that shows it:\n{trees.shown(small)}\n  " + "\n  ".join(said))
        sys.stdout.flush()

    def shrunk(self, tree):
        """The tree without all that is not needed for a wrong prediction."""
        for candidate in trees.smaller(tree):
            if self.wrongs(*self.look(candidate)):
                return self.shrunk(candidate)
        return tree

    def share(self, number):
        return number / self.trees if self.trees else 0.0

    def report(self, seconds):
        unknown = sum(self.unknown.values())
        for reason, times in self.unknown.most_common(12):
            print(f"not foretold {times} times: {reason}")
        print(f"{self.trees} trees in {seconds:.0f} s, {self.compared} predictions compared "
              f"(each loader, with / and with --root), "
              f"{len(self.wrong)} trees with wrong ones, {unknown} unknown "
              f"({100 * unknown / max(self.compared, 1):.2f} %)")
        print(f"something was set by {self.set} trees ({100 * self.share(self.set):.0f} %); "
              f"the loaders disagree over {self.disagreeing} "
              f"({100 * self.share(self.disagreeing):.0f} %), and of those the comparison "
              f"with the other loader's forecast fails for {self.swapped_caught}")

    def verdict(self):
        """What is not as it must be."""
        bad = []
        if self.wrong:
            bad.append("wrong predictions; --replay with: " + ", ".join(self.wrong[:40]))
        if self.share(self.disagreeing) < LEAST_DISAGREEING:
            bad.append("the loaders disagree too seldom")
        if sum(self.unknown.values()) - self.unknown_by_hand > MOST_UNKNOWN * self.compared:
            bad.append("too much is not foretold")
        if self.swapped_caught < 0.98 * self.disagreeing:
            bad.append("the forecasts of the two loaders are hardly told apart")
        return bad


def version_of(command):
    done = subprocess.run([*command, "--version"], capture_output=True, text=True, check=False)
    return (done.stdout.splitlines() or ["?"])[0]


def inside(chosen):
    try:
        made = scene.Scene(os.environ["TCPTUNE_ROOT"])
    except OSError as refused:
        print(f"skipped: this user cannot mount in a namespace of its own: {refused}")
        return 77
    check = Check(made)
    print(f"Linux {platform.release()}, {version_of(scene.SYSTEMD)}, "
          f"{version_of(scene.PROCPS)}, seed {chosen.seed}, {len(check.keys)} keys compared")
    if chosen.replay:
        tree = hand_made.TREES.get(chosen.replay) if chosen.replay in hand_made.TREES else \
            trees.generate(chosen.replay)
        real, foretold = check.look(tree)
        print(trees.shown(tree))
        for loader, values in real.items():
            print(loader, {k: v for k, v in values.items() if v != check.defaults[k]})
        for view, forecast in foretold.items():
            print(view, forecast)
        said = check.wrongs(real, foretold)
        print("\n".join(said) or "as foretold")
        return 1 if said else 0
    start = time.monotonic()
    for name, tree in hand_made.TREES.items():
        check.tree(name, tree)
    # Files that are too large for tcptune are among them on purpose.
    check.unknown_by_hand = sum(check.unknown.values())
    for number in range(chosen.trees):
        check.tree(f"{chosen.seed}:{number}", trees.generate(f"{chosen.seed}:{number}"))
    check.report(time.monotonic() - start)
    bad = check.verdict()
    print("\n".join(bad))
    return 1 if bad else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", default=os.environ.get("TCPTUNE_SEED", "1"))
    parser.add_argument("--trees", type=int, default=3000)
    parser.add_argument("--replay")
    chosen = parser.parse_args()
    if "TCPTUNE_INSIDE" in os.environ:
        if os.readlink("/proc/self/ns/net") == os.environ["TCPTUNE_INSIDE"]:
            print("not in a network namespace of its own: nothing is written")
            return 1
        return inside(chosen)
    if subprocess.run(["unshare", "-Urnm", "true"], capture_output=True,
                      check=False).returncode != 0:
        print("skipped: no user, mount and network namespaces for this user")
        return 77
    if reason := scene.missing():
        print("skipped: " + reason)
        return 77
    if not os.access(ORACLE, os.X_OK):
        print(f"not built: {ORACLE} (cmake --build --preset release)")
        return 1
    with tempfile.TemporaryDirectory(prefix="tcptune-boot-") as root:
        environment = {**os.environ, "TCPTUNE_ROOT": root,
                       "TCPTUNE_INSIDE": os.readlink("/proc/self/ns/net")}
        return subprocess.run(["unshare", "-Urnm", sys.executable, os.path.abspath(__file__),
                               *sys.argv[1:]], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())

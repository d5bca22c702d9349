#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Crashes during the recovery from a crash. tcptuned is killed in the states that a transaction
goes through; at each system call of the recovering start it is then killed again, or the call
fails, and the next start must still end all old or all new."""
import sys
import time

from checker import check, check_next
from enumeration import enumerate_calls
from records import read_records, with_deadline
from scene import VOLATILE, Wrong, enter, read_sysctl
from trace import WAITS, killing, read_calls, starting, was_injected
from world import NEW, OTHERS, Start, make_worlds, operations

FEWEST = 60  # points of a recovery: with fewer the enumeration is broken
ATTEMPTS = 5
DROP_IN = '"90-tcptune.conf"'
JOURNAL = "</run/tcptune/journal"

# What a call of the start may say instead of its result.
ERRORS = {"openat": "EIO", "read": "EIO", "pread64": "EIO", "write": "EIO", "pwrite64": "EIO",
          "fsync": "EIO", "renameat": "EIO", "unlinkat": "EIO", "mkdirat": "EIO", "fchmod": "EIO",
          "newfstatat": "EIO", "fstat": "EIO", "getdents64": "EIO", "flock": "ENOLCK",
          "getsockopt": "ENOPROTOOPT"}
# What changes something that the next start can see. Two kills without one of these in between
# leave the same state, and are one point.
CHANGES = ("write", "pwrite64", "fsync", "renameat", "unlinkat", "mkdirat", "fchmod", "ftruncate")

# State: operation, system call before which it is killed, words of its text, which of them; and how
# the transaction may have ended when all is over.
STATES = [
    ("one value written", "apply", "pwrite64", "", 2, {"rolled_back"}),
    ("all values written", "apply", "write", "APPLIED deadline", 1, {"rolled_back"}),
    ("armed, the deadline has passed", "apply", "sendmsg", "", -1, {"rolled_back"}),
    ("armed", "apply", "sendmsg", "", -1, {"applied"}),
    ("committing, the drop-in is old", "confirm", "renameat", DROP_IN, 1,
     {"rolled_back", "committed"}),
    ("committing, the drop-in is new", "confirm", "fsync", "</etc/sysctl.d>", 1, {"committed"}),
    ("committed, the journal is left", "confirm", "unlinkat", '"journal.', 1, {"committed"}),
    ("rolling back what was armed", "rollback of an armed one", "pwrite64", "", 3,
     {"rolled_back"}),
    ("rolling back, the drop-in is new", "rollback of a committed one", "renameat", DROP_IN, 1,
     {"rolled_back", "committed"}),
    ("rolling back, the drop-in is old", "rollback of a committed one", "pwrite64", "", 2,
     {"rolled_back"}),
    ("rolling back, the drop-in is gone", "rollback to no drop-in", "fsync", "</etc/sysctl.d>", 1,
     {"rolled_back"}),
]


def find_call(calls, name, words, which):
    found = [call for call in calls if call.name == name and words in call.text]
    if not found or which > len(found):
        raise Wrong(f"no {name} with {words!r} in the operation")
    return found[which - 1 if which > 0 else which]


class Cut:
    """What a crash has left, to be recovered from again and again."""

    def __init__(self, operation, call):
        scene = operation.world.scene
        transaction = operation.begin()
        strace = killing(scene.helper, call)
        operation.perform(scene, transaction)
        if scene.gone() != -9:
            raise Wrong("the kill was not delivered")
        strace.detach()
        self.operation, self.transaction = operation, transaction
        self.start = Start({key: read_sysctl(key) for key in {**NEW, **OTHERS}})

    def journal(self):
        return next((path for path in self.start.files.files
                     if path.startswith(VOLATILE + "/journal")), None)

    def let_the_deadline_pass(self):
        data, mode = self.start.files.files[self.journal()]
        self.start.files.files[self.journal()] = (with_deadline(data, 1), mode)

    def last_record(self):
        path = self.journal()
        return read_records(self.start.files.files[path][0], path)[-1][0] if path else "none"


def recovery_calls(cut):
    """(calls to be killed at, calls that can fail) of a start. Each call is one or the other, or
    changes nothing. What is done before the catalog is known, and with the bus, touches nothing of
    ours."""
    scene = cut.operation.world.scene
    scene.end()
    cut.start.restore()
    if not scene.start(starting()):
        raise Wrong("tcptuned does not start: " + scene.log())
    scene.end()
    calls = read_calls()
    rules = [i for i, call in enumerate(calls) if ".toml" in call.text or "/rules" in call.text]
    libraries = max(i for i, call in enumerate(calls) if ".so" in call.text)
    # The thread that connects to the bus.
    bus = next(i for i, call in enumerate(calls) if call.name in ("clone3", "clone"))
    recovery = [call for call in calls[rules[-1] + 1:bus] if call.name not in WAITS]
    identity = calls[libraries + 1:rules[0]]
    kills = [call for call in recovery if call.name in CHANGES or "O_CREAT" in call.text]
    return ([recovery[0], *kills, recovery[-1]],
            [call for call in identity + recovery if call.name in ERRORS])


def recover_with(cut, call, what):
    """A start of which one call goes wrong. False when that call was not reached."""
    scene = cut.operation.world.scene
    scene.end()
    cut.start.restore()
    alive = scene.start(starting(call, what))
    if what == "signal=KILL":
        reached = not alive and scene.gone() == -9
    else:
        reached = was_injected()
        if alive and scene.state() != "recovery_required":
            check(cut.operation, cut.transaction, None, restarted=False, forgettable=True)
    scene.end()
    return reached


def try_case(cut, call, what, ends, number):
    if not any(recover_with(cut, call, what) for _ in range(ATTEMPTS)):
        raise Wrong("it was not reached")
    cut.operation.world.must_start()
    state, transaction = check(cut.operation, cut.transaction, None, restarted=True,
                               forgettable="error=" in what)
    lenient = {None: "rolled_back", "committed_not_durable": "committed"}
    if state not in ends and not ("error=" in what and lenient.get(state) in ends):
        raise Wrong(f"ended as {state}")
    if number % 4 == 0:
        check_next(cut.operation, state, transaction, confirm_armed=number % 8 == 0)


def try_state(name, cut, ends):
    begun = time.monotonic()
    kills, faults = recovery_calls(cut)
    cases = [(call, "signal=KILL") for call in kills]
    cases += [(call, "error=" + ERRORS[call.name]) for call in faults]
    good = failures = 0
    for number, (call, what) in enumerate(cases):
        try:
            try_case(cut, call, what, ends, number)
            good += 1
        except Wrong as wrong:
            failures += 1
            print(f"FAILED: {name}, {what} at {call}\n    {wrong}", flush=True)
    print(f"{name} (journal: {cut.last_record()}): {len(kills)} kills, {len(faults)} errors of the "
          f"recovery, {time.monotonic() - begun:.1f} s", flush=True)
    if len(kills) + len(faults) < FEWEST:
        failures += 1
        print(f"FAILED: fewer than {FEWEST} points")
    return good, failures


def main():
    enter()
    done = {operation.name: operation for operation in operations(*make_worlds())}
    calls = {name: enumerate_calls(operation) for name, operation in done.items()}
    total = failures = 0
    for name, operation, call, words, which, ends in STATES:
        cut = Cut(done[operation], find_call(calls[operation], call, words, which))
        if "passed" in name:
            cut.let_the_deadline_pass()
        good, bad = try_state(name, cut, ends)
        total, failures = total + good, failures + bad
    print(f"{total} second-order faults, {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

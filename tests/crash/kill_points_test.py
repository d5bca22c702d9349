#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""tcptuned is killed at every system call that it makes between a request and what follows its
answer, and started again: all old or all new, as recorded and as the client was told; and the next
apply works."""
import sys
import time

from checker import check, check_next
from enumeration import enumerate_calls
from scene import Wrong, enter
from trace import killing
from world import make_worlds, operations

FEWEST = 60   # points of an operation: with fewer the enumeration is broken
ATTEMPTS = 5  # a message may come in one piece or in two: then a call has no such index


def kill_at(operation, call):
    """(id, what the client was told), or None when the call was not reached."""
    scene = operation.world.scene
    transaction = operation.begin()
    strace = killing(scene.helper, call)
    told = operation.perform(scene, transaction)
    # A message may come between two waits, so that the first one was not the last.
    alive = scene.settle() and not scene.ping().lost and scene.settle()
    strace.detach()
    return None if alive or scene.gone() != -9 else (transaction, told)


def try_point(operation, call, number):
    for _ in range(ATTEMPTS):
        result = kill_at(operation, call)
        if result:
            break
    else:
        raise Wrong("the kill was not delivered")
    operation.world.must_start()
    state, transaction = check(operation, *result, restarted=True)
    check_next(operation, state, transaction, confirm_armed=number % 2 == 0)
    return state, bool(result[1].error)


def main():
    enter()
    failures, total = 0, 0
    for operation in operations(*make_worlds()):
        begun = time.monotonic()
        calls = enumerate_calls(operation)
        delivered, outcomes = 0, {}
        for number, call in enumerate(calls):
            try:
                outcome, unanswered = try_point(operation, call, number)
            except Wrong as wrong:
                failures += 1
                print(f"FAILED: {operation.name}, killed at {call}\n    {wrong}", flush=True)
                continue
            delivered += 1
            name = (outcome or "nothing begun") + (", not told" if unanswered else ", told")
            outcomes[name] = outcomes.get(name, 0) + 1
        print(f"{operation.name}: {len(calls)} points, {delivered} kills delivered and checked, "
              f"{time.monotonic() - begun:.1f} s; "
              + "; ".join(f"{name}: {count}" for name, count in sorted(outcomes.items())),
              flush=True)
        total += delivered
        if len(calls) < FEWEST:
            failures += 1
            print(f"FAILED: {operation.name} has fewer than {FEWEST} points")
        # A test that always kills too early, or too late, proves nothing.
        if len({outcome.split(",")[0] for outcome in outcomes}) < 2:
            failures += 1
            print(f"FAILED: {operation.name} always ends the same way")
    print(f"{total} kills, {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

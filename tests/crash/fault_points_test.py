#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Each system call between a request and what follows its answer fails once with each error that it
can give: the answer is honest, all is old or all is new as recorded, the helper lives, the same
holds after a start, and the next apply works."""
import sys
import time

from checker import check, check_history, check_left_overs, check_next
from enumeration import enumerate_calls
from scene import Wrong, enter
from trace import failing, was_injected
from world import make_worlds, operations

FEWEST = 100  # cases of an operation: with fewer the enumeration is broken
ATTEMPTS = 5

ERRORS = {
    "openat": ("EACCES", "EMFILE", "EIO", "EINTR"),
    "read": ("EIO", "EINTR"),
    "pread64": ("EIO", "EINTR"),
    "write": ("EINVAL", "EIO", "ENOSPC", "EINTR", "EDQUOT"),
    "pwrite64": ("EINVAL", "EIO", "EINTR", "EPERM", "ENOMEM", "retval=1"),
    "fsync": ("EIO", "ENOSPC", "EDQUOT", "EINTR"),
    "renameat": ("EIO", "ENOSPC", "EROFS", "EDQUOT", "EACCES"),
    "unlinkat": ("EIO", "EROFS", "EACCES"),
    "mkdirat": ("EIO", "ENOSPC", "EROFS", "EDQUOT"),
    "fchmod": ("EIO", "EROFS", "EPERM"),
    "fchown": ("EIO", "EROFS", "EPERM"),
    "ftruncate": ("EIO", "EINTR"),
    "newfstatat": ("EIO",),
    "fstat": ("EIO",),
    "getdents64": ("EIO",),
    "flock": ("EINTR", "ENOLCK", "EAGAIN"),
    "getrandom": ("EINTR", "ENOSYS"),
    "eventfd2": ("EMFILE", "ENFILE"),
    "mmap": ("ENOMEM",),
    "poll": ("EINTR",),
    "ppoll": ("EINTR",),
    # Of the bus: they may end the connection, and the helper with it.
    "sendmsg": ("EPIPE", "ECONNRESET", "EAGAIN"),
    "recvmsg": ("ECONNRESET", "EAGAIN", "EINTR"),
}
BUS = ("sendmsg", "recvmsg")


def errors_of(operation, call):
    """Those that this very call can give."""
    errors = ERRORS.get(call.name, ())
    if call.name == "read" and "<anon_inode:" in call.text:
        return ()  # signals and timers: nothing or eight bytes
    if call.name == "openat":
        if any(flag in call.text for flag in ("O_WRONLY", "O_RDWR")):
            errors += ("EROFS",)
        # "Is not there" must be true: of a file that was there a moment ago it would be a lie that
        # no kernel tells, and a key that is gone cannot be given back its value.
        of_sysctl = "</proc/sys/" in call.text
        if "O_DIRECTORY" in call.text and not of_sysctl:
            errors += ("ENOENT",)
        elif of_sysctl and not operation.name.startswith("rollback"):
            errors += ("ENOENT",)
        elif "= -1 ENOENT" in call.text or "O_CREAT" in call.text:
            errors += ("ENOENT",)
    if call.name == "write" and "</run/tcptune/journal" in call.text:
        errors += ("retval=5",)
    return errors


def fail_at(operation, call, error):
    """(id, answer), or None when the call was not reached."""
    scene = operation.world.scene
    transaction = operation.begin()
    strace = failing(scene.helper, call, error)
    told = operation.perform(scene, transaction)
    if not (scene.settle() and not scene.ping().lost and scene.settle()):
        if call.name not in BUS:
            raise Wrong("the helper has ended: " + scene.log())
    strace.detach()
    return (transaction, told) if was_injected() else None


def restart(operation):
    operation.world.scene.end()
    operation.world.must_start()


def try_case(operation, call, error, number):
    for _ in range(ATTEMPTS):
        result = fail_at(operation, call, error)
        if result:
            break
    else:
        raise Wrong("the error was not injected")
    if call.name in BUS:
        restart(operation)
    state, transaction = check(operation, *result, restarted=call.name in BUS,
                               forgettable=True)
    if number % 2:
        check_next(operation, state, transaction, confirm_armed=number % 4 == 1)
        restart(operation)
        scene = operation.world.scene
        check_history(scene, operation.world)
        if scene.state() != "idle":
            raise Wrong(f"the helper is {scene.state()} at last")
        check_left_overs("idle")
    else:
        restart(operation)
        state, transaction = check(operation, *result, restarted=True, forgettable=True)
        check_next(operation, state, transaction, confirm_armed=number % 4 == 0)
    told = result[1]
    return told.error.rpartition(".")[2] or str(state)


def main():
    enter()
    failures, total = 0, 0
    for operation in operations(*make_worlds()):
        begun = time.monotonic()
        cases = [(call, error) for call in enumerate_calls(operation)
                 for error in errors_of(operation, call)]
        outcomes = {}
        for number, (call, error) in enumerate(cases):
            try:
                outcome = try_case(operation, call, error, number)
            except Wrong as wrong:
                failures += 1
                print(f"FAILED: {operation.name}, {error} from {call}\n    {wrong}", flush=True)
                continue
            outcomes[outcome] = outcomes.get(outcome, 0) + 1
        print(f"{operation.name}: {len(cases)} errors, {sum(outcomes.values())} injected and "
              f"checked, {time.monotonic() - begun:.1f} s; "
              + "; ".join(f"{name}: {count}" for name, count in sorted(outcomes.items())),
              flush=True)
        total += sum(outcomes.values())
        if len(cases) < FEWEST:
            failures += 1
            print(f"FAILED: {operation.name} has fewer than {FEWEST} cases")
    print(f"{total} errors, {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

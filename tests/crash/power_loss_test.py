#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The power goes at every system call of a confirmation and of the rollback of a committed
transaction. /etc/sysctl.d and /var/lib/tcptune are two ext4 file systems on loop devices that
repair nothing and write nothing by themselves; what has reached their disks at that moment is
mounted again, as the next boot does it: with another boot id and an empty /run.

The drop-in is old or new, never empty, 0644, and new when the client was told "committed"; the
record agrees with it. Two controls leave out one fsync each and must be found out."""
import os
import shutil
import subprocess
import sys
import time

from checker import check, file_is, told_state
from enumeration import enumerate_calls
from scene import CONFIGURATION, DURABLE, VOLATILE, Wrong, enter, run, skip
from trace import Strace, injection, killing
from world import NEW, OLD, OTHERS, make_worlds, operations, set_values

FEWEST = 60
ATTEMPTS = 5
PLACES = {CONFIGURATION: 0o755, DURABLE: 0o700}
FRAGILE = "loop,noauto_da_alloc,data=writeback,commit=300"
BOOT_ID = "/proc/sys/kernel/random/boot_id"
BOOTS = ("11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222")


def image(place, kind):
    return f"/run/images/{kind}{place.replace('/', '-')}"


def mount(kind, options="loop"):
    for place in PLACES:
        run("mount", "-t", "ext4", "-o", options, image(place, kind), place)


def unmount():
    for place in PLACES:
        run("umount", place)


def copy(source, target):
    for place in PLACES:
        shutil.copyfile(image(place, source), image(place, target))


def make_template(operation, kind):
    """The files from which an operation starts, on disks of their own."""
    for place, mode in PLACES.items():
        path = image(place, kind)
        run("truncate", "-s", "4M", path)
        run("mkfs.ext4", "-q", "-F", "-b", "1024", "-J", "size=1", path)
        run("mount", "-t", "ext4", "-o", "loop", path, place)
        os.rmdir(place + "/lost+found")
        os.chmod(place, mode)
    operation.start.files.restore()
    unmount()


def prepare_disks(done):
    os.mkdir("/run/images")
    with open("/run/boot_id", "w", encoding="ascii") as file:
        file.write(BOOTS[0] + "\n")
    run("mount", "--bind", "/run/boot_id", BOOT_ID)
    path = image(CONFIGURATION, "try")
    run("truncate", "-s", "4M", path)
    run("mkfs.ext4", "-q", "-F", path)
    tried = subprocess.run(["mount", "-t", "ext4", "-o", FRAGILE, path, CONFIGURATION],
                           capture_output=True, text=True)
    if tried.returncode != 0:
        skip("no ext4 on a loop device: " + tried.stderr.strip())
    run("umount", CONFIGURATION)
    for number, operation in enumerate(done):
        operation.template = f"start{number}"
        make_template(operation, operation.template)


def set_boot(number):
    with open("/run/boot_id", "w", encoding="ascii") as file:
        file.write(BOOTS[number] + "\n")


def empty_run():
    for name in os.listdir(VOLATILE):
        os.unlink(VOLATILE + "/" + name)


def begin(operation):
    """A fresh tcptuned on fragile disks; the id."""
    operation.world.scene.end()
    copy(operation.template, "live")
    mount("live", FRAGILE)
    set_boot(0)
    empty_run()
    set_values({**OTHERS, **operation.start.values})
    operation.world.must_start()
    transaction = operation.prepare(operation.world.scene)
    operation.world.scene.settle()
    return transaction


def enumerate_on_disks(operation):
    class OnDisks:
        name, world, perform = operation.name, operation.world, operation.perform

        @staticmethod
        def begin():
            if os.path.ismount(CONFIGURATION):
                operation.world.scene.end()
                unmount()
            return begin(operation)

    calls = enumerate_calls(OnDisks)
    operation.world.scene.end()
    unmount()
    return calls


def cut_power(operation, call, without=None):
    """(id, what the client was told), or None when the call was not reached. `without`: the fsync
    that is left out. What had reached the disks is mounted afterwards."""
    scene = operation.world.scene
    transaction = begin(operation)
    if without is None:
        strace = killing(scene.helper, call)
    else:
        strace = Strace(scene.helper, "-e", f"trace=fsync,{call.name}",
                        *injection(call, "signal=KILL")[2:],
                        "-e", f"inject=fsync:retval=0:when={without.index}")
    told = operation.perform(scene, transaction)
    alive = scene.settle() and not scene.ping().lost and scene.settle()
    strace.detach()
    copy("live", "crash")
    scene.end()
    unmount()
    if alive:
        return None
    mount("crash")
    return transaction, told


def check_disks(operation, transaction, told):
    """Raises Wrong. The next boot has begun when it returns."""
    said = told_state(operation, told)
    file = file_is(operation.world, transaction)
    wanted = {"committed": "new", "rolled_back": "old"}.get(said)
    if wanted and file != wanted:
        raise Wrong(f"the client was told {said}, but the drop-in is {file}")
    set_boot(1)
    empty_run()
    set_values({**OTHERS, **(NEW if file == "new" else OLD)})
    operation.world.must_start()
    return check(operation, transaction, told, restarted=True)[0]


def try_point(operation, call, without=None):
    result = None
    for _ in range(ATTEMPTS):
        result = cut_power(operation, call, without)
        if result:
            break
    else:
        raise Wrong("the kill was not delivered")
    try:
        return check_disks(operation, *result)
    finally:
        operation.world.scene.end()
        unmount()


def is_found_out(operation, calls, without):
    """From the end: what is not on the disk then was promised the longest time ago."""
    for call in reversed(calls):
        if call.name == "fsync":
            continue
        try:
            try_point(operation, call, without)
        except Wrong as wrong:
            return f"{wrong} (killed at {call.name} {call.index})"
    return None


def try_operation(operation, calls):
    begun = time.monotonic()
    outcomes, failures = {}, 0
    for call in calls:
        try:
            state = try_point(operation, call)
            outcomes[state] = outcomes.get(state, 0) + 1
        except Wrong as wrong:
            failures += 1
            print(f"FAILED: {operation.name}, power lost at {call}\n    {wrong}", flush=True)
    print(f"{operation.name}: {len(calls)} points, {sum(outcomes.values())} checked, "
          f"{time.monotonic() - begun:.1f} s; "
          + "; ".join(f"{state}: {count}" for state, count in outcomes.items()), flush=True)
    if len(calls) < FEWEST or len(outcomes) < 2:
        failures += 1
        print(f"FAILED: {operation.name} has fewer than {FEWEST} points, or always ends the same")
    return sum(outcomes.values()), failures


def main():
    enter()
    if not shutil.which("mkfs.ext4"):
        skip("no mkfs.ext4")
    done = [operation for operation in operations(*make_worlds())
            if operation.name == "confirm" or "committed" in operation.states[:1]]
    for operation in done:
        operation.states += ("ended_by_reboot",)
    prepare_disks(done)
    total = failures = 0
    for operation in done:
        calls = enumerate_on_disks(operation)
        good, bad = try_operation(operation, calls)
        total, failures = total + good, failures + bad
        if operation.name != "confirm":
            continue
        flushes = [call for call in calls if call.name == "fsync" and "sysctl.d" in call.text]
        for without, what in zip(flushes, ("the file", "the directory")):
            found = is_found_out(operation, calls, without)
            print(f"control, no fsync of {what} ({without.text}): {found}", flush=True)
            if not found or len(flushes) != 2:
                failures += 1
                print(f"FAILED: nothing shows that {what} is not flushed")
    print(f"{total} power losses, {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: Apache-2.0
"""The states from which everything is tried, and the operations that are cut off.

Old are the values and the drop-in before an apply of five keys, new those after its confirmation.
Two of the keys can only be set in one order and taken back in the other; one is in the old drop-in
too; one is a list.
"""
import os

from scene import CONFIGURATION, DROP_IN, DURABLE, Files, Scene, Wrong, read_bytes, write_sysctl

FIRST, RANGE = "net.ipv4.ip_unprivileged_port_start", "net.ipv4.ip_local_port_range"
NEW = {FIRST: "500", RANGE: "600 60999", "net.core.somaxconn": "5001",
       "net.ipv4.tcp_fin_timeout": "41", "net.ipv4.tcp_max_syn_backlog": "5002"}
OLD = {FIRST: "1024", RANGE: "32768 60999", "net.core.somaxconn": "4500",
       "net.ipv4.tcp_fin_timeout": "60", "net.ipv4.tcp_max_syn_backlog": "2048"}
EARLIER = {"net.core.somaxconn": "4500", "net.ipv4.tcp_keepalive_intvl": "61"}
LATER = {"net.ipv4.tcp_keepalive_probes": "7", "net.ipv4.tcp_retries2": "11"}
OTHERS = {"net.ipv4.tcp_keepalive_intvl": "61", "net.ipv4.tcp_keepalive_probes": "9",
          "net.ipv4.tcp_retries2": "15"}


def set_values(values):
    # In steps that the kernel takes whatever the range is now.
    write_sysctl(RANGE, "32768 60999")
    for key, value in values.items():
        write_sysctl(key, value)


class Start:
    """A state of files and values that can be had again."""

    def __init__(self, values, transaction=None):
        self.files, self.values, self.transaction = Files(), values, transaction

    def restore(self):
        self.files.restore()
        set_values({**OTHERS, **self.values})


class World:
    """`bare`: without an earlier transaction, so that the old state has no drop-in."""

    def __init__(self, scene, bare=False):
        self.scene, self.bare = scene, bare
        self.empty_files()
        set_values({**OTHERS, **OLD, "net.core.somaxconn": "4096"})
        self.must_start()
        if bare:
            set_values({**OTHERS, **OLD})
        else:
            set_values({**OTHERS, "net.ipv4.tcp_keepalive_intvl": "75", **OLD,
                        "net.core.somaxconn": "4096"})
            self.apply_and_confirm(EARLIER)
        self.earlier = [str(entry[0]) for entry in scene.ask("ListTransactions")[0]]
        self.old_file = read_bytes(DROP_IN)
        scene.end()
        self.old = Start(OLD)
        self.must_start()
        transaction = self.apply_and_confirm(NEW)
        scene.end()
        self.new = Start(NEW, transaction)
        kept = [] if bare else [("net.ipv4.tcp_keepalive_intvl", "61")]
        self.new_lines = kept + list(NEW.items())

    @staticmethod
    def empty_files():
        nothing = Files()
        nothing.files = {}
        nothing.restore()

    def must_start(self):
        if not self.scene.start():
            raise Wrong("tcptuned does not start: " + self.scene.log())

    def apply_and_confirm(self, changes):
        answer = self.scene.apply(changes)
        if answer.error or answer.values[1] != "applied":
            raise Wrong(f"apply: {answer}")
        ended = self.scene.ask("Confirm", "s", answer.values[0])
        if ended[0] != "committed":
            raise Wrong(f"confirm: {ended[0]} {ended[1]}")
        return str(answer.values[0])


class Operation:
    """What is cut off: begun from `start` by `prepare`, done by `perform`. Both get the scene;
    `prepare` returns the id that `perform` gets."""

    def __init__(self, name, world, start, prepare, perform, states):
        self.name, self.world, self.start = name, world, start
        self.prepare, self.perform = prepare, perform
        self.before = states[0]  # state of the transaction, and when the operation is refused
        self.states = states  # in which it may be when nothing of the answer is known

    def begin(self):
        """A fresh tcptuned in the state before the operation. Returns the id."""
        self.world.scene.end()
        self.start.restore()
        self.world.must_start()
        transaction = self.prepare(self.world.scene)
        self.world.scene.settle()
        return transaction


def armed(scene):
    answer = scene.apply(NEW)
    if answer.error or answer.values[1] != "applied":
        raise Wrong(f"apply: {answer}")
    return str(answer.values[0])


def operations(world, bare_world=None):
    def rollback(scene, transaction):
        return scene.call("Rollback", "su", transaction, 0)

    def confirm(scene, transaction):
        return scene.call("Confirm", "s", transaction)

    ended = ("committed", "rolled_back")
    result = [
        Operation("apply", world, world.old, lambda scene: None,
                  lambda scene, _: scene.apply(NEW), (None, "applied", "rolled_back")),
        Operation("confirm", world, world.old, armed, confirm, ("applied", *ended)),
        Operation("rollback of an armed one", world, world.old, armed, rollback,
                  ("applied", "rolled_back")),
        Operation("rollback of a committed one", world, world.new,
                  lambda scene: world.new.transaction, rollback, ended)]
    if bare_world:
        result.append(Operation("rollback to no drop-in", bare_world, bare_world.new,
                                lambda scene: bare_world.new.transaction, rollback, ended))
    return result


def make_worlds():
    """(world, bare world) on a new scene."""
    scene = Scene([*NEW, *OTHERS])
    for place in (CONFIGURATION, DURABLE):
        os.makedirs(place, exist_ok=True)
    os.chmod(DURABLE, 0o700)
    bare = World(scene, bare=True)
    return World(scene), bare

# SPDX-License-Identifier: Apache-2.0
"""The one checker: whatever was cut off, the host is all old or all new, and it is known which."""
import os
import stat

from records import read_drop_in, read_records
from scene import CONFIGURATION, DROP_IN, DURABLE, VOLATILE, Wrong, read_bytes, read_sysctl
from world import LATER, NEW, OLD

# state of the transaction -> running values, drop-in, state of the helper
AGREES = {None: ("old", "old", "idle"),
          "applied": ("new", "old", "armed"),
          "committed": ("new", "new", "idle"),
          "committed_not_durable": ("new", "new", "idle"),
          "rolled_back": ("old", "old", "idle"),
          "ended_by_reboot": ("old", "old", "idle"),
          # The disk did not confirm the old drop-in; the next call or start asks it again.
          "rollback_incomplete": ("old", "old", "recovery_required")}
ENDED_ITEMS = {"applied": {"applied"}, "committed": {"kept", "applied"},
               "committed_not_durable": {"kept", "applied"},
               "rolled_back": {"restored", "already_old", "not_tried", "failed", "conflict"},
               "rollback_incomplete": {"restored", "already_old"},
               "ended_by_reboot": {"applied", "not_tried"}}


def values_are():
    now = {key: read_sysctl(key) for key in NEW}
    if now == OLD:
        return "old"
    if now == NEW:
        return "new"
    raise Wrong("the running values are mixed: " + ", ".join(
        f"{key}={value}" for key, value in now.items() if value != NEW[key])
        + " are not new, the others are")


def file_is(world, transaction):
    data = read_bytes(DROP_IN)
    if data is not None:
        info = os.lstat(DROP_IN)
        if not stat.S_ISREG(info.st_mode) or stat.S_IMODE(info.st_mode) != 0o644 or info.st_uid:
            raise Wrong(f"the drop-in's mode is {info.st_mode:o}, its owner {info.st_uid}")
    if data == world.old_file:
        return "old"
    if data is None:
        raise Wrong("there is no drop-in")
    last, lines = read_drop_in(data)
    if lines != world.new_lines or (transaction and last != transaction):
        raise Wrong(f"the drop-in is neither old nor new: {last} {lines}")
    return "new"


def check_history(scene, world):
    """Every entry can be read, by us and by the helper. Returns what it lists: id -> state."""
    listed = {str(entry[0]): str(entry[3]) for entry in scene.ask("ListTransactions")[0]}
    files = [name for name in os.listdir(DURABLE + "/history") if name[0] != "."]
    for name in files:
        path = DURABLE + "/history/" + name
        if read_records(read_bytes(path), path)[-1][0] != "END":
            raise Wrong(path + " has no end")
        if name[9:] not in listed:
            raise Wrong(path + " is not in ListTransactions")
    for transaction in world.earlier:
        if listed.get(transaction) != "committed":
            raise Wrong("an earlier transaction is lost")
    return listed


def check_left_overs(helper_state):
    """After a start nothing of what was cut off lies about."""
    names = [place + "/" + name for place in (CONFIGURATION, DURABLE, DURABLE + "/history",
                                              VOLATILE)
             for name in os.listdir(place)]
    journals = [name for name in names if name.startswith(VOLATILE + "/journal")]
    left = [name for name in names if name.endswith(".new")]
    if helper_state == "idle":
        left += journals + [name for name in names if name == DURABLE + "/armed"]
    elif not journals:
        raise Wrong("armed without a journal")
    for journal in journals:
        if not read_records(read_bytes(journal), journal):
            raise Wrong("the journal is empty")
    if left:
        raise Wrong("left over: " + ", ".join(left))


def find_transaction(operation, listed, transaction):
    known = set(operation.world.earlier)
    others = [name for name in listed if name not in known]
    if transaction and transaction in listed:
        others.remove(transaction)
        others = [transaction] + others
    if len(others) > 1:
        raise Wrong("more transactions than there were: " + ", ".join(others))
    return others[0] if others else None


def check_items(scene, transaction, state):
    info = scene.ask("GetTransaction", "s", transaction)
    items = {str(item[0]): item for item in info[9] if not str(item[0]).startswith("/")}
    if set(items) != set(NEW):
        raise Wrong(f"the record has other keys: {sorted(items)}")
    for key, item in items.items():
        if str(item[1]) not in ENDED_ITEMS.get(state, {str(item[1])}):
            raise Wrong(f"{key} is recorded as {item[1]} in a transaction that is {state}")
        before, after = str(item[2]), str(item[3])
        if state == "ended_by_reboot":
            right = before == OLD[key] and after in (OLD[key], NEW[key])
        elif state.startswith("roll"):  # before and after the last thing that was done
            right = before in (OLD[key], NEW[key]) and after == OLD[key]
        else:
            right = before == OLD[key] and after == NEW[key]
        if not right:
            raise Wrong(f"{key} is recorded as {before} -> {after}")
    if str(info[1]) != state:
        raise Wrong(f"the list says {state}, the transaction {info[1]}")
    if state == "applied" and not 0 < info[5] <= 600:
        raise Wrong(f"{info[5]} seconds are left")


def told_state(operation, told):
    """The state that the answer named; "" when there was none or a refusal."""
    if told is None or told.error:
        return ""
    return str(told.values[1 if operation.name == "apply" else 0])


def check(operation, transaction, told, restarted, forgettable=False):
    """Raises Wrong. `transaction`: its id, None when nobody was told one. `restarted`: tcptuned was
    started after the crash. `forgettable`: the history could not be written once. Returns (state of
    the transaction, its id)."""
    scene, world = operation.world.scene, operation.world
    if told and not told.error and operation.name == "apply":
        transaction = str(told.values[0])
    helper_state = scene.state()
    listed = check_history(scene, world)
    transaction = find_transaction(operation, listed, transaction)
    state = listed.get(transaction)
    if state not in AGREES or (restarted and state == "rollback_incomplete"):
        raise Wrong(f"the transaction is {state}")
    values, file = values_are(), file_is(world, transaction)
    if (values, file) != AGREES[state][:2]:
        raise Wrong(f"recorded as {state}, but the values are {values} and the drop-in is {file}")
    if helper_state != AGREES[state][2] and (restarted or helper_state != "recovery_required"):
        raise Wrong(f"recorded as {state}, but the helper is {helper_state}")
    said = told_state(operation, told)
    # A start may find that the disk has it after all. An end that cannot be written into the
    # history is forgotten, but only when nothing is left of the transaction.
    same = {"committed_not_durable": "committed", "rollback_incomplete": "rolled_back"}
    if forgettable and "committed" not in operation.states[:1]:
        same[None] = "rolled_back"
    if said and same.get(said, said) != same.get(state, state):
        raise Wrong(f"the client was told {said}, the record says {state}")
    if not said and state not in operation.states and same.get(state) not in operation.states:
        raise Wrong(f"{operation.name} ended as {state}")
    if told and told.error and not told.lost and values != AGREES[operation.before][0]:
        raise Wrong(f"the client was told {told}, but the values are {values}")
    if transaction:
        check_items(scene, transaction, state)
    if restarted:
        check_left_overs(helper_state)
    return state, transaction


def check_next(operation, state, transaction, confirm_armed):
    """What is armed can still be ended, and the next apply works."""
    scene = operation.world.scene
    if state == "applied":
        if confirm_armed:
            ended = scene.ask("Confirm", "s", transaction)[0]
        else:
            ended = scene.ask("Rollback", "su", transaction, 0)[0]
        state = "committed" if confirm_armed else "rolled_back"
        if ended != state:
            raise Wrong(f"what was armed ended as {ended}, not {state}")
        if (values_are(), file_is(operation.world, transaction)) != AGREES[state][:2]:
            raise Wrong(f"what was armed and is {state} has other values or another file")
    operation.world.apply_and_confirm(LATER)
    lines = read_drop_in(read_bytes(DROP_IN))[1]
    for key, value in LATER.items():
        if read_sysctl(key) != value or (key, value) not in lines:
            raise Wrong("the next apply did not take effect")

# SPDX-License-Identifier: Apache-2.0
"""Callers of the helper: a connection of any user, in this process or in one of its own."""
import contextlib
import os
import pickle
import select
import signal
import socket
import struct
import sys
import time
import traceback

try:
    import dbus
    import dbus.bus
    import dbus.lowlevel
except ImportError:
    print("skipped: no python3-dbus")
    sys.exit(77)

ADDRESS = "unix:path=/run/dbus/system_bus_socket"
NAME = "org.tcptune1"
OBJECT = "/org/tcptune1"
OWN = "org.tcptune1.Error."
STANDARD = "org.freedesktop.DBus.Error."
PERSIST, BOUND = 1, 2
FORCE = 1
PATIENCE = 60.0  # for machines that are busy; nothing here waits for it to pass
SIGNATURES = {"Apply": "a(sss)ususs", "Checkpoint": "usus", "Confirm": "s", "Rollback": "su",
              "ExtendDeadline": "su", "GetTransaction": "s", "ListTransactions": "", "Verify": ""}


def listens():
    """The socket is there a moment before anybody may connect to it."""
    with socket.socket(socket.AF_UNIX) as tried:
        return tried.connect_ex(ADDRESS.partition("=")[2]) == 0


class Refused(Exception):
    """An error reply: `fault` is its name without the prefix."""

    def __init__(self, name, message):
        super().__init__(f"{name}: {message}")
        self.name, self.message = name, message
        self.fault = name.removeprefix(OWN).removeprefix(STANDARD)


def plain(value):
    """A value of the bus as one of Python."""
    if isinstance(value, (dbus.Array, list)):
        return [plain(each) for each in value]
    if isinstance(value, (dbus.Struct, tuple)):
        return tuple(plain(each) for each in value)
    if isinstance(value, dict):
        return {plain(key): plain(each) for key, each in value.items()}
    if isinstance(value, str):
        return str(value)
    return bool(value) if isinstance(value, dbus.Boolean) else int(value)


def namespace_id():
    """As the program names the network namespace that this process is in."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as own:
        cookie = own.getsockopt(socket.SOL_SOCKET, 71, 8)
    return f"cookie:{struct.unpack('=Q', cookie)[0]}"


@contextlib.contextmanager
def effective_uid(uid):
    """The bus takes the user of the moment in which a connection is made."""
    os.setegid(uid)
    os.seteuid(uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


class Client:
    """One connection to the system bus."""

    def __init__(self, uid=0):
        with effective_uid(uid) if os.geteuid() != uid else contextlib.nullcontext():
            self.bus = dbus.bus.BusConnection(ADDRESS)
        self.bus.set_exit_on_disconnect(False)
        self.name = str(self.bus.get_unique_name())
        self.begun = []

    def message(self, member, signature="", *arguments, interface=NAME, path=OBJECT,
                destination=NAME, interactive=False):
        message = dbus.lowlevel.MethodCallMessage(destination, path, interface, member)
        if signature:
            message.append(*arguments, signature=signature)
        message.set_allow_interactive_authorization(interactive)
        return message

    def send(self, message, timeout=PATIENCE):
        """The reply's values as a list. Throws Refused."""
        try:
            reply = self.bus.send_message_with_reply_and_block(message, timeout)
        except dbus.DBusException as error:
            raise Refused(error.get_dbus_name(), error.get_dbus_message() or "") from None
        return [plain(each) for each in reply.get_args_list()]

    def begin(self, member, *arguments, interactive=False, timeout=PATIENCE):
        """Calls and does not wait: finish() does, in the order of the calls."""
        answers = []
        message = self.message(member, SIGNATURES[member], *arguments, interactive=interactive)
        pending = self.bus.send_message_with_reply(message, answers.append, timeout,
                                                   require_main_loop=False)
        self.begun.append((pending, answers))
        self.bus.flush()

    def begin_apply(self, changes, *, timeout=60, flags=0, label="", interactive=False):
        self.begin("Apply", changes, timeout, namespace_id(), flags, label, "",
                   interactive=interactive)

    def finish(self):
        pending, answers = self.begun.pop(0)
        pending.block()
        reply = answers[0]
        if isinstance(reply, dbus.lowlevel.ErrorMessage):
            raise Refused(reply.get_error_name(), str((reply.get_args_list() or [""])[0]))
        return [plain(each) for each in reply.get_args_list()]

    def call(self, member, *arguments, interactive=False, timeout=PATIENCE):
        """A method of the helper."""
        return self.send(self.message(member, SIGNATURES[member], *arguments,
                                      interactive=interactive), timeout)

    def apply(self, changes, *, timeout=60, flags=0, label="", plan="", netns=None,
              interactive=False):
        """id, state, reason, items."""
        return self.call("Apply", changes, timeout, netns or namespace_id(), flags, label, plan,
                         interactive=interactive)

    def checkpoint(self, *, timeout=60, flags=0, label=""):
        return self.call("Checkpoint", timeout, namespace_id(), flags, label)

    def confirm(self, identity, **more):
        return self.call("Confirm", identity, **more)

    def rollback(self, identity, flags=0, **more):
        return self.call("Rollback", identity, flags, **more)

    def transaction(self, identity):
        """GetTransaction with a name for each value."""
        names = ("kind", "state", "reason", "uid", "started", "left", "flags", "label", "plan",
                 "items")
        return dict(zip(names, self.call("GetTransaction", identity), strict=True))

    def transactions(self):
        """Of ListTransactions: id and state."""
        return [(row[0], row[3]) for row in self.call("ListTransactions")[0]]

    def state(self):
        return self.send(self.message("Get", "ss", NAME, "State",
                                      interface="org.freedesktop.DBus.Properties"))[0]

    def ask_bus(self, member, signature="", *arguments):
        return self.send(self.message(member, signature, *arguments, path="/org/freedesktop/DBus",
                                      interface="org.freedesktop.DBus",
                                      destination="org.freedesktop.DBus"))

    def has_owner(self, name=NAME):
        return bool(self.ask_bus("NameHasOwner", "s", name)[0])

    def helper_pid(self):
        return self.ask_bus("GetConnectionUnixProcessID", "s", NAME)[0]

    def close(self):
        self.bus.close()


def forget_descriptors(keep):
    """In a forked child: what it inherited would keep the parent's connections open."""
    for name in os.listdir("/proc/self/fd"):
        if int(name) > 2 and int(name) not in keep:
            with contextlib.suppress(OSError):
                os.close(int(name))


def forked(work, keep=()):
    """The process id of a child that runs `work` and inherits nothing but standard streams."""
    pid = os.fork()
    if pid:
        return pid
    try:
        forget_descriptors(set(keep))
        work()
    except EOFError:
        pass  # the test has ended
    except BaseException:  # the child must not go on as the test that it was forked from
        traceback.print_exc()
    finally:
        os._exit(1)


class ClientProcess:
    """A connection in a process of its own: it can be killed, stopped, asked for a password."""

    def __init__(self, uid=0):
        here, there = socket.socketpair()
        self.pid = forked(lambda: self._serve(there, uid), keep={there.fileno()})
        there.close()
        self.pipe = here
        self.ended = False
        self.name = self._receive()

    def _serve(self, pipe, uid):
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        client = Client(uid)
        stream = pipe.makefile("rwb")
        answer = client.name
        while True:
            pickle.dump(answer, stream)
            stream.flush()
            method, arguments, more = pickle.load(stream)
            try:
                answer = getattr(client, method)(*arguments, **more)
            except Refused as refused:
                answer = ("refused", refused.name, refused.message)

    def _receive(self):
        data = b""
        while True:
            if not select.select([self.pipe], [], [], PATIENCE)[0]:
                raise AssertionError("a client does not answer")
            part = self.pipe.recv(1 << 20)
            if not part:
                raise AssertionError("a client died")
            data += part
            try:
                return pickle.loads(data)
            except (EOFError, pickle.UnpicklingError):
                continue

    def begin(self, method, *arguments, **more):
        """Starts a method of Client and does not wait for it."""
        self.pipe.sendall(pickle.dumps((method, arguments, more)))

    def answered(self, within=0.0):
        return bool(select.select([self.pipe], [], [], within)[0])

    def finish(self):
        answer = self._receive()
        if isinstance(answer, tuple) and answer and answer[0] == "refused":
            raise Refused(*answer[1:])
        return answer

    def run(self, method, *arguments, **more):
        self.begin(method, *arguments, **more)
        return self.finish()

    def signal(self, number):
        os.kill(self.pid, number)
        if number == signal.SIGSTOP:
            os.waitpid(self.pid, os.WUNTRACED)

    def kill(self):
        if not self.ended:
            self.ended = True
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pipe.close()


def wait_until(condition, what, limit=PATIENCE, pause=0.02):
    """Polls; the first true value. The limit is there to fail, not to be exact."""
    end = time.monotonic() + limit
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {limit:g} s: {what}")
        time.sleep(pause)

# SPDX-License-Identifier: Apache-2.0
"""An authentication agent for polkit that needs no PAM: it says yes or no by itself.

A connection of root tells polkit that the password was right, as the agent's setuid helper does
after PAM; a connection of the user is the agent. Each question is noted in a file.
"""
import os
import signal

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

from bus_client import Client, Refused, forked, wait_until

LOG = "/run/agent.log"
GATE = "/run/agent.gate"
PATH = "/test/agent"
POLKIT = "org.freedesktop.PolicyKit1"
AUTHORITY = "/org/freedesktop/PolicyKit1/Authority"
AUTHORITY_INTERFACE = POLKIT + ".Authority"


class Dismissed(dbus.DBusException):
    _dbus_error_name = POLKIT + ".Error.Cancelled"


def note(text):
    with open(LOG, "a", encoding="ascii") as file:
        file.write(text + "\n")


class Agent(dbus.service.Object):
    def __init__(self, bus, root, uid, accepts):
        super().__init__(bus, PATH)
        self.root, self.uid, self.accepts = root, uid, accepts

    @dbus.service.method(POLKIT + ".AuthenticationAgent", in_signature="sssa{ss}sa(sa{sv})",
                         out_signature="", async_callbacks=("done", "failed"))
    def BeginAuthentication(self, action, message, icon, details, cookie, identities, done, failed):
        note(f"begin {action}")

        def decide():
            if not os.path.exists(GATE):
                return True
            if self.accepts:
                reply = self.root.message(
                    "AuthenticationAgentResponse2", "us(sa{sv})", self.uid, cookie,
                    ("unix-user", {"uid": dbus.UInt32(0)}), interface=AUTHORITY_INTERFACE,
                    path=AUTHORITY, destination=POLKIT)
                try:
                    self.root.send(reply)
                    note("accepted")
                except Refused:
                    note("too late")  # polkit no longer waits for it
                done()
            else:
                note("dismissed")
                failed(Dismissed("dismissed"))
            return False
        if decide():
            GLib.timeout_add(20, decide)

    @dbus.service.method(POLKIT + ".AuthenticationAgent", in_signature="s", out_signature="")
    def CancelAuthentication(self, cookie):
        note("cancelled")


def start_time(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
        return int(file.read().rpartition(")")[2].split()[19])


class PasswordAgent:
    """Answers for the process `client`; waits before each answer while the gate is shut."""

    def __init__(self, client, uid, accepts=True, open_gate=True):
        for path in (LOG, GATE):
            if os.path.exists(path):
                os.unlink(path)
        if open_gate:
            self.open_gate()
        self.pid = forked(lambda: self._serve(client.pid, uid, accepts))
        wait_until(lambda: "ready" in self.log(), "the agent is registered")

    def _serve(self, client_pid, uid, accepts):
        root = Client(0)
        dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
        user = Client(uid)
        Agent(user.bus, root, uid, accepts)
        subject = ("unix-process", {"pid": dbus.UInt32(client_pid),
                                    "start-time": dbus.UInt64(start_time(client_pid))})
        user.send(user.message("RegisterAuthenticationAgent", "(sa{sv})ss", subject, "C", PATH,
                               interface=AUTHORITY_INTERFACE, path=AUTHORITY, destination=POLKIT))
        note("ready")
        GLib.MainLoop().run()

    def log(self):
        if not os.path.exists(LOG):
            return []
        with open(LOG, encoding="ascii") as file:
            return file.read().splitlines()

    def questions(self):
        return [line for line in self.log() if line.startswith("begin ")]

    def open_gate(self):
        open(GATE, "w", encoding="ascii").close()

    def stop(self):
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pid = 0

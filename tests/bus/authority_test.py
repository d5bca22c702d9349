#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""polkit that is not there, hangs, dies, knows nothing of us, or answers nonsense: every time the
helper stays shut."""
import contextlib
import os
import pwd
import signal
import time

import dbus
import dbus.lowlevel
import dbus.mainloop.glib
from gi.repository import GLib

from bus_client import PERSIST, Client, forked, wait_until
from harness import (ACTIONS, BLOCKED, NOBODY, ONE, OPS, PLAIN, SERVICE_FILE, SITE_RULES, BusTest,
                     main, new, old, read, values, write)

POLKIT = "org.freedesktop.PolicyKit1"
POLKIT_SERVICE = os.path.join(os.path.dirname(SERVICE_FILE), POLKIT + ".service")


class NoPolkit(BusTest):
    polkit = False

    def setUp(self):
        super().setUp()
        self.start()

    def test_only_root_is_served_where_there_is_no_polkit(self):
        for uid in (PLAIN, OPS, NOBODY):
            with self.nothing_written(), self.refused("AuthorizationUnavailable"):
                self.client(uid).apply(ONE)
            with self.nothing_written(), self.refused("AuthorizationUnavailable"):
                self.client(uid).apply(ONE, interactive=True)
        identity = self.root.apply(ONE, flags=PERSIST)[0]
        with self.refused("AuthorizationUnavailable"):
            self.client(OPS).confirm(identity)
        self.assertEqual(self.root.confirm(identity)[0], "committed")
        with self.refused("AuthorizationUnavailable"):
            self.client(OPS).rollback(identity)
        self.assertEqual(self.root.rollback(identity)[0], "rolled_back")
        self.assertEqual(values(ONE), old(ONE))

    def test_polkit_that_is_installed_and_does_not_start_is_no_permission_for_root_either(self):
        write(POLKIT_SERVICE, f"[D-BUS Service]\nName={POLKIT}\nExec=/bin/false\nUser=root\n")
        self.root.ask_bus("ReloadConfig")
        try:
            for uid in (OPS, 0):
                with self.nothing_written(), self.refused("AuthorizationUnavailable"):
                    self.client(uid).apply(ONE)
        finally:
            os.unlink(POLKIT_SERVICE)
            self.root.ask_bus("ReloadConfig")

    def test_polkit_that_comes_back_is_asked_again(self):
        with self.refused("AuthorizationUnavailable"):
            self.client(OPS).apply(ONE)
        self.scene.start_polkit()
        self.assertEqual(self.client(OPS).apply(ONE)[1], "applied")


class HangingPolkit(BusTest):
    def setUp(self):
        super().setUp()
        self.start()
        os.kill(self.scene.polkit.pid, signal.SIGSTOP)

    def tearDown(self):
        os.kill(self.scene.polkit.pid, signal.SIGCONT)
        super().tearDown()

    def test_who_waits_is_refused_in_the_end_and_others_are_not_held_up(self):
        """Eight calls of one user may wait at polkit, and no more; another user's may."""
        clients = [self.client(PLAIN) for _ in range(9)]
        begun = time.monotonic()
        with self.nothing_written():
            for client in clients[:8]:
                client.begin_apply(ONE)
                # So that all eight are there before the ninth.
                client.state()
            with self.refused("LimitsExceeded"):
                clients[8].apply(ONE)
            other = self.client(OPS)
            other.begin_apply(ONE)
            self.assertEqual(self.client(NOBODY).transactions(), [])
            self.assertLess(time.monotonic() - begun, 4.5)  # before polkit's time is over
            for client in [*clients[:8], other]:
                with self.refused("AuthorizationUnavailable"):
                    client.finish()
            with self.refused("AuthorizationUnavailable"):
                self.root.apply(ONE)
        os.kill(self.scene.polkit.pid, signal.SIGCONT)
        # None of the late answers opens anything.
        self.assertEqual(self.root.state(), "idle")
        self.assertEqual(self.client(OPS).apply(ONE)[1], "applied")


class BrokenConfiguration(BusTest):
    def setUp(self):
        super().setUp()
        self.start()
        self.good = read(ACTIONS)

    def tearDown(self):
        self.scene.restore_polkit_files()
        self.scene.restart_polkit()
        super().tearDown()

    def broken_actions(self, text):
        if text is None:
            os.unlink(ACTIONS)
        else:
            write(ACTIONS, text)
        self.scene.restart_polkit()
        with self.nothing_written():
            for uid in (PLAIN, OPS, BLOCKED):
                with self.refused("AuthorizationUnavailable"):
                    self.client(uid).apply(ONE)

    def test_actions_that_are_not_installed(self):
        self.broken_actions(None)

    def test_actions_with_a_value_that_polkit_does_not_know(self):
        self.broken_actions(self.good.replace(b"auth_admin<", b"auth_administrator<"))

    def test_actions_that_are_no_xml(self):
        self.broken_actions(self.good[:len(self.good) // 2])

    def test_a_local_rule_with_an_error_opens_nothing(self):
        with open(SITE_RULES + "/tcptune-ops.rules", "a", encoding="ascii") as file:
            file.write("\npolkit.addRule(function(action { return polkit.Result.YES; });\n")
        self.scene.restart_polkit()
        with self.nothing_written():
            for uid in (PLAIN, OPS):
                with self.refused("InteractiveAuthorizationRequired"):
                    self.client(uid).apply(ONE)


class FakePolkit:
    """Owns polkit's name and answers every question with what the test gave it."""

    def __init__(self, root):
        self.pid = forked(self._serve)
        wait_until(lambda: root.has_owner(POLKIT), "the fake polkit is there")

    def _serve(self):
        dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
        bus = Client(pwd.getpwnam("polkitd").pw_uid).bus  # only that user may own the name
        bus.add_message_filter(self._answer)
        bus.request_name(POLKIT)
        GLib.MainLoop().run()

    @staticmethod
    def _answer(bus, message):
        if message.get_member() != "CheckAuthorization":
            return dbus.lowlevel.HANDLER_RESULT_NOT_YET_HANDLED
        with open("/run/fake", encoding="ascii") as file:
            kind, signature, value = file.read().split("|")
        if kind == "error":
            reply = dbus.lowlevel.ErrorMessage(message, signature, value)
        else:
            reply = dbus.lowlevel.MethodReturnMessage(message)
            if signature:
                # Written by this test, for the shapes below only.
                reply.append(*eval(value, {}), signature=signature)  # pylint: disable=eval-used
        bus.send_message(reply)
        return dbus.lowlevel.HANDLER_RESULT_HANDLED

    def stop(self):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)


class NonsenseFromPolkit(BusTest):
    polkit = False

    def setUp(self):
        super().setUp()
        self.start()
        self.fake = FakePolkit(self.root)

    def tearDown(self):
        self.fake.stop()
        wait_until(lambda: not self.root.has_owner(POLKIT), "the fake polkit is gone")
        super().tearDown()

    def answer(self, kind, signature="", value=""):
        write("/run/fake", f"{kind}|{signature}|{value}")

    def test_only_a_well_formed_yes_is_one(self):
        self.answer("reply", "(bba{ss})", "[(True, False, {})]")
        identity = self.client(PLAIN).apply(ONE)[0]
        self.assertEqual(values(ONE), new(ONE))
        self.root.rollback(identity)
        wrong = [("reply", "", ""), ("reply", "b", "[True]"), ("reply", "(b)", "[(True,)]"),
                 ("reply", "(bb)", "[(True, True)]"), ("reply", "bba{ss}", "[True, False, {}]"),
                 ("reply", "(uba{ss})", "[(1, False, {})]"), ("reply", "s", "['yes']"),
                 ("reply", "(bba{sv})", "[(True, False, {})]"),
                 ("error", "org.freedesktop.PolicyKit1.Error.Failed", "yes"),
                 ("error", "org.freedesktop.PolicyKit1.Error.NotAuthorized", "no"),
                 ("error", "org.freedesktop.DBus.Error.NoReply", "timeout"),
                 ("error", "org.freedesktop.DBus.Error.UnknownMethod", "no such method"),
                 ("error", "org.freedesktop.DBus.Error.AccessDenied", "no")]
        for kind in wrong:
            self.answer(*kind)
            for uid in (PLAIN, 0):
                with self.subTest(kind=kind, uid=uid), self.nothing_written(), \
                        self.refused("AuthorizationUnavailable"):
                    self.client(uid).apply(ONE)
        self.answer("reply", "(bba{ss})", "[(False, False, {'polkit.result': 'auth_admin'})]")
        with self.nothing_written(), self.refused("AccessDenied"):
            self.client(PLAIN).apply(ONE)

    def test_an_error_that_claims_that_nobody_is_there_opens_nothing_to_users(self):
        self.answer("error", "org.freedesktop.DBus.Error.ServiceUnknown", "gone")
        with self.nothing_written(), self.refused("AuthorizationUnavailable"):
            self.client(PLAIN).apply(ONE)


if __name__ == "__main__":
    main(together=True)

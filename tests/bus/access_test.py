#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Who may do what: the real bus policy, the real polkitd with our actions and local rules."""
import os
import re
import subprocess
import xml.etree.ElementTree as ElementTree

from bus_client import BOUND, NAME, OBJECT, PERSIST, Refused, namespace_id, wait_until
from harness import (BLOCKED, CHANGER, CONFIGURATION, DROP_IN, FIVE, HELPER_LOG, NOBODY, ONE, OPS,
                     PLAIN, STATE, BusTest, main, new, old, read, values)

PROPERTIES = "org.freedesktop.DBus.Properties"
READ_ONLY = {("org.tcptune1", "GetTransaction"), ("org.tcptune1", "ListTransactions"),
             ("org.tcptune1", "Verify"), (PROPERTIES, "Get"), (PROPERTIES, "GetAll"),
             ("org.freedesktop.DBus.Introspectable", "Introspect"),
             ("org.freedesktop.DBus.Peer", "Ping"), ("org.freedesktop.DBus.Peer", "GetMachineId")}
SAMPLE = {"s": "x", "u": 60, "b": False, "v": "x", "a(sss)": ONE}


class Polkit(BusTest):
    def setUp(self):
        super().setUp()
        self.start()

    def test_without_authorization_nobody_changes_anything(self):
        for uid in (PLAIN, NOBODY, CHANGER):
            with self.nothing_written(), self.refused("InteractiveAuthorizationRequired"):
                flags = PERSIST if uid == CHANGER else 0
                self.client(uid).apply(ONE, flags=flags)
        for uid in (PLAIN, NOBODY):
            with self.nothing_written(), self.refused("InteractiveAuthorizationRequired"):
                self.client(uid).checkpoint()

    def test_interaction_is_allowed_but_there_is_no_agent(self):
        with self.nothing_written(), self.refused("AccessDenied",
                                                  "InteractiveAuthorizationRequired"):
            self.client(PLAIN).apply(ONE, interactive=True)

    def test_a_rule_that_says_no_is_final(self):
        for interactive in (False, True):
            with self.nothing_written(), self.refused("AccessDenied"):
                self.client(BLOCKED).apply(ONE, interactive=interactive)

    def test_the_example_rule_lets_the_group_change_keep_and_undo(self):
        ops = self.client(OPS)
        identity, state, reason, items = ops.apply(FIVE, flags=PERSIST, label="CHG-1: ports")
        self.assertEqual((state, reason), ("applied", "asked"))
        self.assertEqual([(item[0], item[1], item[2], item[3]) for item in items],
                         [(key, "applied", was, now) for key, was, now in FIVE])
        self.assert_values(new())
        self.assertFalse(os.path.exists(DROP_IN))
        self.assertEqual(ops.state(), "armed")
        self.assertEqual(ops.confirm(identity)[0], "committed")
        self.assertEqual(ops.state(), "idle")
        text = read(DROP_IN).decode()
        for key, _, desired in FIVE:
            self.assertIn(f"\n{key} = {desired}\n", text)
        self.assertEqual(os.stat(DROP_IN).st_mode & 0o7777, 0o644)
        self.assertEqual(ops.rollback(identity)[0], "rolled_back")
        self.assert_values(old())
        self.assertFalse(os.path.exists(DROP_IN))

    def test_root_is_served(self):
        identity, state, _, _ = self.root.apply(ONE)
        self.assertEqual(state, "applied")
        self.assertEqual(self.root.rollback(identity)[0], "rolled_back")
        self.assert_values(old())

    def test_the_right_to_change_is_not_the_right_to_keep_or_to_undo(self):
        changer = self.client(CHANGER)
        identity = changer.apply(ONE)[0]
        self.assertEqual(changer.confirm(identity)[0], "committed")
        with self.nothing_written(), self.refused("InteractiveAuthorizationRequired"):
            changer.rollback(identity)
        self.assertEqual(values(ONE), new(ONE))

    def test_polkit_learns_what_is_to_be_changed(self):
        self.client(OPS).apply(FIVE[:2], flags=PERSIST | BOUND, label="CHG-77: less churn")
        self.assertIn("asked org.tcptune1.persist user=t-ops keys=net.core.somaxconn "
                      "net.ipv4.tcp_fin_timeout count=2 persist=yes label=CHG-77: less churn",
                      self.scene.polkit_log())

    def test_the_owner_confirms_and_undoes_from_any_connection_unasked(self):
        identity = self.client(CHANGER).apply(ONE)[0]
        self.assertEqual(self.client(CHANGER).confirm(identity)[0], "committed")
        second = [(ONE[0][0], ONE[0][2], "5002")]
        identity = self.client(CHANGER).apply(second)[0]
        self.assertEqual(self.client(CHANGER).rollback(identity)[0], "rolled_back")
        self.assertEqual(values(ONE), new(ONE))

    def test_the_id_alone_opens_nothing_to_another_user(self):
        identity = self.client(CHANGER).apply(ONE)[0]
        stranger = self.client(PLAIN)
        self.assertIn((identity, "applied"), stranger.transactions())
        for method, arguments in (("Confirm", ()), ("Rollback", (0,)), ("ExtendDeadline", (600,))):
            with self.nothing_written(), self.refused("InteractiveAuthorizationRequired"):
                stranger.call(method, identity, *arguments)
            with self.nothing_written(), self.refused("AccessDenied"):
                self.client(BLOCKED).call(method, identity, *arguments)
        self.assertEqual(self.root.transaction(identity)["state"], "applied")
        self.assertEqual(self.client(OPS).rollback(identity)[0], "rolled_back")

    def test_what_is_committed_is_undone_only_with_permission(self):
        identity = self.client(OPS).apply(ONE, flags=PERSIST)[0]
        self.root.confirm(identity)
        for uid, fault in ((PLAIN, "InteractiveAuthorizationRequired"), (BLOCKED, "AccessDenied")):
            with self.nothing_written(), self.refused(fault):
                self.client(uid).rollback(identity)

    def test_polkit_is_asked_by_bus_name_and_never_by_process(self):
        log = "/run/monitor.log"
        with open(log, "wb") as file:
            monitor = subprocess.Popen(
                ["dbus-monitor", "--system", "destination=org.freedesktop.PolicyKit1"],
                stdout=file, stderr=file)
        try:
            wait_until(lambda: b"NameAcquired" in read(log) or b"NameLost" in read(log),
                       "the monitor listens")
            asked = 0
            for uid in (PLAIN, OPS, BLOCKED, NOBODY, 0):
                for _ in range(4):
                    client = self.client(uid)
                    try:
                        client.rollback(client.apply(ONE)[0])
                    except Refused:
                        pass
                    asked += 1

            def subjects():
                return re.findall(r'string "(system-bus-name|unix-process|unix-session)"',
                                  read(log).decode())
            wait_until(lambda: len(subjects()) >= asked, "polkit was asked")
            self.assertEqual(set(subjects()), {"system-bus-name"})
            self.assertNotIn('string "uid"', read(log).decode())
        finally:
            monitor.kill()
            monitor.wait()

    def test_it_calls_nobody_but_the_bus_and_polkit(self):
        """Nothing is done on behalf of a caller by somebody who would see root calling."""
        log = "/run/monitor.log"
        own = self.root.ask_bus("GetNameOwner", "s", NAME)[0]
        with open(log, "wb") as file:
            monitor = subprocess.Popen(["dbus-monitor", "--system", f"sender={own}"], stdout=file,
                                       stderr=file)
        try:
            wait_until(lambda: b"NameLost" in read(log), "the monitor listens")
            ops = self.client(OPS)
            identity = ops.apply(FIVE, flags=PERSIST)[0]
            ops.confirm(identity)
            ops.rollback(identity)
            ops.rollback(ops.checkpoint()[0])
            wait_until(lambda: read(log).count(b"method call") >= 8, "the calls are seen")
        finally:
            monitor.kill()
            monitor.wait()
        self.assertEqual(set(re.findall(r"method call.* destination=(\S+) ", read(log).decode())),
                         {"org.freedesktop.DBus", "org.freedesktop.PolicyKit1"})

    def test_denials_are_logged_but_not_each(self):
        for _ in range(200):
            with self.refused("InteractiveAuthorizationRequired"):
                self.client(PLAIN).apply(ONE) if _ % 50 == 0 else self.clients[-1].apply(ONE)
        lines = [line for line in read(HELPER_LOG).decode().splitlines() if "61001" in line]
        self.assertGreater(len(lines), 0)
        # One for each second; the 200 calls took far less than a minute.
        self.assertLess(len(lines), 60)
        self.assertFalse(os.listdir(CONFIGURATION))
        self.assertFalse(os.path.exists(STATE + "/history") and os.listdir(STATE + "/history"))


class BusPolicy(BusTest):
    def setUp(self):
        super().setUp()
        self.start()
        self.nobody = self.client(NOBODY)

    def raw(self, interface, member, signature="", *arguments, path=OBJECT, client=None):
        client = client or self.nobody
        return client.send(client.message(member, signature, *arguments, interface=interface,
                                          path=path))

    def introspect(self, path):
        return ElementTree.fromstring(self.raw("org.freedesktop.DBus.Introspectable",
                                               "Introspect", path=path)[0])

    def objects(self, path="/"):
        node = self.introspect(path)
        found = [(path, node)]
        for child in node.findall("node"):
            found += self.objects(path.rstrip("/") + "/" + child.get("name"))
        return found

    def test_every_method_that_does_not_only_read_is_denied_to_nobody(self):
        tried = set()
        for path, node in self.objects():
            for interface in node.findall("interface"):
                for method in interface.findall("method"):
                    row = (interface.get("name"), method.get("name"))
                    if row in READ_ONLY:
                        continue
                    with self.subTest(path=path, row=row):
                        self.assert_denied(path, row, method)
                    tried.add(row)
        self.assertGreaterEqual(tried, {(NAME, "Apply"), (NAME, "Checkpoint"), (NAME, "Confirm"),
                                        (NAME, "Rollback"), (NAME, "ExtendDeadline"),
                                        (PROPERTIES, "Set")})

    def assert_denied(self, path, row, method):
        inputs = [arg for arg in method.findall("arg") if arg.get("direction") != "out"]
        types = [arg.get("type") for arg in inputs]
        about_one = row[0] == NAME and types[:1] == ["s"]
        identity = self.root.apply(ONE)[0] if about_one else ""
        named = {"id": identity, "netns": namespace_id(), "flags": 0, "label": "", "plan": ""}
        arguments = [named.get(arg.get("name"), SAMPLE[arg.get("type")]) for arg in inputs]
        with self.nothing_written(), self.refused("AccessDenied",
                                                  "InteractiveAuthorizationRequired"):
            self.raw(*row, "".join(types), *arguments, path=path)
        if identity:
            self.root.rollback(identity)

    def test_arguments_are_texts_numbers_and_lists_of_them(self):
        types = [(arg.get("name"), arg.get("type")) for path, node in self.objects()
                 if path == OBJECT for interface in node.findall("interface")
                 if interface.get("name") == NAME for arg in interface.iter("arg")]
        self.assertGreater(len(types), 20)
        for name, kind in types:
            self.assertRegex(kind, r"^[sutb]$|^a\([sutb]+\)$", name)
            self.assertNotRegex(name, "path|file|pid|user|command|unit|locale")

    def test_reading_needs_no_authorization(self):
        self.assertEqual(self.nobody.transactions(), [])
        self.assertEqual(self.nobody.call("Verify"), [[]])
        self.assertEqual(self.nobody.state(), "idle")
        self.assertEqual(self.raw(PROPERTIES, "Get", "ss", NAME, "ApiVersion"), [1])
        self.assertEqual(set(self.raw(PROPERTIES, "GetAll", "s", NAME)[0]),
                         {"Version", "ApiVersion", "State"})
        with self.refused("NotFound"):
            self.nobody.transaction("0" * 32)
        with self.refused("InvalidArgs"):
            self.nobody.transaction("../../../etc/shadow")

    def test_no_property_can_be_set(self):
        for uid in (NOBODY, OPS, 0):
            for name in ("Version", "ApiVersion", "State"):
                with self.refused("AccessDenied", "PropertyReadOnly"):
                    client = self.client(uid)
                    client.send(client.message("Set", "ssv", NAME, name, "x",
                                               interface=PROPERTIES))

    def test_what_the_policy_does_not_list_does_not_reach_the_helper(self):
        for uid in (NOBODY, OPS, 0):
            client = self.client(uid)
            for interface, member in ((NAME, "ApplyAll"), ("org.tcptune2", "Apply"),
                                      ("org.freedesktop.DBus.ObjectManager", "GetManagedObjects"),
                                      ("org.freedesktop.systemd1.Manager", "StopUnit")):
                with self.refused("AccessDenied"):
                    self.raw(interface, member, client=client)
            with self.nothing_written(), self.refused("AccessDenied"):
                self.raw(None, "Apply", "a(sss)ususs", ONE, 60, namespace_id(), 0, "", "",
                         client=client)
        with self.refused("UnknownObject", "UnknownMethod", "UnknownInterface"):
            self.raw(NAME, "Verify", path="/org/tcptune1/other")

    def test_the_name_belongs_to_root(self):
        for uid in (NOBODY, OPS):
            for name in (NAME, NAME + ".Extra"):
                client = self.client(uid)
                with self.refused("AccessDenied"):
                    client.ask_bus("RequestName", "su", name, 4)

    def test_the_real_polkit_knows_the_three_actions(self):
        for action in ("apply", "persist", "rollback"):
            result = subprocess.run(["pkaction", "--verbose", "--action-id",
                                     f"org.tcptune1.{action}"],
                                    capture_output=True, text=True, check=False)
            self.assertEqual(result.returncode, 0, result.stderr)
            for kind in ("any", "inactive", "active"):
                self.assertRegex(result.stdout, rf"implicit {kind}: +auth_admin\n")


class Denied(BusTest):
    def test_a_denied_call_opens_nothing_for_writing_and_runs_nothing(self):
        """Every class of refusal, seen by the system calls that it makes."""
        self.start(strace=("-e", "trace=%file,%process,pwrite64,write,ftruncate,fsync,mount"))
        mark = len(read(self.helper.trace))
        calls = [(PLAIN, ONE, "InteractiveAuthorizationRequired"), (BLOCKED, ONE, "AccessDenied"),
                 (NOBODY, ONE, "InteractiveAuthorizationRequired"),
                 (OPS, [("kernel.core_pattern", "core", "|/x")], "KeyNotAllowed"),
                 (OPS, [("net/../kernel/core_pattern", "core", "x")], "InvalidKey"),
                 (OPS, [(ONE[0][0], "4096", "5001\nkernel.core_pattern=|/x")], "InvalidValue"),
                 (OPS, [(ONE[0][0], "4096", "0")], "InvalidValue")]
        for uid, changes, fault in calls:
            with self.subTest(fault=fault), self.nothing_written(), self.refused(fault):
                self.client(uid).apply(changes, flags=PERSIST)
        with self.refused("WrongNamespace"):
            self.client(OPS).apply(ONE, netns="cookie:1")
        trace = read(self.helper.trace)[mark:].decode()
        self.assertNotIn("execve", trace)
        self.assertNotIn("clone", trace)
        for call in re.findall(r"open[^\n]*", trace):
            writes = re.search(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND", call)
            self.assertFalse(writes and "/run/tcptune" not in call and '"lock"' not in call, call)
            self.assertNotIn("core_pattern", call)
        self.assertNotRegex(trace, r"pwrite64|ftruncate|rename|unlinkat?\([^\n]*= 0")

    def test_a_whole_life_without_running_a_program_or_opening_a_network_socket(self):
        self.start(strace=("-e", "trace=%process,socket,setuid,setgid,setresuid,mount"))
        identity = self.root.apply(FIVE, flags=PERSIST)[0]
        self.root.confirm(identity)
        self.root.rollback(identity)
        self.root.call("Verify")
        trace = read(self.helper.trace).decode()
        self.assertEqual(trace.count("execve("), 1)  # its own
        # One thread, which connects to the bus; no process.
        begun = re.findall(r"\b(?:clone|fork|vfork|clone3)\([^\n]*", trace)
        self.assertEqual([call for call in begun if "CLONE_THREAD" not in call], [])
        self.assertLessEqual(len(begun), 1)
        self.assertEqual(set(re.findall(r"socket\((\w+)", trace)), {"AF_UNIX"})


if __name__ == "__main__":
    main()

#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""The files that D-Bus, polkit and systemd read: well formed, closed by default, sandboxed."""
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as tree

SOURCE = os.environ.get("TCPTUNE_SOURCE") or sys.exit("TCPTUNE_SOURCE must name the source tree")
ACCESS = os.path.join(SOURCE, "policies/access")
INTERFACE = os.path.join(SOURCE, "src/dbus/org.tcptune1.xml")
UNITS = [os.path.join(SOURCE, "packaging/systemd", name)
         for name in ("tcptuned.service", "tcptune-recover.service")]
MOST_EXPOSED = 2.0
NAME = "org.tcptune1"
# What every D-Bus service answers, and nothing of it changes anything.
STANDARD = {("org.freedesktop.DBus.Introspectable", "Introspect"),
            ("org.freedesktop.DBus.Properties", "Get"),
            ("org.freedesktop.DBus.Properties", "GetAll"),
            ("org.freedesktop.DBus.Peer", "Ping"),
            ("org.freedesktop.DBus.Peer", "GetMachineId")}
problems = []
skipped = []


def must(holds, problem):
    if not holds:
        problems.append(problem)


def run(*words):
    """The output of a program; nothing, and noted, when it is not installed."""
    if not shutil.which(words[0]):
        skipped.append(words[0])
        return None
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)


def check_interface():
    interface = tree.parse(INTERFACE).getroot().find("interface")
    must(interface.get("name") == NAME, "the interface has another name")
    for arg in interface.iter("arg"):
        kind = arg.get("type")
        must(re.fullmatch(r"[sutb]|a\([sutb]+\)", kind),
             f"{arg.get('name')}: type {kind}: no maps, variants, descriptors or bytes")
    for each in interface.findall("property"):
        must(each.get("access") == "read", f"property {each.get('name')} can be written")
    return {method.get("name") for method in interface.findall("method")}


def check_bus_policy(methods):
    allowed = set()
    for policy in tree.parse(os.path.join(ACCESS, f"{NAME}.conf")).getroot():
        for rule in policy:
            if "own" in rule.attrib:
                must(rule.attrib == {"own": NAME} and policy.attrib == {"user": "root"},
                     f"somebody else may own a name: {rule.attrib} for {policy.attrib}")
                continue
            must(rule.tag == "allow" and set(rule.attrib) == {"send_destination", "send_interface",
                                                              "send_member"},
                 f"a rule names something else than destination, interface, member: {rule.attrib}")
            must(rule.get("send_destination") == NAME, f"opens another service: {rule.attrib}")
            must(policy.attrib == {"context": "default"}, f"a rule for {policy.attrib}")
            allowed.add((rule.get("send_interface"), rule.get("send_member")))
    wanted = STANDARD | {(NAME, method) for method in methods}
    must(allowed == wanted, f"bus policy and interface differ: {sorted(allowed ^ wanted, key=str)}")


def check_polkit():
    root = tree.parse(os.path.join(ACCESS, f"{NAME}.policy")).getroot()
    actions = root.findall("action")
    must({action.get("id") for action in actions} ==
         {f"{NAME}.{word}" for word in ("apply", "persist", "rollback")}, "other actions than three")
    for action in actions:
        defaults = {each.tag: each.text for each in action.find("defaults")}
        must(defaults == dict.fromkeys(("allow_any", "allow_inactive", "allow_active"),
                                       "auth_admin"), f"{action.get('id')}: {defaults}")
        for word in ("description", "message"):
            must(action.findtext(word), f"{action.get('id')} has no {word}")
    rules = open(os.path.join(ACCESS, "tcptune-ops.rules"), encoding="ascii").read()
    must(not re.search(r"=>|\b(let|const)\b|`", rules), "the example rule is not ES5")
    must(set(re.findall(rf'"({NAME}\.\w+)"', rules)) <=
         {action.get("id") for action in actions}, "the example rule names an unknown action")


def check_activation():
    lines = open(os.path.join(ACCESS, f"{NAME}.service"), encoding="ascii").read().splitlines()
    for line in (f"Name={NAME}", "Exec=/usr/libexec/tcptuned", "User=root",
                 "SystemdService=tcptuned.service"):
        must(line in lines, f"activation file: {line} is missing")


def check_well_formed():
    for path in (INTERFACE, os.path.join(ACCESS, f"{NAME}.conf"),
                 os.path.join(ACCESS, f"{NAME}.policy")):
        done = run("xmllint", "--noout", "--nonet", path)
        must(not done or done.returncode == 0, f"{path}: {done and done.stderr}")


def check_units():
    for unit in UNITS:
        name = os.path.basename(unit)
        done = run("systemd-analyze", "verify", "--man=no", unit)
        # The program is not installed where this runs.
        wrong = [line for line in done.stderr.splitlines()
                 if name in line and "is not executable" not in line] if done else []
        must(not wrong, f"{name}: {wrong}")
        done = run("systemd-analyze", "security", "--offline=true", unit)
        if not done:
            continue
        score = re.search(r"exposure level for \S+: ([0-9.]+)", done.stdout)
        must(score and float(score.group(1)) <= MOST_EXPOSED,
             f"{name}: exposure {score.group(1) if score else done.stderr}")
        print(f"{name}: exposure {score.group(1) if score else '?'}")


def check_reasons():
    """Every line that opens the sandbox has its reason above it."""
    for unit in UNITS:
        lines = open(unit, encoding="ascii").read().splitlines()
        for before, line in zip(lines, lines[1:]):
            if line.startswith("ReadWritePaths=") and not before.startswith("ReadWritePaths="):
                must(before.startswith("#"), f"{os.path.basename(unit)}: no reason for {line}")


check_bus_policy(check_interface())
check_polkit()
check_activation()
check_well_formed()
check_units()
check_reasons()
print("\n".join(problems))
if skipped:
    print("not installed, so not asked:", *sorted(set(skipped)))
print(f"{len(problems)} problems")
sys.exit(1 if problems else 0)

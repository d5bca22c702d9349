#!/usr/bin/python3 -B
# SPDX-License-Identifier: Apache-2.0
"""Every JSON that the program writes or reads keeps its schema, and every member is documented."""
import copy
import glob
import json
import os
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    print("skipped: no python3-jsonschema")
    sys.exit(77)

SOURCE = os.environ.get("TCPTUNE_SOURCE") or sys.exit("TCPTUNE_SOURCE must name the source tree")
TCPTUNE = os.environ.get("TCPTUNE") or sys.exit("TCPTUNE must name the program")
GOLDEN = os.path.join(SOURCE, "tests/golden")
HOSTS = sorted(glob.glob(os.path.join(GOLDEN, "facts/*.json")))
# What a host must be changed for is held against its schema where that is done.
CHANGING = {"apply": "tests/cli/check_apply.py", "checkpoint": "tests/cli/check_apply.py",
            "difference": "tests/cli/check_transactions.py",
            "rollbacks": "tests/cli/check_transactions.py",
            "status": "tests/cli/check_transactions.py",
            "transaction": "tests/cli/check_transactions.py",
            "transactions": "tests/cli/check_transactions.py"}
problems = []


def load(path):
    with open(path, encoding="utf-8") as source:
        return json.load(source)


def schemas():
    found = {}
    for path in glob.glob(os.path.join(SOURCE, "src/report/schemas/*.json")):
        schema = load(path)
        jsonschema.Draft202012Validator.check_schema(schema)
        found[schema["properties"]["kind"]["const"]] = jsonschema.Draft202012Validator(schema)
    return found


def answer(*words):
    done = subprocess.run([TCPTUNE, *words], capture_output=True, text=True, check=False,
                          cwd=GOLDEN, timeout=60)
    document = json.loads(done.stdout)
    if document.get("exit_code", done.returncode) != done.returncode:
        problems.append(f"{words}: exit_code {document['exit_code']}, but {done.returncode}")
    return document


def documents():
    """A name and a document for every kind, from saved hosts and from this one."""
    for path in HOSTS:
        name = os.path.basename(path)
        yield f"facts of {name}", load(path)
        for more in ((), ("--profile", "./profiles/goal.toml"), ("--policy", "conservative"),
                     ("--profile", "kubernetes-node", "--detailed-exitcode")):
            yield f"plan of {name} {more}", answer("plan", "--facts", path, "--format=json", *more)
        for key in ("tcp_tw_reuse", "ip_local_port_range", "tcp_tw_recycle"):
            yield f"{key} of {name}", answer("explain", key, "--facts", path, "--format=json")
        yield f"diagnosis of {name}", answer("diagnose", "--facts", path, "--errno", "99",
                                              "--format=json")
    yield "facts of this host", answer("facts")
    yield "diagnosis of this host", answer("diagnose", "--format=json")
    yield "redacted facts", answer("facts", "--redact=addresses,hostname", "--window", "50ms")
    yield "plan of this host", answer("plan", "--format=json")
    yield "rules", answer("rules", "list", "--format=json")
    yield "one rule", answer("rules", "show", "tcp_tw_reuse", "--format=json")
    yield "lint", answer("rules", "lint", "--format=json")
    yield "test", answer("rules", "test", "--format=json")
    yield "a broken rule", answer("rules", "lint", os.path.join(GOLDEN, "cases.txt"),
                                  "--format=json")
    yield "profiles", answer("profiles", "list", "--format=json")
    with tempfile.TemporaryDirectory() as folder:
        saved = os.path.join(folder, "plan.json")
        answer("plan", "--out", saved, "--format=json")
        yield "a rehearsal", answer("rehearse", saved, "--format=json")
    yield "findings in a text", answer("lint", "--target-kernel=6.1", "--format=json",
                                       "sysctl.d/90-web.conf")
    yield "the lines about a key", answer("blame", "net.core.somaxconn", "--format=json")
    yield "running against configured", answer("verify", "--format=json")
    yield "the next boot", answer("verify", "--boot", "--format=json")
    yield "drift", answer("drift", "--format=json")
    yield "another kernel", answer("upgrade-check", "--target-kernel=6.12", "--format=json")
    yield "an error", answer("plan", "--facts", "cases.txt", "--format=json")
    yield "a usage error", answer("explain", "nothing", "--format=json")


def check_documents(validators):
    seen = set()
    count = 0
    for name, document in documents():
        count += 1
        validator = validators.get(document.get("kind"))
        if validator is None:
            problems.append(f"{name}: no schema for kind {document.get('kind')}")
            continue
        seen.add(document["kind"])
        for error in validator.iter_errors(document):
            problems.append(f"{name}: {error.json_path}: {error.message}")
    for kind, test in CHANGING.items():
        with open(os.path.join(SOURCE, test), encoding="utf-8") as source:
            if "schema" in source.read():
                seen.add(kind)
    for kind in sorted(set(validators) - seen):
        problems.append(f"no document of kind {kind} was looked at")
    return count


def members(schema):
    """Names of all properties of a schema, however deep."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for value in schema.values():
            yield from members(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from members(value)


def check_documented(validators):
    for kind, page in (("plan", "tcptune-plan.5"), ("facts", "tcptune-facts.5"),
                       ("explanation", "tcptune-plan.5"), ("rule_check", "tcptune-plan.5"),
                       ("error", "tcptune-plan.5"),
                       ("diagnosis", "tcptune-diagnose.1"), ("lint_report", "tcptune-lint.1"),
                       ("blame_report", "tcptune-blame.1"), ("verify_report", "tcptune-verify.1"),
                       ("drift_report", "tcptune-drift.1"),
                       ("upgrade_report", "tcptune-upgrade-check.1")):
        with open(os.path.join(SOURCE, "man", page), encoding="utf-8") as source:
            words = set(source.read().replace('"', " ").replace("{", " ").replace(":", " ").split())
        for name in sorted(set(members(validators[kind].schema))):
            if name not in words:
                problems.append(f"{page}: member {name} of {kind} is not described")


def check_strict(validators):
    """The schemas can say no: every member is required and typed."""
    for kind, command in (("plan", "plan"), ("diagnosis", "diagnose")):
        document = answer(command, "--facts", os.path.join(GOLDEN, "facts/churn.json"),
                          "--format=json")
        for name in document:
            without = copy.deepcopy(document)
            del without[name]
            wrong = {**copy.deepcopy(document), name: {"of": ["no", "such", "type"]}}
            for broken in (without, wrong):
                if name != "host" and validators[kind].is_valid(broken):
                    problems.append(f"{kind}.json accepts a bad or missing {name}")


def main():
    validators = schemas()
    count = check_documents(validators)
    check_documented(validators)
    check_strict(validators)
    print("\n".join(problems[:40]))
    print(f"{count} documents, {len(validators)} schemas, {len(problems)} problems")
    return 1 if problems or not HOSTS else 0


sys.exit(main())

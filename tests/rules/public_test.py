#!/usr/bin/env python3
"""Rules in the style of the public industrial sets over the shared captures: alerts by sid and packet number.

usage: public_test.py BIN_FOLDER [--tshark | --write]

tests/rules/public/<set>.rules has the rules, <set>.tsv what they raise: sid, capture, packets, and a display filter
of tshark that says which packets these are (a packet with several such messages is named once). --tshark asks it, --write fills the packets in from its answer.
Without ../shared/corpus (or CORPUS in the environment) there is nothing to read, and the test says that it is skipped.
"""
import collections
import json
import os
import pathlib
import re
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parents[2]
binary = pathlib.Path(sys.argv[1])
mode = sys.argv[2] if len(sys.argv) > 2 else ""
corpus = pathlib.Path(os.environ.get("CORPUS", root.parent / "shared/corpus"))
if not corpus.is_dir():
    print(f"skipped: {corpus} is not there")
    sys.exit(77)

addresses = ["HOME_NET", "EXTERNAL_NET", "MODBUS_CLIENT", "MODBUS_SERVER", "DNP3_CLIENT", "DNP3_SERVER", "ENIP_CLIENT", "ENIP_SERVER"]
ports = {"MODBUS_PORTS": ["502"], "DNP3_PORTS": ["20000"], "ENIP_PORTS": ["44818"]}
settings = ["--set", "rules.addresses=" + json.dumps({name: ["any"] for name in addresses}), "--set", "rules.ports=" + json.dumps(ports),
            "--set", f"rules.classification={root / 'rules/classification.config'}"]
failures = 0


def check(holds, what):
    global failures
    if not holds:
        failures += 1
        print("FAILED  " + what)


def by_tshark(capture, filter):
    done = subprocess.run(["tshark", "-r", corpus / capture, "-Y", filter, "-T", "fields", "-e", "frame.number"],
                          check=True, capture_output=True, text=True)
    return [int(number) for number in done.stdout.split()]


def alerts(rules, capture):
    done = subprocess.run([binary / "langyan", "read", corpus / capture, "--rules", rules, *settings], capture_output=True, text=True)
    check(done.returncode == 0 and ".rules:" not in done.stderr, f"{rules.name}: {done.stderr}")
    found = collections.defaultdict(list)
    for line in done.stdout.splitlines():
        event = json.loads(line)
        if event["event_type"] == "alert" and event["alert"]["gid"] == 1:
            found[event["alert"]["signature_id"]].append(event["pcap_cnt"])
    return found


sets, total = 0, 0
for rules in sorted((root / "tests/rules/public").glob("*.rules")):
    sids = [int(sid) for sid in re.findall(r"\bsid:(\d+);", rules.read_text())]
    check(len(sids) >= 15, f"{rules.name} has {len(sids)} rules, at least 15 are wanted")
    table = rules.with_suffix(".tsv")
    rows = [line.split("\t") for line in table.read_text().splitlines()[1:]]
    expected = {(int(sid), capture): [int(n) for n in packets.split(",") if n] for sid, capture, packets, _ in rows}
    if mode:
        for row in rows:
            said = by_tshark(row[1], row[3])
            if mode == "--write":
                row[2] = ",".join(str(n) for n in said)
                expected[(int(row[0]), row[1])] = said
            check(said == expected[(int(row[0]), row[1])], f"{rules.stem}: {row[0]} on {row[1]}: tshark says {said}")
    if mode == "--write":
        table.write_text("\n".join(["sid\tcapture\tpackets\tfilter", *("\t".join(row) for row in rows)]) + "\n")
    captures = sorted({row[1] for row in rows})
    found = {capture: alerts(rules, capture) for capture in captures}
    fired = {sid for sid, capture in expected if expected[(sid, capture)]}
    check(set(sids) <= {sid for sid, _ in expected}, f"{rules.name}: no row for {sorted(set(sids) - {sid for sid, _ in expected})}")
    for capture in captures:
        for sid in sids:
            got, wanted = sorted(set(found[capture].get(sid, []))), expected.get((sid, capture), [])
            check(got == wanted, f"{rules.stem}: {sid} on {capture}: packets {got[:20]}, expected {wanted[:20]}")
    sets, total = sets + 1, total + len(sids)
    print(f"{rules.stem}: {len(sids)} rules, {len(fired)} of them fire on {len(captures)} captures")
print(f"{total} rules of {sets} sets: {failures} failed")
sys.exit(1 if failures else 0)

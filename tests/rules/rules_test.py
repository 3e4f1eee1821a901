#!/usr/bin/env python3
"""The project's own rules: every one has texts in both languages, a capture that fires it as often as said,
and similar ones on which it is silent; office traffic fires none.

usage: rules_test.py BIN_FOLDER
"""
import collections
import json
import pathlib
import re
import subprocess
import sys

import yaml

root = pathlib.Path(__file__).resolve().parents[2]
binary = pathlib.Path(sys.argv[1])
masters = yaml.safe_load((root / "config/demo.yaml").read_text())["rules"]["addresses"]["MASTERS"]
variables = "rules.addresses.MASTERS=" + json.dumps(masters)
failures = []


def check(holds, what):
    if not holds:
        failures.append(what)
        print("FAILED  " + what)


def alerts(capture):
    done = subprocess.run([binary / "langyan", "read", root / "pcaps" / f"{capture}.pcap", "--rules", root / "rules",
                           "--set", variables], check=True, capture_output=True, text=True)
    events = (json.loads(line) for line in done.stdout.splitlines())
    return collections.Counter(e["alert"]["signature_id"] for e in events if e["event_type"] == "alert")


checked = subprocess.run([binary / "langyan", "rules", "check", root / "rules", "--set", variables], capture_output=True, text=True)
check(checked.returncode == 0, "langyan rules check: " + checked.stdout)

sids, texts = {}, {}
for file in sorted((root / "rules").glob("*.rules")):
    for line in file.read_text().splitlines():
        if found := re.search(r"\bsid:(\d+);", line):
            sids[int(found.group(1))] = (file.stem, re.search(r"technique (T\d+)", line))
for file in sorted((root / "rules").glob("*.yaml")):
    for sid, text in (yaml.safe_load(file.read_text()) or {}).items():
        check(sid not in texts, f"{file.name}: {sid} has two texts")
        texts[sid] = (file.stem, text)
own = {sid for sid in sids if 9_100_000 <= sid <= 9_199_999}
check(own == set(texts), f"rules without texts {sorted(own - set(texts))}, texts without rule {sorted(set(texts) - own)}")
for sid, (theme, text) in texts.items():
    check(sids.get(sid, ("", None))[0] == theme, f"{sid}: its text stands in {theme}.yaml, its rule does not")
    technique = sids.get(sid, ("", None))[1]
    check(technique is not None and technique.group(1) == text.get("technique"), f"{sid}: rule and text name other techniques")
    for part in ("title", "meaning", "advice"):
        check(all(text.get(part, {}).get(language) for language in ("en", "zh")), f"{sid}: {part} is not in both languages")

cases = yaml.safe_load((root / "tests/rules/cases.yaml").read_text())
check(set(cases) == own, f"rules without a case {sorted(own - set(cases))}, cases without rule {sorted(set(cases) - own)}")
captures = {capture for case in cases.values() for capture in (*case["fires"], *case["silent"])}
found = {capture: alerts(capture) for capture in sorted(captures | {"it/office", "it/ping", "it/arp"})}
for sid, case in cases.items():
    check(len(case["fires"]) >= 1 and len(case["silent"]) >= 1, f"{sid} needs a firing and a silent capture")
    for capture, times in case["fires"].items():
        check(found[capture][sid] == times, f"{sid} on {capture}: {found[capture][sid]} alerts, expected {times}")
    for capture in case["silent"]:
        check(found[capture][sid] == 0, f"{sid} fires on {capture}, where it must not")
for capture in ("it/office", "it/ping", "it/arp", "modbus/poll", "s7comm/poll-read", "iec104/monitor-only"):
    check(capture not in found or not found[capture], f"{capture} is routine and raises {dict(found.get(capture, {}))}")
print(f"{len(own)} rules over {len(found)} captures: {len(failures)} failed")
sys.exit(1 if failures else 0)

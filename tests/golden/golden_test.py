#!/usr/bin/env python3
"""The events of small captures, line by line, against what stands beside this file.

usage: golden_test.py BIN_FOLDER [--accept] [PROTOCOL | CAPTURE]...
--accept shows the differences and takes them as the truth; a capture named in full (modbus/poll) that has no
golden file yet gets one. Without names all are compared.
A golden file holds the protocol's own events, alerts and anomalies; flows and statistics are left out, and
so is what differs from run to run (sensor, epoch).
"""
import difflib
import json
import pathlib
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parents[2]
here = pathlib.Path(__file__).resolve().parent
binary = pathlib.Path(sys.argv[1]) / "langyan"
accept = "--accept" in sys.argv
names = [word for word in sys.argv[2:] if word != "--accept"]
captures = sorted(str(path.relative_to(here)).removesuffix(".eve.jsonl") for path in here.glob("*/*.eve.jsonl"))
if names:
    captures = [capture for capture in captures if capture in names or capture.split("/")[0] in names]
    captures += [name for name in names if "/" in name and name not in captures]
masters = 'rules.addresses.MASTERS=[10.20.0.5, 10.20.0.6, 10.20.0.8, "fd20::5"]'


def lines(capture):
    done = subprocess.run([binary, "read", root / f"pcaps/{capture}.pcap", "--no-flows", "--set", "eve.assets=false", "--rules", root / "rules",
                           "--set", masters, "--set", "eve.packets=false"], check=True, capture_output=True, text=True)
    for line in done.stdout.splitlines():
        event = json.loads(line)
        if event["event_type"] == "stats":
            continue
        del event["origin"]
        event.get("ot", {}).pop("response_ms", None)
        yield json.dumps(event, ensure_ascii=False, separators=(",", ":"))


failed = 0
for capture in captures:
    path = here / f"{capture}.eve.jsonl"
    now = list(lines(capture))
    before = path.read_text().splitlines() if path.exists() else []
    if now == before and path.exists():
        continue
    for line in list(difflib.unified_diff(before, now, f"{capture} (golden)", f"{capture} (now)", lineterm="", n=0))[:40]:
        print(line[:1000])
    if accept:
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(line + "\n" for line in now))
    else:
        failed += 1
if not captures:
    sys.exit("no golden file of that name; name the capture in full, such as modbus/poll")
print(f"{len(captures) - failed} passed, {failed} failed")
sys.exit(1 if failed else 0)

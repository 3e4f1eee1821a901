#!/usr/bin/env python3
"""The inventory over a restart: what one run learned is no news to the next; a broken file is said and left alone;
each fact that is told names a packet of the capture.

usage: assets_test.py BIN_FOLDER
"""
import json
import pathlib
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parents[2]
binary = pathlib.Path(sys.argv[1]) / "langyan-sensor"
failures = []


def check(holds, what):
    print(("ok      " if holds else "FAILED  ") + what)
    if not holds:
        failures.append(what)


def run(folder, capture="s7comm/szl-identify"):
    done = subprocess.run([binary, "-q", "-r", root / f"pcaps/{capture}.pcap", "-l", folder, "--set", f"spool.folder={folder}/spool",
                           "--set", "rules.files=[]", "--set", "eve.flows=false"], capture_output=True, text=True)
    eve = pathlib.Path(folder) / "eve.json"
    events = [json.loads(line) for line in eve.read_text().splitlines()]
    eve.unlink()
    return done, [event for event in events if event["event_type"] == "asset"]


with tempfile.TemporaryDirectory() as folder:
    state = pathlib.Path(folder) / "spool/assets.json"
    _, first = run(folder)
    told = [event["asset"] for event in first]
    check({"10.20.0.11", "10.20.0.77"} <= {asset["id"] for asset in told}, "both hosts appear")
    facts = {fact["trait"]: fact["value"] for asset in told for fact in asset.get("facts", [])}
    check(facts.get("model") == "CPU 315-2 PN/DP" and facts.get("order_number", "").startswith("6ES7 315"), "the controller's model is told")
    check(all(0 < event["pcap_cnt"] for event in first), "each change names its packet")
    check(state.read_text().count("\n") == 3, "the inventory stands on the disk: a header and two hosts")
    _, second = run(folder)
    check([event["asset"]["change"] for event in second] == [], f"a second run over the same traffic has no news: {second[:1]}")
    _, other = run(folder, "modbus/device-identification")
    check(any(event["asset"]["change"] == "fact" for event in other), "what is new still is told")
    state.write_text(state.read_text().replace("CPU 315", "CPU 317"))
    broken = state.read_text()
    done, again = run(folder)
    check("checksum" in done.stderr and str(state) in done.stderr, "a changed file is named with what is wrong")
    check(any(event["asset"]["change"] == "appeared" for event in again), "and the sensor begins anew")
    check(state.read_text() == broken, "and leaves the file for a person to look into")
print(f"{len(failures)} failed")
sys.exit(1 if failures else 0)

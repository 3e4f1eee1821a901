#!/usr/bin/env python3
"""Polls fold, writers do not: a steady Modbus poll of an hour costs at most two events a conversation and
minute, and every first write of a writer is an event.

usage: budget_test.py BIN_FOLDER
"""
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parents[2]
binary = pathlib.Path(sys.argv[1]) / "langyan"
failures = []


def check(holds, what):
    print(("ok      " if holds else "FAILED  ") + what)
    if not holds:
        failures.append(what)


def events(capture, *options):
    done = subprocess.run([binary, "read", capture, "--rules", root / "rules", *options], check=True, capture_output=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def hour(values, *options):
    path = pathlib.Path(folder) / f"{values}.pcap"
    subprocess.run([sys.executable, root / "pcaps/tools/hour_poll.py", path, "--values", values, *options], check=True,
                   env={**os.environ, "PYTHONPATH": str(root / "pcaps")}, stdout=subprocess.DEVNULL)
    return events(path)


def of_conversation(lines):
    return [e for e in lines if e["event_type"] in ("modbus", "summary", "flow", "anomaly", "alert")]


with tempfile.TemporaryDirectory() as folder:
    for values in ("constant", "changing"):
        lines = hour(values)
        minutes = collections.Counter(e["timestamp"][:16] for e in of_conversation(lines))
        first = min(minutes)
        worst = max(count for minute, count in minutes.items() if minute not in (first, max(minutes)))
        polls = sum(e["summary"]["operations"] for e in lines if e["event_type"] == "summary")
        check(worst <= 2, f"an hour of {values} values: at most {worst} events in a minute between the first and the last")
        check(sum(minutes.values()) <= 120, f"an hour of {values} values: {sum(minutes.values())} events for {polls} folded polls")
        check(polls > 3000, f"the summaries of {values} values count the polls")
        check(len(minutes) >= 60, f"every minute of {values} values is reported")
    if True:
        lines = hour("constant", "--stranger", "1800")
        strangers = [e for e in lines if e["event_type"] == "modbus" and e["ot"]["verb"] == "write"]
        check(len(strangers) >= 1, "a stranger's write in the hour is an event")

lines = events(root / "pcaps/modbus/many-writers.pcap")
writers = {e["src_ip"] for e in lines if e["event_type"] == "modbus" and e["ot"]["verb"] == "write"}
everything = {e["src_ip"] for e in events(root / "pcaps/modbus/many-writers.pcap", "--messages")
              if e["event_type"] == "modbus" and e["ot"]["verb"] == "write"}
check(writers == everything and len(writers) >= 3, f"each of {len(everything)} writers of one register has an event of its own")

lines = events(root / "pcaps/modbus/unit-sweep.pcap")
units = [e["ot"]["unit"] for e in lines if e["event_type"] == "modbus"]
check(len(set(units)) >= 30, f"a sweep shows {len(set(units))} units")
print(f"{len(failures)} failed")
sys.exit(1 if failures else 0)

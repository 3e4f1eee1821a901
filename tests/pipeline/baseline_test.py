#!/usr/bin/env python3
"""Habits as a whole: learned from one capture and enforced on another; over a restart, a kill -9 and another number of
workers; a broken file is said and left alone; a poll that stops is missed.

usage: baseline_test.py BIN_FOLDER
"""
import itertools
import json
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time

from kit import patience

root = pathlib.Path(__file__).resolve().parents[2]
binary = pathlib.Path(sys.argv[1]) / "langyan"
failures = []


def check(holds, what):
    print(("ok      " if holds else "FAILED  ") + what)
    if not holds:
        failures.append(what)


def command(capture, state, mode, *sets, workers=1):
    words = [binary, "read", capture, "--no-stats", "--no-flows", "--workers", str(workers), "--baseline", state, "--baseline-mode", mode,
             "--set", "rules.files=[]", "--set", "sensor.name=one"]
    for each in sets:
        words += ["--set", each]
    return [str(word) for word in words]


def read(capture, state, mode, *sets, workers=1):
    """What habits said of the capture, and what the program said to the person."""
    path = capture if isinstance(capture, pathlib.Path) else root / f"pcaps/{capture}.pcap"
    done = subprocess.run(command(path, state, mode, *sets, workers=workers), capture_output=True, text=True, timeout=patience)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    return [event for event in events if "baseline" in event], done.stderr


def kinds(events):
    return [event["baseline"]["kind"] for event in events]


def records(name):
    octets = (root / f"pcaps/{name}.pcap").read_bytes()
    at, found = 24, []
    while at < len(octets):
        seconds, micros, size, wire = struct.unpack_from("<IIII", octets, at)
        found.append((seconds, micros, wire, octets[at + 16:at + 16 + size]))
        at += 16 + size
    return octets[:24], found


def shifted(found, by):
    return b"".join(struct.pack("<IIII", seconds + by, micros, len(data), wire) + data for seconds, micros, wire, data in found)


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    state = folder / "habits"
    events, _ = read("modbus/poll", state, "learn")
    check(events == [], "who learns says nothing")
    learned = state.read_text()
    habits = [json.loads(line)["habit"] for line in learned.splitlines() if line.startswith('{"habit"')]
    check({habit["verb"] for habit in habits} == {"read"} and len(habits) == 4, "four polls are learned")
    check(any(abs(habit.get("period", 0) - 1_000_000) < 10_000 for habit in habits), "one of them with its second")

    def anew(text=learned):
        state.write_text(text)
        return state

    for workers in (1, 2, 4):
        events, _ = read("modbus/poll", anew(), "enforce", workers=workers)
        check(events == [], f"the same again is usual, {workers} workers")
    outcomes = []
    for workers in (1, 2, 4):
        events, _ = read("modbus/write-by-stranger", anew(), "enforce", workers=workers)
        outcomes.append(re.sub(r'"epoch": "[0-9a-f]*"', "", json.dumps(events)))
    check(kinds(events)[:2] == ["second_master", "new_writer"], f"a stranger that reads and writes: {kinds(events)}")
    check(outcomes[0] == outcomes[1] == outcomes[2], "the same with 1, 2 and 4 workers")
    writer = events[1]
    check(writer["event_type"] == "alert" and writer["alert"]["signature_id"] == 9107607 and writer["alert"]["severity"] == 2
          and writer["pcap_cnt"] > 0 and writer["src_ip"] == "10.20.0.77", "the write is an alert of severity high, from who wrote")
    check("10.20.0.77" in writer["baseline"]["explanation"] and "40005" in writer["baseline"]["explanation"]
          and writer["baseline"]["usual"]["askers"] == ["10.20.0.5"], "it says who, what, and who asks usually")
    check(len(kinds(events)) == len(set((e["baseline"]["kind"], e["baseline"]["client"], e["baseline"].get("object")) for e in events)),
          "each thing is said once")
    events, _ = read("modbus/write-by-stranger", state, "enforce", workers=2)
    check(events == [], f"and not again after a restart: {kinds(events)}")

    events, _ = read("modbus/write-by-stranger", anew(), "review")
    check(kinds(events)[:1] == ["second_master"] and all(e["event_type"] == "baseline" and "alert" not in e for e in events), "review logs and raises no alert")
    events, _ = read("modbus/write-by-stranger", state, "enforce")
    check(events == [], "what was reviewed is learned")

    events, _ = read("modbus/write-by-stranger", anew(), "learn", "baseline.learn_for=60s")
    check("new_writer" in kinds(events), "a time-box that was over at the restart is over")
    events, _ = read("modbus/write-by-stranger", anew(), "learn", "baseline.learn_for=1h")
    check(events == [], "one that was not goes on")
    zones = ("baseline.zones={PLC: [10.20.0.11]}", "baseline.zone_modes={PLC: [enforce]}")
    events, _ = read("modbus/write-by-stranger", anew(), "off", *zones)
    check(kinds(events) and all(e["baseline"]["zone"] == "PLC" for e in events), "a zone has a mode of its own")
    events, _ = read("modbus/write-by-stranger", folder / "none", "off")
    check(events == [] and not (folder / "none").exists(), "off is off")

    broken = learned.replace('"count"', '"cOunt"', 1)
    events, said = read("modbus/write-by-stranger", anew(broken), "enforce")
    check("checksum" in said and state.read_text() == broken, "a broken file is said and left alone")

    # A poll of five minutes; then it stops, while others go on.
    head, poll = records("modbus/poll")
    long, after = folder / "long.pcap", folder / "after.pcap"
    long.write_bytes(head + b"".join(shifted(poll, 60 * i) for i in range(5)))
    _, other = records("iec104/monitor-only")
    first = other[0][0] - poll[0][0]
    after.write_bytes(head + b"".join(shifted(poll, 300 + 60 * i) for i in range(2)) + b"".join(shifted(other, 420 - first + 60 * i) for i in range(6)))
    state.unlink()
    read(long, state, "learn")
    check('"regular"' in state.read_text(), "five minutes of polls are steady")
    shutil.copy(state, folder / "long.habits")
    outcomes = []
    for workers in (1, 2, 4):
        shutil.copy(folder / "long.habits", state)
        events, _ = read(after, state, "enforce", workers=workers)
        outcomes.append(kinds(events))
    missed = [event for event in events if event["baseline"]["kind"] == "poll_stopped"]
    check(outcomes[0] == outcomes[1] == outcomes[2], f"the same with 1, 2 and 4 workers: {outcomes}")
    check(len(missed) == 1 and "no longer does read" in missed[0]["baseline"]["explanation"] and missed[0]["event_type"] == "alert", f"a poll that stops is missed once: {kinds(events)}")

    # kill -9 while it learns: the file is written on the way, and what it holds is whole.
    state.unlink()
    process = subprocess.Popen(command("-", state, "learn", "baseline.save_every=100ms"), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    process.stdin.write(head)
    end = time.monotonic() + patience
    for i in itertools.count():
        process.stdin.write(shifted(poll, 60 * i))
        process.stdin.flush()
        time.sleep(0.02)
        if state.exists() and i > 50 or time.monotonic() > end:
            break
    process.kill()
    process.wait()
    check(state.exists(), "the file is written while the sensor works")
    if state.exists():
        events, said = read("modbus/poll", state, "enforce")
        check(events == [] and said == "", f"after kill -9 it is whole and the poll is usual {kinds(events)} {said}")
sys.exit(1 if failures else 0)

#!/usr/bin/env python3
"""A bad network between sensor and center: delay, cut, reset, truncation, duplication, a slow reader, lost
answers, nobody there: every committed event is in the store exactly once.

usage: network_test.py BIN_FOLDER [--runs 1]     runs: times that each mishap is gone through
"""
import argparse
import collections
import pathlib
import shutil
import signal
import sys
import tempfile

from kit import Center, Link, Sensor, faults, industrial, patience, stored_in

mishaps = ("delay", "cut", "reset", "truncate", "twice", "slow", "answer")
parser = argparse.ArgumentParser()
parser.add_argument("bin", type=pathlib.Path)
parser.add_argument("--runs", type=int, default=1)
args = parser.parse_args()
data = pathlib.Path(tempfile.mkdtemp(prefix="langyan-network-"))
link = Link()
# A peer that sends half a request is not waited for as long as in a plant.
center = Center(args.bin, data / "center", link, settings=("http.header_time=1s", "http.body_time=1s"))
sensor = Sensor(args.bin, data, link.port)
committed = collections.Counter()


def run(why):
    sensor.start(industrial)
    if (status := sensor.process.wait(timeout=patience)) != 0:
        sys.exit(f"FAILED: {why}: the sensor ended with {status}: {sensor.log.read_text()[-1000:]}")
    sensor.note_committed(committed)


try:
    center.start()
    center.token("tested")
    for mishap in mishaps * args.runs:
        first = link.connections
        link.mishap = lambda number: mishap if (number - first) % 3 == 1 else None
        before = link.met[mishap]
        run(mishap)
        if link.met[mishap] == before:
            sys.exit(f"FAILED: {mishap} never happened")
    link.mishap = lambda number: mishaps[number % len(mishaps)] if number % 4 else None
    run("all of them")
    center.kill(signal.SIGTERM)
    found = list(faults(center.data, committed))
    stored, gaps = stored_in(center.data)
    for fault in found:
        print(fault)
    total = sum(committed.values())
    print(f"{link.connections} connections, " + ", ".join(f"{name} {link.met[name]}" for name in mishaps))
    print(f"{total} positions committed, {sum(sum(seen.values()) for seen in stored.values())} events stored, "
          f"{sum(map(len, gaps.values()))} gaps")
    if found or total < 1000 or any(gaps.values()):
        sys.exit("FAILED")
    print("every committed event is in the store exactly once")
finally:
    if center.alive():
        center.process.kill()
    if sensor.process:
        sensor.kill_all()
    shutil.rmtree(data, ignore_errors=True)

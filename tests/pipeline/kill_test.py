#!/usr/bin/env python3
"""Each process of the sensor and the center killed with -9 in each phase of an event's way, answers of the
center cut off: every committed event is in the store exactly once.

usage: kill_test.py BIN_FOLDER PHASE_SHIM [--rounds 20] [--seed N] [--expect-failure]

In each round phase_shim.cc holds one process in the middle of the round's phase; it is killed there, in
some rounds another with it. What was committed is read from the spool's own file after each kill. With
--expect-failure the center runs with its dedup by position switched off, and the same check must fail.
"""
import argparse
import collections
import mmap
import os
import pathlib
import random
import shutil
import signal
import struct
import sys
import tempfile
import time

from kit import Center, Link, Sensor, faults, industrial, patience, root, stored_in

phases = ("append", "fdatasync", "ship", "commit", "acknowledge")
parser = argparse.ArgumentParser()
parser.add_argument("bin", type=pathlib.Path)
parser.add_argument("shim", type=pathlib.Path)
parser.add_argument("--rounds", type=int, default=20)
parser.add_argument("--seed", type=int, default=7)
parser.add_argument("--expect-failure", action="store_true")
args = parser.parse_args()
chance = random.Random(args.seed)
data = pathlib.Path(tempfile.mkdtemp(prefix="langyan-kill-"))


class Page:
    """phase_shim.cc's Page: the phase wanted, the calls until it is held, the process that is."""

    def __init__(self, path):
        path.write_bytes(bytes(4096))
        self.map = mmap.mmap(os.open(path, os.O_RDWR), 4096)

    def want(self, phase, countdown):
        struct.pack_into("<Iii", self.map, 0, 0, countdown, 0)
        struct.pack_into("<I", self.map, 0, 0 if phase is None else 1 + phases.index(phase))

    held = property(lambda self: struct.unpack_from("<i", self.map, 8)[0])


def comm(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return "gone"


def kill(pid, why):
    name = comm(pid)
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # it has ended by itself
    by_process[name] += 1
    if why:
        by_phase[why] += 1
        pairs[why, name] += 1


def held_or_over():
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if page.held:
            return True
        if sensor.process.poll() is not None:
            return False
        time.sleep(0.001)
    sys.exit(f"FAILED: the sensor neither ended nor reached the phase within {patience} s")


def one_round(phase):
    page.want(phase, chance.randint(1, furthest[phase]))
    sensor.start(industrial)
    if not held_or_over():
        furthest[phase] = max(1, furthest[phase] // 2)  # a run has fewer of these calls
        return False
    victim = page.held
    others = [pid for pid in (*sensor.members(), center.process.pid) if pid != victim]
    kill(victim, phase)
    page.want(None, 0)
    other = chance.choice(others) if others and chance.random() < 0.4 else None
    if other:
        kill(other, None)
    center_dead = center.process.pid in (victim, other)
    time.sleep(chance.uniform(0, 0.1))
    if center_dead or center.process.poll() is not None:
        center.process.wait()
        center.start()
    # Most are given a moment to recover, some are let finish, then all that is left is killed.
    end = time.monotonic() + chance.choice((0, 0.3, 0.3, 1, 5))
    while sensor.process.poll() is None and time.monotonic() < end:
        time.sleep(0.01)
    sensor.kill_all()
    return True


page = Page(data / "page")
environment = {"LD_PRELOAD": str(args.shim.resolve()), "LANGYAN_PHASE_PAGE": str(data / "page")}
link = Link(lambda number: "answer" if number % 3 == 0 else None)
center = Center(args.bin, data / "center", link,
                environment | ({"LANGYAN_TEST_WITHOUT_DEDUP": "1"} if args.expect_failure else {}))
sensor = Sensor(args.bin, data, link.port, environment)
by_phase, by_process, pairs = (collections.Counter() for _ in range(3))
committed = collections.Counter()
furthest = {"append": 30, "fdatasync": 30, "ship": 6, "commit": 8, "acknowledge": 8}
try:
    center.start()
    center.token("tested")
    done = tries = 0
    while done < args.rounds:
        tries += 1
        if tries > 3 * args.rounds:
            sys.exit(f"FAILED: only {done} of {tries} rounds reached their phase: {dict(by_phase)}")
        done += one_round(phases[done % len(phases)])
        sensor.note_committed(committed)
    sensor.start(["-r", root / "pcaps" / "modbus" / "poll-short.pcap"])
    if sensor.process.wait(timeout=patience) != 0:
        sys.exit(f"FAILED: the last run of the sensor failed: {sensor.log.read_text()[-1000:]}")
    sensor.note_committed(committed)
    center.kill(signal.SIGTERM)
    found = list(faults(center.data, committed))
    stored, gaps = stored_in(center.data)
    total, events = sum(committed.values()), sum(sum(seen.values()) for seen in stored.values())
    print(f"kills by phase: " + ", ".join(f"{phase} {by_phase[phase]}" for phase in phases))
    print("in detail: " + ", ".join(f"{name} in {phase} {times}" for (phase, name), times in sorted(pairs.items())))
    print("kills by process: " + ", ".join(f"{name} {times}" for name, times in sorted(by_process.items())))
    print(f"{len(committed)} epochs and lanes, {total} positions committed, {events} events stored, "
          f"{link.met['answer']} answers cut")
    if total < 1000 or link.met["answer"] + by_phase["acknowledge"] < 1:
        found.append("too little happened for this to be a test")
    if any(by_phase[phase] < args.rounds // 10 for phase in phases):
        found.append(f"some phase was hit less than {args.rounds // 10} times")
    for fault in found:
        print(fault)
    failed = bool(found) != args.expect_failure
    print("as expected, the check fails without dedup" if found and args.expect_failure else
          "FAILED: the check passes without dedup" if args.expect_failure else
          "FAILED" if found else "every committed event is in the store exactly once")
    sys.exit(1 if failed else 0)
finally:
    if center.alive():
        center.process.kill()
    if sensor.process:
        sensor.kill_all()
    shutil.rmtree(data, ignore_errors=True)

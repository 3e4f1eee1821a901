#!/usr/bin/env python3
"""The spool's disk is full, or fails to write or to sync, once or for good, under a running sensor.

usage: disk_fault_test.py BIN_FOLDER SHIM

A sensor reads one stream of packets while its disk is well, then ill, then well again. It goes on all
the while: what it had to refuse is counted by class, flow records before alerts, and with everything
that it did write adds up to what the stream holds. It recovers without a restart, and the center has
all that was written, once. On a disk that stays ill to the end, the sensor says how much it lost.

The full disk is a tmpfs, which needs root; the failing ones are the shim's.
"""
import argparse
import concurrent.futures
import errno
import json
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import time

import faults

parser = argparse.ArgumentParser()
parser.add_argument("bin", type=pathlib.Path)
parser.add_argument("shim", type=pathlib.Path)
args = parser.parse_args()
data = pathlib.Path(tempfile.mkdtemp(prefix="langyan-disk-fault-")).resolve()
caps = [word for setting in ("caps.spool.segment_bytes=64KiB", "spool.commit_records=50", "spool.commit_interval=20ms")
        for word in ("--set", setting)]
classes = ("alerts", "operations", "summaries", "flows")
well, ill, moment = 30, 30, 3  # times the packets are sent while the disk is so; moment: fits memory
problems, lock = [], threading.Lock()


def packets():
    """The packets of two captures, one after the other: (seconds, rest of the record)."""
    found = []
    for name in ("modbus/write-by-stranger.pcap", "s7comm/stop.pcap"):
        raw = (faults.root / "pcaps" / name).read_bytes()
        assert raw[:4] == b"\xd4\xc3\xb2\xa1", "a little-endian capture of microseconds"
        at, begin = 24, found[-1][0] + 1 if found else 1_000_000_000
        first = struct.unpack_from("<I", raw, at)[0]
        while at < len(raw):
            seconds, _, kept, _ = struct.unpack_from("<IIII", raw, at)
            found.append((begin + seconds - first, raw[at + 4:at + 16 + kept]))
            at += 16 + kept
    return raw[:24], found


header, one_turn = packets()
span = one_turn[-1][0] - one_turn[0][0] + 120  # what is idle ends in between


def turn(number):
    return b"".join(struct.pack("<I", seconds + number * span) + rest for seconds, rest in one_turn)


# Less than what is sent while the disk is ill; what one failed call holds up fits the default.
small_buffer = ["--set", "caps.spool.buffer_bytes=256KiB"]


class Sensor:
    def __init__(self, spool, name, environment=None, *more):
        self.errors = open(data / f"{name}.err", "w+b")
        self.process = subprocess.Popen(
            faults.sensor_command(args.bin, spool, "-r", "-", "--json", *caps, *more, name=name),
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=self.errors)
        self.turns = 0
        self.process.stdin.write(header)

    def feed(self, turns):
        for _ in range(turns):
            self.process.stdin.write(turn(self.turns))
            self.turns += 1
        self.process.stdin.flush()

    def end(self):
        """(status, counters)"""
        self.process.stdin.close()
        status = self.process.wait(timeout=faults.patience)
        self.errors.seek(0)
        text = self.errors.read().decode()
        found = [line for line in text.splitlines() if line.startswith("{")]
        return status, json.loads(found[-1])["counters"] if found else {}, text


def mount(spool):
    spool.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", spool], capture_output=True).returncode:
        raise PermissionError("a tmpfs cannot be mounted here; run as root")


class Illness:
    """What ails the disk, from begin() to end()."""

    def __init__(self, name, ops=(), times=faults.for_good, heals=True):
        self.name, self.ops, self.times, self.heals = name, ops, times, heals
        self.spool, self.page = data / f"spool-{name}", None
        if ops:
            self.page = faults.Page(data / f"page-{name}")

    def environment(self):
        return self.page.environment(args.shim, self.spool) if self.page else None

    def begin(self):
        if self.page:
            return self.page.fail(self.ops, errno.EIO, self.times)
        with open(self.spool / "ballast", "wb", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(bytes(4096))
            except OSError as error:
                assert error.errno == errno.ENOSPC

    def end(self):
        if self.page:
            self.page.mend()
        else:
            (self.spool / "ballast").unlink()


illnesses = [Illness("full"), Illness("write-once", ("write",), 1), Illness("sync-once", ("sync",), 1),
             Illness("write", ("write",)), Illness("sync", ("sync",)), Illness("to-the-end", ("sync",), heals=False)]


def run(illness):
    def wrong(what):
        with lock:
            problems.append(f"{illness.name}: {what}")

    sensor = Sensor(illness.spool, illness.name, illness.environment(),
                    *faults.uplink(center.port, data / f"token-{illness.name}"),
                    *(small_buffer if illness.times != 1 else ()))
    committed = lambda: sum(faults.promised(illness.spool).values())
    sensor.feed(well)
    faults.until(f"{illness.name}: something is committed", lambda: committed() > 100)
    time.sleep(0.3)
    illness.begin()
    sensor.feed(moment if illness.times == 1 else ill)
    if illness.page:
        faults.until(f"{illness.name}: a call fails",
                     lambda: illness.page.failed > 0 or sensor.feed(1) or time.sleep(0.05))
    time.sleep(1.5)
    if sensor.process.poll() is not None:
        return wrong(f"the sensor ended with {sensor.process.returncode}")
    if illness.heals:
        illness.end()
        before = committed()
        # Events are made durable as the stream goes on; a disk that failed is left alone for a second.
        faults.until(f"{illness.name}: it commits again",
                     lambda: sensor.feed(1) or time.sleep(0.1) or committed() > before)
    status, counters, text = sensor.end()
    if not counters:
        return wrong(f"no counters; it ended with {status}: {text[-500:]}")
    expected = count(sensor.turns, illness.name)
    written = {name: counters[f"events.{name}"] for name in classes}
    refused = {name: counters[f"events.refused.{name}"] for name in classes}
    for name in classes:
        if written[name] + refused[name] != expected[name]:
            wrong(f"{name}: {written[name]} written and {refused[name]} refused, the stream has {expected[name]}")
    total, lost = sum(written.values()), counters.get("events.uncommitted", 0)
    share = {name: refused[name] / expected[name] if expected[name] else 0 for name in classes}
    if illness.times == 1 and sum(refused.values()):
        wrong(f"one failed call cost {refused}")
    if illness.times != 1 and not sum(refused.values()):
        wrong("nothing was refused: this was no illness")
    if share["alerts"] > share["operations"] or share["operations"] > share["flows"]:
        wrong(f"alerts were not the last to be refused: {share}")
    if illness.heals != (status == 0) or illness.heals != (lost == 0):
        wrong(f"it ended with {status} and says that {lost} events are lost")
    with lock:
        print(f"{illness.name}: of {expected} {total} written, refused {refused}, lost at the end {lost}, status {status}")
        results[illness.name] = total - lost


def count(turns, name):
    """What a stream of so many turns holds, on a sound disk."""
    spool = data / f"sound-{name}"
    sensor = Sensor(spool, f"sound-{name}")
    sensor.feed(turns)
    status, counters, text = sensor.end()
    shutil.rmtree(spool)
    if status != 0:
        sys.exit(f"the sensor ended with {status} on a sound disk: {text}")
    if not all(counters[f"events.{name}"] for name in ("alerts", "operations", "flows")):
        sys.exit(f"the stream lacks a class: {counters}")
    return {name: counters[f"events.{name}"] for name in classes}


center = faults.Center(args.bin, data / "center")
results = {}
try:
    mount(illnesses[0].spool)
    if not center.start():
        sys.exit("the center did not start")
    for illness in illnesses:
        (data / f"token-{illness.name}").write_text(center.token(illness.name) + "\n")
        (data / f"token-{illness.name}").chmod(0o600)
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        list(pool.map(run, illnesses))
    center.end()
    for name, total in results.items():
        events, gaps = faults.stored(center.data, name)
        problems += [f"{name}: {problem}" for problem in faults.faults({}, events, gaps)]
        stored = sum(len([1 for lines in have.values() if '"event_type":"health"' not in lines[0]])
                     for have in events.values())
        missing = sum(gap["to"] - gap["from"] + 1 for found in gaps.values() for gap in found)
        if stored + missing != total and name != "to-the-end":
            problems.append(f"{name}: {total} written and committed, {stored} stored, {missing} in gaps")
    for problem in problems[:20]:
        print(problem)
    print("FAILED" if problems else "capture went on, every loss is counted, the rest is in the center once")
    sys.exit(1 if problems else 0)
except PermissionError as refused:
    print(refused)
    sys.exit(1 if os.environ.get("CI") else 77)
finally:
    center.end(faults.signal.SIGKILL)
    subprocess.run(["umount", illnesses[0].spool], capture_output=True)
    shutil.rmtree(data, ignore_errors=True)

#!/usr/bin/env python3
"""Captures whose times are no times: backwards, all equal, 1970, 2106, leaping between them, years apart,
far beyond what a calendar holds. Nothing hangs, no packet is lost, the counters say it, and a center
takes every event.

usage: clock_test.py BIN_FOLDER
"""
import argparse
import collections
import json
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import tempfile

from kit import Center, Sensor, faults, patience, root, stored_in

parser = argparse.ArgumentParser()
parser.add_argument("bin", type=pathlib.Path)
args = parser.parse_args()
data = pathlib.Path(tempfile.mkdtemp(prefix="langyan-clock-"))
year = 365 * 86_400
last32 = 2**32 - 1


def packets_of(path):
    raw = path.read_bytes()
    assert raw[:4] == struct.pack("<I", 0xa1b2c3d4), path
    at, packets = 24, []
    while at < len(raw):
        seconds, micros, size, whole = struct.unpack_from("<IIII", raw, at)
        packets.append((seconds + micros / 1e6, whole, raw[at + 16:at + 16 + size]))
        at += 16 + size
    return raw[:24], packets


head, packets = packets_of(root / "pcaps" / "modbus" / "poll.pcap")
times = [time for time, _, _ in packets]
start, count = times[0], len(times)


def pcap(made):
    body = b"".join(struct.pack("<IIII", int(time), int(time % 1 * 1e6), len(frame), whole) + frame
                    for time, (_, whole, frame) in zip(made, packets))
    return head + body


def pcapng(ticks, resolution):
    """Times in any 64-bit number of units, which a pcap cannot say."""
    def block(kind, body):
        body += bytes(-len(body) % 4)
        return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)
    out = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
    out += block(1, struct.pack("<HHI", 1, 0, 0) + struct.pack("<HHB3x", 9, 1, resolution) + bytes(4))
    for tick, (_, whole, frame) in zip(ticks, packets):
        out += block(6, struct.pack("<IIIII", 0, tick >> 32, tick & last32, len(frame), whole) + frame)
    return out


shift = [time - start for time in times]
# name -> capture, and whether every request still meets its answer.
cases = {
    "as they are": (pcap(times), True),
    "all equal": (pcap([start] * count), True),
    "backwards": (pcap(times[::-1]), True),
    "1970": (pcap(shift), True),
    "all zero": (pcap([0] * count), True),
    "2106": (pcap([last32 - shift[-1] - 1 + each for each in shift]), True),
    "an hour back in the middle": (pcap([time - 3600 * (i > count // 2) for i, time in enumerate(times)]), True),
    "a year back in the middle": (pcap([time - year * (i > count // 2) for i, time in enumerate(times)]), True),
    "an hour ahead in the middle": (pcap([time + 3600 * (i > count // 2) for i, time in enumerate(times)]), False),
    "a year ahead in the middle": (pcap([time + year * (i > count // 2) for i, time in enumerate(times)]), False),
    "1970 and 2106 in turn": (pcap([i % 2 * last32 for i in range(count)]), False),
    "a year apart each": (pcap([i * year % last32 for i in range(count)]), False),
    "the year 60000": (pcapng([(58_000 * year + i) * 10**6 for i in range(count)], 6), True),
    "the end of 64 bits": (pcapng([2**64 - 1 - count + i for i in range(count)], 6), True),
    "the end of 64 bits, in seconds": (pcapng([2**64 - 1 - count + i for i in range(count)], 0), True),
    "everything at once": (pcapng([(0, 2**63, 2**64 - 1, 10**15)[i % 4] for i in range(count)], 6), False),
}


def events_of(path):
    folder = path.with_suffix("")
    folder.mkdir()
    done = subprocess.run([args.bin / "langyan-sensor", "-q", "-r", path, "-l", folder, "--messages", "--set",
                           "eve.stats_interval=1h", "--set", f"rules.files=[{root / 'rules'}]"],
                          capture_output=True, text=True, timeout=patience)  # a hang, not a matter of speed
    if done.returncode != 0:
        fail(f"{path.stem}: the sensor ended with {done.returncode}: {done.stderr[:500]}")
    return [json.loads(line) for line in (folder / "eve.json").read_text().splitlines()]


def fail(text):
    failures.append(text)
    print("FAILED:", text)


failures, committed, expected = [], collections.Counter(), None
try:
    center = Center(args.bin, data / "center")
    center.start()
    center.token("tested")
    for name, (content, whole) in cases.items():
        path = data / f"{name.replace(' ', '-').replace(',', '')}.pcap"
        path.write_bytes(content)
        events = events_of(path)
        kinds = collections.Counter(event["event_type"] for event in events)
        stats = [event["stats"] for event in events if event["event_type"] == "stats"][-1]
        expected = expected or (kinds["modbus"], kinds["alert"])
        if stats["pipeline"]["packets"] != count:
            fail(f"{name}: {stats['pipeline']['packets']} of {count} packets")
        if whole and (kinds["modbus"], kinds["alert"]) != expected:
            fail(f"{name}: {kinds['modbus']} operations and {kinds['alert']} alerts, {expected} are in it")
        if not whole and kinds["modbus"] < expected[0]:
            fail(f"{name}: only {kinds['modbus']} operations, {expected[0]} are in it")
        if len(events) > 20 * count:
            fail(f"{name}: {len(events)} events of {count} packets")
        steps = stats["pipeline"]["steps_back"]
        if ("back" in name or "turn" in name) and steps == 0:
            fail(f"{name}: no step back is counted")
        print(f"{name}: {kinds['modbus']} operations, {kinds['alert']} alerts, {kinds['flow']} flows, {steps} steps back")
        sensor = Sensor(args.bin, data, center.port)
        sensor.start(["-r", path], options=("--messages",))
        if sensor.process.wait(timeout=patience) != 0:
            fail(f"{name}: with a center the sensor failed: {sensor.log.read_text()[-500:]}")
        sensor.note_committed(committed)
    center.kill(signal.SIGTERM)
    for fault in faults(center.data, committed):
        fail(fault)
    stored, gaps = stored_in(center.data)
    if any(gaps.values()):
        fail(f"the center refused events: {[line for lines in gaps.values() for line in lines][:2]}")
    print(f"{sum(committed.values())} positions committed, {sum(sum(seen.values()) for seen in stored.values())} stored")
    sys.exit(1 if failures else 0)
finally:
    if center.alive():
        center.process.kill()
    shutil.rmtree(data, ignore_errors=True)

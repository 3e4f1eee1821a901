#!/usr/bin/env python3
"""Rules reloaded 200 times under replay: each packet is inspected by exactly one set, and sets follow
one another as they were loaded.

usage: reload_test.py BIN_FOLDER [--reloads 200] [--workers 2] [--rules N]

The only rule of a set alerts on every packet and carries the set's number. Packets go to the sensor
through its standard input for as long as it takes; every one must come out as one alert, and the
number must not fall from one packet to the next. With --rules so many generated ones stand beside it.
"""
import argparse
import json
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time

from kit import patience

parser = argparse.ArgumentParser()
parser.add_argument("bin", type=pathlib.Path)
parser.add_argument("--reloads", type=int, default=200)
parser.add_argument("--workers", type=int, default=2)
parser.add_argument("--rules", type=int, default=0)
args = parser.parse_args()
longest_wait = patience + args.rules / 50  # s; a large set compiles for seconds on a busy machine
data = pathlib.Path(tempfile.mkdtemp(prefix="langyan-reload-"))
sensor = None
rules, log_file, events_file = data / "rules", data / "log", data / "eve.json"
rules.mkdir()
reloads_done = threading.Event()
sent = reloads = 0
block_packets, packets_a_reload = 256, 1536  # more than the sensor reads between two looks for orders


def write_rules(generation):
    """As an operator does it: written beside, then put in its place."""
    new = data / "new"
    new.write_text(f'alert udp any any -> any any (msg:"set {generation}"; dsize:>0; sid:1000001; rev:{generation};)\n')
    os.replace(new, rules / "own.rules")


def frame(number):
    """A datagram between one of 64 pairs of hosts, so that every worker gets its share."""
    payload = b"reload" + struct.pack(">I", number)
    pair = number % 64
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 28 + len(payload), number & 0xffff, 0, 64, 17, 0,
                     bytes((10, 9, 0, pair)), bytes((10, 8, 0, pair)))
    udp = struct.pack(">HHHH", 40000, 4000, 8 + len(payload), 0)
    return b"\x02\0\0\0\0\x01\x02\0\0\0\0\x02\x08\0" + ip + udp + payload


def feed(sink):
    """Packets while reloads go on, a few thousand for each of them."""
    global sent
    sink.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
    frames = [frame(number) for number in range(block_packets)]
    block = b"".join(struct.pack("<IIII", 1_700_000_000, 0, len(each), len(each)) + each for each in frames)
    while not reloads_done.is_set():
        if sent >= (reloads + 2) * packets_a_reload:
            time.sleep(0.001)
            continue
        sink.write(block)
        sink.flush()
        sent += block_packets
    sink.close()


def until(what, sensor, condition):
    end = time.monotonic() + longest_wait
    while not condition():
        if sensor.poll() is not None or time.monotonic() > end:
            sys.exit(f"FAILED: {what}:\n{log_file.read_text()[-2000:]}")
        time.sleep(0.001)


def reload_all(sensor):
    until("the sensor does not start", sensor, events_file.exists)
    global reloads
    for generation in range(2, args.reloads + 2):
        write_rules(generation)
        sensor.send_signal(signal.SIGUSR2)
        until(f"reload {generation - 1} did not happen", sensor,
              lambda: log_file.read_text().count(f"rules reloaded: {args.rules + 1} loaded") >= generation - 1)
        reloads = generation - 1
        until("the packets do not go on", sensor, lambda: sent >= reloads * packets_a_reload)


def faults():
    by_packet, twice = {}, 0
    for line in open(events_file):
        if '"event_type":"alert"' not in line:
            continue
        event = json.loads(line)
        alert, number = event["alert"], event["pcap_cnt"]
        if alert["signature"] != f"set {alert['rev']}":
            yield f"packet {number}: revision {alert['rev']} of the rule \"{alert['signature']}\""
        twice += number in by_packet
        by_packet[number] = alert["rev"]
    missing = sent - len(by_packet)
    if missing:
        yield f"{missing} of {sent} packets raised no alert"
    if twice:
        yield f"{twice} packets were alerted on twice"
    sets = [by_packet[number] for number in sorted(by_packet)]
    falls = sum(later < earlier for earlier, later in zip(sets, sets[1:]))
    if falls:
        yield f"{falls} times an older set followed a newer one"
    used = len(set(sets))
    print(f"{args.reloads} reloads of {args.rules + 1} rules, {args.workers} workers, {sent} packets, {len(by_packet)} alerts of {used} sets")
    if used < args.reloads // 2:
        yield f"only {used} of {args.reloads + 1} sets met a packet: too few for this to be a test"


try:
    write_rules(1)
    if args.rules:
        maker = pathlib.Path(__file__).parent.parent / "bench" / "make_rules.py"
        made = subprocess.run([sys.executable, maker, str(args.rules)], stdout=subprocess.PIPE, check=True, text=True).stdout
        (rules / "large.rules").write_text(made.replace("$HTTP_PORTS", "80"))
    with open(log_file, "w") as log:
        sensor = subprocess.Popen(
            [args.bin / "langyan-sensor", "-r", "-", "--set", f"rules.files=[{rules}]", "--set", f"eve.file={events_file}",
             "--set", f"pipeline.workers={args.workers}", "--set", "eve.flows=false",
             "--set", "eve.packets=false", "--set", "capture.copies_within=0s"],  # it is one packet, again and again
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=log)
    feeder = threading.Thread(target=feed, args=(sensor.stdin,), daemon=True)
    feeder.start()
    reload_all(sensor)
    reloads_done.set()
    feeder.join(timeout=patience)
    if sensor.wait(timeout=patience) != 0:
        sys.exit(f"FAILED: the sensor ended with {sensor.returncode}:\n{log_file.read_text()[-2000:]}")
    found = list(faults())
    for fault in found:
        print("FAILED:", fault)
    sys.exit(1 if found else 0)
finally:
    if sensor and sensor.poll() is None:
        sensor.kill()
        sensor.wait()
    shutil.rmtree(data, ignore_errors=True)

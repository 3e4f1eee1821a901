#!/usr/bin/env python3
"""Sensor and center killed with -9 again and again, answers of the center cut off: every committed event
is in the store exactly once.

usage: kill_test.py BIN_FOLDER [--rounds 20] [--seed N] [--expect-failure]

A proxy between the two lets some requests through whole and cuts the answer, so that batches come
again. What was committed is read from the spool's own file after each kill. With --expect-failure the
center runs with its dedup by position switched off, and the same check must fail.
"""
import argparse
import collections
import os
import pathlib
import random
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time

root = pathlib.Path(__file__).resolve().parents[2]
parser = argparse.ArgumentParser()
parser.add_argument("bin", type=pathlib.Path)
parser.add_argument("--rounds", type=int, default=20)
parser.add_argument("--seed", type=int, default=7)
parser.add_argument("--expect-failure", action="store_true")
args = parser.parse_args()
chance = random.Random(args.seed)
data = pathlib.Path(tempfile.mkdtemp(prefix="langyan-kill-"))
lanes = ("alert", "bulk")


class Proxy(threading.Thread):
    """Passes connections on; of each third one the answer is cut off after the request went through."""

    def __init__(self):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.target = None
        self.connections = self.cut = 0

    def run(self):
        while True:
            client, _ = self.listener.accept()
            self.connections += 1
            threading.Thread(target=self.serve, args=(client, self.connections % 3 == 0), daemon=True).start()

    def serve(self, client, cuts):
        try:
            server = socket.create_connection(("127.0.0.1", self.target), timeout=5)
        except OSError:
            client.close()
            return
        client.settimeout(20)
        server.settimeout(20)
        threading.Thread(target=self.copy, args=(client, server), daemon=True).start()
        try:
            answers = 0
            while block := server.recv(65536):
                answers += 1
                if cuts and answers > 1:  # the first answers a catalogue or an empty look
                    self.cut += 1
                    break
                client.sendall(block)
        except OSError:
            pass
        client.close()
        server.close()

    @staticmethod
    def copy(source, sink):
        try:
            while block := source.recv(65536):
                sink.sendall(block)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass


class Center:
    def __init__(self, proxy):
        self.proxy, self.process = proxy, None

    def start(self):
        address = data / "center" / "address"
        address.unlink(missing_ok=True)
        environment = dict(os.environ)
        if args.expect_failure:
            environment["LANGYAN_TEST_WITHOUT_DEDUP"] = "1"
        self.process = subprocess.Popen([args.bin / "langyan-center", "-q", "--data", data / "center", "--listen",
                                         "127.0.0.1:0", "--set", "store.free_floor=0B"], env=environment)
        for _ in range(200):
            if address.exists() and address.read_text().strip():
                self.proxy.target = int(address.read_text().strip().rsplit(":", 1)[1])
                return
            if self.process.poll() is not None:
                sys.exit(f"the center ended with {self.process.returncode}")
            time.sleep(0.05)
        sys.exit("the center did not start within 10 s")

    def kill(self, number=signal.SIGKILL):
        self.process.send_signal(number)
        self.process.wait()


def sensor(source):
    return subprocess.Popen(
        [args.bin / "langyan-sensor", "-q", "--as-now", "--messages", *source, "--set", "sensor.name=killed",
         "--set", f"spool.folder={data / 'spool'}", "--set", f"uplink.url=http://127.0.0.1:{proxy.port}",
         "--set", f"uplink.token_file={data / 'token'}", "--set", "spool.commit_interval=5ms",
         "--set", "spool.commit_records=50", "--set", f"rules.files=[{root / 'rules'}]"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def note_committed(into):
    """The newest whole slot of the spool's `committed` file: format at the top of src/spool/spool.h."""
    try:
        raw = (data / "spool" / "committed").read_bytes()
    except FileNotFoundError:
        return
    slots = [raw[at:at + 128] for at in (0, 512) if len(raw) >= at + 128 and raw[at:at + 4].strip(b"\0")]
    if not slots:
        return
    numbers = struct.unpack("<14Q", max(slots, key=lambda slot: struct.unpack("<Q", slot[8:16]))[16:])
    for lane, name in enumerate(lanes):
        key = (f"{numbers[0]:016x}", name)
        into[key] = max(into[key], numbers[2 + 4 * lane])


def faults(committed):
    stored, gaps = collections.defaultdict(collections.Counter), collections.defaultdict(list)
    for file in sorted((data / "center" / "events").glob("*.db")):
        with sqlite3.connect(file) as database:
            for epoch, lane, seq, kind, line in database.execute(
                    "SELECT epoch, lane, seq, event_type, CASE event_type WHEN 'gap' THEN json END FROM event_view WHERE sensor = 'killed'"):
                if kind == "gap":
                    gaps[epoch, lane].append(line)
                else:
                    stored[epoch, lane][seq] += 1
    total = 0
    for key, last in sorted(committed.items()):
        seen = stored[key]
        total += last
        missing = [seq for seq in range(1, last + 1) if seq not in seen]
        twice = [seq for seq, times in seen.items() if times > 1]
        if missing:
            yield f"{key}: {len(missing)} of {last} committed events are not in the store, first {missing[0]}; gaps: {gaps[key][:2]}"
        if twice:
            yield f"{key}: {len(twice)} events are in the store more than once, first {twice[0]}"
    events = sum(sum(seen.values()) for seen in stored.values())
    print(f"{len(committed)} epochs and lanes, {total} positions committed, {events} events stored, "
          f"{proxy.cut} answers cut, {kills['sensor']} sensor and {kills['center']} center kills")
    if total < 1000 or proxy.cut < 1:
        yield "too little happened for this to be a test"


proxy = Proxy()
proxy.start()
center = Center(proxy)
kills, committed = collections.Counter(), collections.Counter()
try:
    center.start()
    secret = subprocess.run([args.bin / "langyan", "token", "add", "--data", data / "center", "--role", "ingest",
                             "--source", "killed"], check=True, capture_output=True, text=True).stdout
    (data / "token").write_text(secret)
    (data / "token").chmod(0o600)
    captures = [word for folder in ("modbus", "s7comm", "iec104") for word in ("-r", root / "pcaps" / folder)]
    for turn in range(args.rounds):
        running = sensor(captures)
        time.sleep(chance.uniform(0.05, 0.6))
        victims = chance.choice((("sensor",), ("center",), ("sensor", "center")))
        if "center" in victims:
            center.kill()
            kills["center"] += 1
        if "sensor" in victims:
            running.send_signal(signal.SIGKILL)
            kills["sensor"] += 1
        if "center" in victims:
            time.sleep(chance.uniform(0, 0.2))
            center.start()
        if "sensor" not in victims:
            try:
                running.wait(timeout=60)
            except subprocess.TimeoutExpired:
                sys.exit("the sensor did not deliver within 60 s after the center came back")
        running.wait()
        note_committed(committed)
    if sensor(["-r", root / "pcaps" / "modbus" / "poll-short.pcap"]).wait(timeout=120) != 0:
        sys.exit("the last run of the sensor failed")
    note_committed(committed)
    center.kill(signal.SIGTERM)
    found = list(faults(committed))
    for fault in found:
        print(fault)
    failed = bool(found) != args.expect_failure
    print("as expected, the check fails without dedup" if found and args.expect_failure else
          "FAILED: the check passes without dedup" if args.expect_failure else
          "FAILED" if found else "every committed event is in the store exactly once")
    sys.exit(1 if failed else 0)
finally:
    if center.process and center.process.poll() is None:
        center.process.kill()
    shutil.rmtree(data, ignore_errors=True)

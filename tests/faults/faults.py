"""What the tests of storage faults share: the page the shim obeys (shim.cc), a center and a sensor to
run under it, what the spool promised, what the store has."""
import collections
import http.client
import json
import mmap
import os
import pathlib
import re
import signal
import sqlite3
import struct
import subprocess
import sys
import time

root = pathlib.Path(__file__).resolve().parents[2]
lanes = ("alert", "bulk")
ops = ("open", "write", "sync", "rename", "unlink", "truncate")
before, halfway, after = range(3)
for_good = 2**64 - 1
patience = 300  # s, for what must come: only a hang takes this long, on busy processors too


class Page:
    """shim.cc's Page: eight numbers, one for each op, then the name of the last call."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.path.write_bytes(bytes(4096))
        self.file = open(self.path, "r+b")
        self.map = mmap.mmap(self.file.fileno(), 4096)

    def put(self, at, value):
        struct.pack_into("<Q", self.map, 8 * at, value)

    def number(self, at):
        return struct.unpack_from("<Q", self.map, 8 * at)[0]

    def clear(self):
        self.map[:] = bytes(4096)

    def kill_at(self, number, when):
        self.clear()
        self.put(1, when)
        self.put(0, number)

    def fail(self, names, errno, times=for_good):
        self.put(4, errno)
        self.put(3, times)
        self.put(2, sum(1 << ops.index(name) for name in names))

    def mend(self):
        self.put(2, 0)

    calls = property(lambda self: self.number(5))
    failed = property(lambda self: self.number(6))
    by_op = property(lambda self: {name: self.number(7 + i) for i, name in enumerate(ops)})
    last = property(lambda self: self.map[104:360].split(b"\0")[0].decode())

    def environment(self, shim, folder):
        return dict(os.environ, LD_PRELOAD=str(shim), LANGYAN_FAULT_FOLDER=str(folder),
                    LANGYAN_FAULT_PAGE=str(self.path))


def until(what, condition):
    end = time.monotonic() + patience
    while not (value := condition()):
        if time.monotonic() > end:
            sys.exit(f"not within {patience} s: {what}")
        time.sleep(0.01)
    return value


class Center:
    def __init__(self, bin_folder, data, *options):
        self.bin, self.data, self.options = bin_folder, pathlib.Path(data), options
        self.process = self.port = None

    def launch(self, environment=None):
        (self.data / "address").unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [self.bin / "langyan-center", "-q", "--data", self.data, "--listen", "127.0.0.1:0",
             "--set", "store.free_floor=0B", *self.options], env=environment, stderr=subprocess.DEVNULL)

    def address(self):
        try:
            return (self.data / "address").read_text().strip()
        except OSError:
            return ""

    def start(self, environment=None):
        """True when it listens, False when it was killed on the way there."""
        self.launch(environment)
        until("the center listens or ends", lambda: self.address() or self.process.poll() is not None)
        if self.process.poll() is not None:
            return False
        self.port = int(self.address().rsplit(":", 1)[1])
        return True

    def end(self, number=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait() if self.process else None

    def token(self, source):
        return subprocess.run([self.bin / "langyan", "token", "add", "--data", self.data, "--role", "ingest",
                               "--source", source], check=True, capture_output=True, text=True).stdout.strip()

    def ask(self, method, path, body=b"", headers={}):
        """(status, answer), or None when the connection broke."""
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=patience)
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()


def sensor_command(bin_folder, spool, *more, name="faulty"):
    return [bin_folder / "langyan-sensor", "-q", "--messages", "--set", f"sensor.name={name}",
            "--set", f"spool.folder={spool}", "--set", "spool.commit_interval=1m",
            "--set", "eve.stats_interval=0s", "--set", "eve.assets=false", "--set", f"rules.files=[{root / 'rules'}]", *more]


def uplink(center_port, token_file):
    return ["--set", f"uplink.url=http://127.0.0.1:{center_port}", "--set", f"uplink.token_file={token_file}"]


def crc32c(data, table=[]):
    if not table:
        for byte in range(256):
            for _ in range(8):
                byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
            table.append(byte)
    value = 0xFFFFFFFF
    for byte in data:
        value = value >> 8 ^ table[(value ^ byte) & 255]
    return value ^ 0xFFFFFFFF


def promised(spool):
    """{(epoch, lane): last position} by the newest whole slot of `committed`: format in src/spool/spool.h."""
    try:
        raw = (pathlib.Path(spool) / "committed").read_bytes()
    except FileNotFoundError:
        return {}
    slots = [raw[at:at + 128] for at in (0, 512)]
    whole = [slot for slot in slots if len(slot) == 128 and slot[:4] == b"LYP1"
             and struct.unpack_from("<I", slot, 4)[0] == crc32c(slot[8:])]
    if not whole:
        return {}
    numbers = struct.unpack("<14Q", max(whole, key=lambda slot: struct.unpack_from("<Q", slot, 8))[16:])
    return {(f"{numbers[0]:016x}", lane): numbers[2 + 4 * i] for i, lane in enumerate(lanes)
            if numbers[2 + 4 * i]}


origin = re.compile(rb',"origin":\{[^{}]*\}')


def content(line):
    """An event without who saw it and its number: the same for the same packets."""
    return origin.sub(b"", line if isinstance(line, bytes) else line.encode())


def stored(data, sensor="faulty"):
    """({(epoch, lane): {position: [lines]}}, {(epoch, lane): [gaps]}) of all day files."""
    events, gaps = collections.defaultdict(dict), collections.defaultdict(list)
    for file in sorted((pathlib.Path(data) / "events").glob("*.db")):
        database = sqlite3.connect(file)
        for epoch, lane, seq, kind, line in database.execute(
                "SELECT epoch, lane, seq, event_type, json FROM event_view WHERE sensor = ?", (sensor,)):
            if kind == "gap":
                gaps[epoch, lane].append(json.loads(line)["gap"])
            else:
                events[epoch, lane].setdefault(seq, []).append(line)
        database.close()
    return events, gaps


def faults(promises, events, gaps, known=None):
    """What is wrong: a promised position without line or gap, a position twice, an invented line, a hole."""
    for key in sorted(set(promises) | set(events) | set(gaps)):
        have = events.get(key, {})
        covered = {position for gap in gaps.get(key, ()) for position in range(gap["from"], gap["to"] + 1)}
        last = max([promises.get(key, 0), *have, *covered])
        missing = [seq for seq in range(1, last + 1) if seq not in have and seq not in covered]
        twice = [seq for seq, lines in have.items() if len(lines) > 1]
        if missing:
            yield f"{key}: {len(missing)} of {last} positions neither stored nor a gap, first {missing[0]}"
        if twice:
            yield f"{key}: {len(twice)} positions stored twice, first {twice[0]}"
        if both := covered & set(have):
            yield f"{key}: {len(both)} positions are an event and a gap, first {min(both)}"
        for gap in gaps.get(key, ()):
            if not gap.get("reason"):
                yield f"{key}: a gap without a reason: {gap}"
        if known is None:
            continue
        for seq, lines in have.items():
            # What the sensor says of itself is no packet's.
            if '"event_type":"health"' not in lines[0] and content(lines[0]) not in known:
                yield f"{key}: position {seq} was invented: {lines[0][:200]}"
                break

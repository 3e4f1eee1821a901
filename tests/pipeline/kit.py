"""What the tests of the whole path share: a center, sensors, a bad link between them, what the spool
promised and what the store has."""
import atexit
import collections
import os
import pathlib
import random
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import threading
import time

root = pathlib.Path(__file__).resolve().parents[2]
lanes = ("alert", "bulk")
patience = 300  # s, for what must come: only a hang takes this long, on busy processors too
industrial = [word for folder in ("modbus", "s7comm", "iec104") for word in ("-r", root / "pcaps" / folder)]


def wait_for(what, *condition, every=0.02):
    """Polls; what comes at all comes in time, and what does not ends the test."""
    condition = condition[-1]
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if result := condition():
            return result
        time.sleep(every)
    sys.exit(f"FAILED: {what}: not within {patience} s")


def end_with_the_test(process):
    """However it ends, no process is left to be found by the next one."""
    def end():
        if process.poll() is None:
            process.kill()
    atexit.register(end)


def group_of(leader):
    """pid -> comm of every process of a group."""
    found = {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
        except OSError:
            continue
        comm, rest = text[text.index("(") + 1:text.rindex(")")], text[text.rindex(")") + 2:].split()
        if int(rest[2]) == leader and rest[0] != "Z":
            found[int(stat.parent.name)] = comm
    return found


class Link(threading.Thread):
    """A TCP proxy that misbehaves: each connection meets what `mishap(number)` says.

    None: passes all on. "answer": the answer is cut off after the request went through. "cut": the
    request is cut off in its middle, both ends closed in order. "reset": the same with RST.
    "truncate": the request's end is lost and nothing more comes. "twice": what was sent is sent to a
    second connection as well. "delay": each piece waits. "slow": the center's side is read a few
    bytes at a time.
    """

    def __init__(self, mishap=lambda number: None):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.target, self.mishap = None, mishap
        self.connections, self.met = 0, collections.Counter()
        self.severed, self.ends = False, set()
        self.chance = random.Random(1)
        self.start()

    def run(self):
        while True:
            client, _ = self.listener.accept()
            self.connections += 1
            threading.Thread(target=self.serve, args=(client, self.mishap(self.connections)), daemon=True).start()

    def connect(self):
        server = socket.create_connection(("127.0.0.1", self.target), timeout=5)
        server.settimeout(30)
        return server

    def serve(self, client, mishap):
        try:
            if self.severed:
                raise OSError("the link is cut")
            server = self.connect()
        except (OSError, TypeError):
            client.close()
            return
        self.ends |= {client, server}
        client.settimeout(30)
        upward = threading.Thread(target=self.upward, args=(client, server, mishap), daemon=True)
        upward.start()
        answers = 0
        try:
            while block := server.recv(64 if mishap == "slow" else 65536):
                answers += 1
                if mishap == "answer" and answers > 1:  # the first answers a catalogue or an empty look
                    self.met[mishap] += 1
                    break
                if mishap == "delay":
                    self.met[mishap] += 1
                    time.sleep(self.chance.uniform(0, 0.2))
                if mishap == "slow":
                    self.met[mishap] += 1
                    time.sleep(0.002)
                self.came(block)
                client.sendall(block)
        except OSError:
            pass
        self.ends -= {client, server}
        self.close(client)
        self.close(server)

    def sever(self):
        """From now on nothing passes, on connections that stand neither; until mend()."""
        self.severed = True
        self.close(*list(self.ends))

    def mend(self):
        self.severed = False

    def passes(self, block):
        """Whether what a client sent may go on; else its connection ends."""
        return True

    def came(self, block):
        """Of what a center answers, before it goes on."""

    @staticmethod
    def close(*ends):
        for end in ends:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()

    @staticmethod
    def reset(*ends):
        for end in ends:
            try:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            except OSError:
                pass
            end.close()

    def upward(self, client, server, mishap):
        after = self.chance.randrange(200, 20_000)  # bytes that get through before it happens
        passed, twin = 0, None
        try:
            if mishap == "twice":
                twin = self.connect()
                threading.Thread(target=self.swallow, args=(twin,), daemon=True).start()
            while block := client.recv(4096):
                if not self.passes(block):
                    return self.close(client, server)
                if mishap in ("cut", "reset", "truncate") and passed + len(block) > after:
                    self.met[mishap] += 1
                    server.sendall(block[: max(0, after - passed)])
                    if mishap == "truncate":
                        while client.recv(65536):
                            pass
                    (self.reset if mishap == "reset" else self.close)(client, server)
                    return
                passed += len(block)
                if mishap == "delay":
                    time.sleep(self.chance.uniform(0, 0.1))
                server.sendall(block)
                if twin:
                    self.met[mishap] += 1
                    twin.sendall(block)
            server.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    @staticmethod
    def swallow(end):
        try:
            while end.recv(65536):
                pass
        except OSError:
            pass


class Center:
    def __init__(self, programs, data, link=None, environment=None, settings=()):
        self.programs, self.data, self.link = programs, data, link
        self.environment, self.settings = dict(os.environ, **(environment or {})), settings
        self.process, self.log = None, data.parent / "center.log"

    def start(self, preexec=None):
        address = self.data / "address"
        address.unlink(missing_ok=True)
        sets = [word for each in ("store.free_floor=0B", *self.settings) for word in ("--set", each)]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([self.programs / "langyan-center", "--data", self.data, "--listen",
                                             "127.0.0.1:0", *sets], env=self.environment, stdout=subprocess.DEVNULL,
                                            stderr=log, preexec_fn=preexec)
        end_with_the_test(self.process)

        def listening():
            if self.process.poll() is not None:
                sys.exit(f"FAILED: the center ended with {self.process.returncode}: {self.log.read_text()[-2000:]}")
            return address.exists() and address.read_text().strip()
        self.port = int(wait_for("the center starts", listening).rsplit(":", 1)[1])
        if self.link:
            self.link.target = self.port

    def kill(self, number=signal.SIGKILL):
        self.process.send_signal(number)
        self.process.wait()

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def token(self, source, *options, name="token"):
        path = self.data.parent / name
        secret = subprocess.run([self.programs / "langyan", "token", "add", "--data", self.data, "--role", "ingest",
                                 "--source", source, *options], check=True, capture_output=True, text=True).stdout
        path.touch(mode=0o600)
        path.write_text(secret)
        return path


class Sensor:
    """Named "tested"; its processes are a group of their own."""

    def __init__(self, programs, data, port, environment=None, settings=()):
        self.programs, self.data, self.port = programs, data, port
        self.environment, self.settings = dict(os.environ, **(environment or {})), settings
        self.process, self.log = None, data / "sensor.log"

    def start(self, source, options=("--as-now", "--messages"), preexec=None):
        settings = ("sensor.name=tested", f"spool.folder={self.data / 'spool'}",
                    f"uplink.url=http://127.0.0.1:{self.port}", f"uplink.token_file={self.data / 'token'}",
                    "spool.commit_interval=5ms", "spool.commit_records=50", f"rules.files=[{root / 'rules'}]",
                    *self.settings)
        sets = [word for each in settings for word in ("--set", each)]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([self.programs / "langyan-sensor", *options, *source, *sets],
                                            env=self.environment, stdout=subprocess.DEVNULL, stderr=log,
                                            start_new_session=True, preexec_fn=preexec)
        atexit.register(self.kill_all)
        return self.process

    def members(self):
        """pid -> comm of every process of the sensor."""
        return group_of(self.process.pid)

    def kill_all(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    def note_committed(self, into):
        """The newest whole slot of the spool's `committed` file: format at the top of src/spool/spool.h."""
        try:
            raw = (self.data / "spool" / "committed").read_bytes()
        except FileNotFoundError:
            return
        slots = [raw[at:at + 128] for at in (0, 512) if len(raw) >= at + 128 and raw[at:at + 4].strip(b"\0")]
        if not slots:
            return
        numbers = struct.unpack("<14Q", max(slots, key=lambda slot: struct.unpack("<Q", slot[8:16]))[16:])
        for lane, name in enumerate(lanes):
            key = (f"{numbers[0]:016x}", name)
            into[key] = max(into[key], numbers[2 + 4 * lane])


def stored_in(center_data, sensor="tested"):
    """(epoch, lane) -> Counter of positions, and -> list of gap lines."""
    stored, gaps = collections.defaultdict(collections.Counter), collections.defaultdict(list)
    for file in sorted((center_data / "events").glob("*.db")):
        with sqlite3.connect(file) as database:
            if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'event_view'").fetchone():
                continue  # the center is making this day's file
            for epoch, lane, seq, kind, line in database.execute(
                    "SELECT epoch, lane, seq, event_type, CASE event_type WHEN 'gap' THEN json END FROM event_view "
                    "WHERE sensor = ?", (sensor,)):
                if kind == "gap":
                    gaps[epoch, lane].append(line)
                else:
                    stored[epoch, lane][seq] += 1
    return stored, gaps


def faults(center_data, committed, sensor="tested"):
    """What is wrong with what the store has, given the positions committed."""
    stored, gaps = stored_in(center_data, sensor)
    for key, last in sorted(committed.items()):
        seen = stored[key]
        missing = [seq for seq in range(1, last + 1) if seq not in seen]
        twice = [seq for seq, times in seen.items() if times > 1]
        if missing:
            yield f"{key}: {len(missing)} of {last} committed events are not in the store, first {missing[0]}; gaps: {gaps[key][:2]}"
        if twice:
            yield f"{key}: {len(twice)} events are in the store more than once, first {twice[0]}"

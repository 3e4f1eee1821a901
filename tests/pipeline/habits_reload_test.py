#!/usr/bin/env python3
"""Maintenance windows, the ledger and the feed of vulnerabilities are read again under replay: what is good holds for the packets
that follow, what is broken is said and changes nothing.

usage: habits_reload_test.py BIN_FOLDER

Packets go to the sensor through its standard input. Between two reloads one more stranger writes to the controller: what
was said of each shows which files held then.
"""
import json
import pathlib
import signal
import struct
import subprocess
import sys
import tempfile
import time

root = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(root / "pcaps"))
from kit import patience  # noqa: E402
from tools import modbus, wire  # noqa: E402
from tools.session import Host, Tape, TcpSession, hmi, plc  # noqa: E402

binary = pathlib.Path(sys.argv[1])
filler = 20_000  # packets: more than pipe and reader hold, and than the sensor reads between two looks for orders
failures = []
strangers = [Host(f"stranger{number}", f"10.20.0.{90 + number}", f"02:4c:59:00:00:{90 + number}") for number in range(4)]


def check(holds, what):
    print(("ok      " if holds else "FAILED  ") + what, flush=True)
    if not holds:
        failures.append(what)


def written(tape):
    return b"".join(struct.pack("<IIII", each.ns // 10**9, each.ns % 10**9 // 1000, len(each.data), len(each.data)) + each.data for each in tape.packets)


def ledger(*hosts):
    return "name,ip\n" + "".join(f"{each.name},{each.ip}\n" for each in (hmi, plc, *hosts))


def windows(*who):
    return "windows:\n" + "".join(f"  - {{name: work order {each.name}, who: [{each.ip}], verbs: [write, read], from: 2026-01-01T00:00:00Z, to: 2026-12-01T00:00:00Z}}\n"
                                  for each in who)


class Sensor:
    def __init__(self, folder):
        self.log, self.eve = folder / "log", folder / "eve.json"
        lists = {"baseline.file": folder / "habits", "baseline.mode": "enforce", "baseline.maintenance": folder / "windows.yaml", "assets.ledger": folder / "ledger.csv",
                 "assets.vulnerabilities": folder / "feed", "assets.vulnerability_keys": folder / "key.pub", "eve.file": self.eve,
                 "eve.flows": "false", "rules.files": "[]"}
        self.process = subprocess.Popen([binary / "langyan-sensor", "-r", "-", *(word for key, value in lists.items() for word in ("--set", f"{key}={value}"))],
                                        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=open(self.log, "w"))
        self.process.stdin.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        self.tape = Tape()
        self.sport = 43_000

    def until(self, what, condition):
        end = time.monotonic() + patience
        while not condition():
            if self.process.poll() is not None or time.monotonic() > end:
                self.process.kill()
                sys.exit(f"FAILED: {what}:\n{self.log.read_text()[-2000:]}")
            time.sleep(0.005)

    def reload(self, signs):
        """Sends the signal and waits until the log has one more line with each of `signs`."""
        before = [self.log.read_text().count(sign) for sign in signs]
        self.process.send_signal(signal.SIGUSR2)
        self.until(f"no {signs} after a reload", lambda: all(self.log.read_text().count(sign) > had for sign, had in zip(signs, before)))

    def write_by(self, stranger):
        """Enough other packets that the orders are taken, then the stranger's, then as many that those were read when this returns."""
        datagram = wire.ipv4(hmi.ip, plc.ip, wire.protocol_udp, wire.udp(hmi.ip, plc.ip, 40_000, 4_000, b"filler"))
        fill = [wire.ether(hmi.mac, plc.mac, wire.ethertype_ipv4, datagram)] * filler
        for frame in fill:
            self.tape.add(frame)
        self.tape.wait(1_000)
        self.sport += 1
        session = TcpSession(self.tape, stranger, plc, 502, self.sport)
        session.open()
        session.exchange(modbus.adu(1, modbus.read(3, 0, 1)), modbus.adu(1, modbus.read_words_reply(3, [7])))
        session.exchange(modbus.adu(2, modbus.write_register(4, 7)), modbus.adu(2, modbus.write_register(4, 7)))
        session.close()
        self.tape.wait(3_000)
        for frame in fill:
            self.tape.add(frame)
        self.process.stdin.write(written(self.tape))
        self.process.stdin.flush()
        self.tape.packets.clear()

    def end(self):
        self.process.stdin.close()
        code = self.process.wait(timeout=patience)
        check(code == 0, f"the sensor ends with 0, not {code}")
        return [json.loads(line) for line in self.eve.read_text().splitlines()]


def said_of(events, stranger):
    writes = [event for event in events if isinstance(event.get("baseline"), dict) and event["baseline"]["kind"] == "new_writer" and event["baseline"]["client"] == stranger.ip]
    unknown = [event for event in events if event["event_type"] == "asset" and event["asset"]["change"] == "unknown" and event["asset"]["id"] == stranger.ip]
    return [(event["event_type"], event.get("maintenance")) for event in writes], len(unknown)


def langyan(*words):
    subprocess.run([binary / "langyan", *words], check=True, capture_output=True)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        langyan("read", root / "pcaps/modbus/poll.pcap", "--baseline", folder / "habits", "--baseline-mode", "learn")
        langyan("vulnerabilities", "keygen", folder / "key")
        langyan("vulnerabilities", "sign", root / "tests/assets/vulnerabilities.jsonl", "--key", folder / "key.key", "--out", folder / "feed")
        (folder / "windows.yaml").write_text("windows: []\n")
        (folder / "ledger.csv").write_text(ledger())
        sensor = Sensor(folder)
        try:
            sensor.until("the sensor does not start", sensor.eve.exists)
            sensor.write_by(strangers[0])

            (folder / "windows.yaml").write_text(windows(*strangers[1:]))
            (folder / "ledger.csv").write_text(ledger(strangers[1], strangers[2]))
            sensor.reload(["rules reloaded"])
            sensor.write_by(strangers[1])

            # Each broken by itself, so that each has to say so.
            (folder / "windows.yaml").write_text("windows:\n  - {name: no end, who: [10.20.0.93]}\n")
            sensor.reload(["the old rules and lists stay"])
            (folder / "windows.yaml").write_text(windows(*strangers[1:]))
            (folder / "ledger.csv").write_text("name,ip\nnowhere,10.20.0.900\n")
            sensor.reload(["the old rules and lists stay"])
            (folder / "ledger.csv").write_text(ledger(strangers[1], strangers[2]))
            feed = (folder / "feed").read_bytes()
            (folder / "feed").write_bytes(feed.replace(b"V3.2.12", b"V3.2.13"))
            sensor.reload(["the old rules and lists stay"])
            sensor.write_by(strangers[2])

            (folder / "feed").write_bytes(feed)
            (folder / "windows.yaml").write_text(windows(strangers[1], strangers[2]))  # not one more: those may still be in the queues
            (folder / "ledger.csv").write_text(ledger(*strangers[1:]))
            sensor.reload(["rules reloaded"])
            sensor.write_by(strangers[3])
            events = sensor.end()
        finally:
            if sensor.process.poll() is None:
                sensor.process.kill()
    for stranger, expected, what in (
            (strangers[0], ([("alert", None)], 1), "before any window and in no ledger"),
            (strangers[1], ([("baseline", "work order stranger1")], 0), "covered by a window and in the ledger that were read again"),
            (strangers[2], ([("baseline", "work order stranger2")], 0), "the same while all files were broken one after the other"),
            (strangers[3], ([("alert", None)], 0), "when its window is gone and the ledger has it")):
        check(said_of(events, stranger) == expected, f"{what}: {said_of(events, stranger)}")
    stats = [event["stats"] for event in events if event["event_type"] == "stats"][-1]
    check(stats["pipeline"]["reloads"] == 2 and stats["pipeline"]["reloads_refused"] == 3, f"the reloads are counted: {stats['pipeline']}")
    print(f"{len(failures)} failed")
    return 1 if failures else 0


sys.exit(main())

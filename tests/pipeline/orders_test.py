#!/usr/bin/env python3
"""Habits are changed while the sensor runs: approve, forget and import as packets flow, by the command a person uses; each is
carried out exactly once though the sensor is killed with -9 at any moment; a broken order, a faulty book and too many orders
change nothing and say why.

usage: orders_test.py BIN_FOLDER
"""
import calendar
import json
import os
import pathlib
import random
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time

root = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(root / "pcaps"))
from kit import patience  # noqa: E402
from tools import modbus, wire  # noqa: E402
from tools.session import Host, Tape, TcpSession, hmi, plc  # noqa: E402

binary = pathlib.Path(sys.argv[1])
a_look = 1_100     # packets: more than the sensor reads between two looks for orders
chance = random.Random(23)
failures = []


def check(holds, what):
    print(("ok      " if holds else "FAILED  ") + what, flush=True)
    if not holds:
        failures.append(what)


def host(number):
    return Host(f"host{number}", f"10.20.0.{number}", f"02:4c:59:00:00:{number:02x}")


def langyan(*words, wait=f"{patience // 2}s"):
    done = subprocess.run([binary / "langyan", "baseline", *words, *(["--wait", wait] if words[0] in ("approve", "forget", "import") else [])],
                          capture_output=True, text=True, timeout=patience)
    return done.returncode, done.stdout + done.stderr


class Sensor:
    """A sensor that reads its standard input; a thread sends a second of packet time after the other, and what is asked for."""

    def __init__(self, folder, workers=1, confined=False):
        self.confined = confined
        self.folder, self.log, self.eve, self.file = folder, folder / "log", folder / "eve.json", folder / "baseline.json"
        sets = {"spool.folder": folder} if confined else {"baseline.file": self.file}
        sets |= {"baseline.mode": "enforce", "baseline.save_every": "0s", "eve.file": self.eve, "eve.flows": "false", "eve.stats_interval": "0s",
                 "rules.files": "[]", "pipeline.workers": workers, "caps.flow.flows": 1024} if not confined else {
                     "baseline.mode": "enforce", "eve.file": self.eve, "eve.flows": "false", "rules.files": "[]",
                     "uplink.url": "http://127.0.0.1:9", "uplink.token_file": folder / "token"}
        self.process = subprocess.Popen([binary / "langyan-sensor", "-r", "-", *(word for key, value in sets.items() for word in ("--set", f"{key}={value}"))],
                                        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=open(self.log, "a"), start_new_session=True)
        self.tape, self.port, self.wanted, self.ending, self.lock = Tape(), chance.randrange(20_000, 60_000), [], False, threading.Lock()
        self.passed, self.expected = 0, []
        datagram = wire.ipv4(hmi.ip, plc.ip, wire.protocol_udp, wire.udp(hmi.ip, plc.ip, 40_000, 4_000, b"filler"))
        self.filler = wire.ether(hmi.mac, plc.mac, wire.ethertype_ipv4, datagram)
        self.thread = threading.Thread(target=self.feed, daemon=True)
        self.thread.start()

    def record(self, ns, data):
        return struct.pack("<IIII", ns // 10**9, ns % 10**9 // 1000, len(data), len(data)) + data

    def feed(self):
        try:
            self.process.stdin.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
            while not self.ending:
                with self.lock:
                    asked, self.wanted = self.wanted, []
                for client, registers, expected in asked:
                    expected["second"] = self.tape.ns // 10**9
                    self.port += 1
                    session = TcpSession(self.tape, client, plc, 502, self.port)
                    session.open()
                    session.exchange(modbus.adu(1, modbus.read(3, 0, 1)), modbus.adu(1, modbus.read_words_reply(3, [7])))
                    for register in registers:
                        session.exchange(modbus.adu(2, modbus.write_register(register, 7)), modbus.adu(2, modbus.write_register(register, 7)))
                    session.close()
                self.process.stdin.write(b"".join(self.record(each.ns, each.data) for each in self.tape.packets) + self.record(self.tape.ns, self.filler) * a_look)
                self.process.stdin.flush()
                self.tape.packets.clear()
                self.tape.wait(1_000)
                self.passed += 1
                time.sleep(0.01)
            self.process.stdin.close()
        except (BrokenPipeError, ValueError):
            pass

    def until(self, what, condition):
        end = time.monotonic() + patience
        while not (result := condition()):
            if self.process.poll() is not None or time.monotonic() > end:
                self.kill()
                sys.exit(f"FAILED: {what}:\n{self.log.read_text()[-2000:]}")
            time.sleep(0.01)
        return result

    def come(self, client, holds, what, registers=(4,)):
        """The client asks the controller; whether what is said of it then `holds` is looked up when the sensor has ended."""
        expected = {"client": client, "holds": holds, "what": what}
        with self.lock:
            self.wanted.append((client, registers, expected))
        self.expected.append(expected)
        self.until("packets do not flow", lambda: "second" in expected)
        goal = self.passed + 3  # more than the pipe holds: the sensor has it before it sees what is ordered now
        self.until("packets do not flow", lambda: self.passed >= goal)

    def check_all(self):
        events = [event for event in self.events() if "client" in event.get("baseline", {})]
        for each in self.expected:
            said = [(event["event_type"], event["baseline"]["kind"]) for event in events if event["baseline"]["client"] == each["client"].ip
                    and calendar.timegm(time.strptime(event["timestamp"][:19], "%Y-%m-%dT%H:%M:%S")) == each["second"]]
            check(each["holds"](said), f"{each['what']}: {said}")

    def events(self):
        lines = self.eve.read_text().splitlines() if self.eve.exists() else []
        found = []
        for line in lines:
            try:
                found.append(json.loads(line))
            except ValueError:
                pass  # the last of a sensor that was killed
        return found

    def orders(self):
        return [event["order"] for event in self.events() if event["event_type"] == "order"]

    def kill(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        self.thread.join()

    def end(self):
        self.ending = True
        self.thread.join()
        if self.confined:  # there is no center: what is in the spool waits for ever
            self.until("the watcher does not end", lambda: "langyan-watch" not in self.parts())
            self.process.terminate()
            self.process.wait(timeout=patience)
            return
        code = self.process.wait(timeout=patience)
        check(code == 0, f"the sensor ends with 0, not {code}: {self.log.read_text()[-300:] if code else ''}")

    def parts(self):
        names = []
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                text = stat.read_text()
            except OSError:
                continue
            rest = text[text.rindex(")") + 2:].split()
            if int(rest[2]) == self.process.pid and rest[0] != "Z":
                names.append(text[text.index("(") + 1:text.rindex(")")])
        return names


def lines_of(file, kind):
    return [json.loads(line)[kind] for line in file.read_text().splitlines() if line.startswith(f'{{"{kind}"')]


def crc32c(octets):
    crc = 0xFFFFFFFF
    for octet in octets:
        crc ^= octet
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def order_text(identity, client, kind="forget"):
    body = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in (
        {"file": "langyan baseline", "version": 1}, {"order": {"id": identity, "kind": kind, "by": "li", "reason": "test", "at": 1}},
        {"approval": {"client": client, "reason": "test", "by": "li", "at": 1}}))
    return body + json.dumps({"end": {"lines": 2, "crc32c": f"{crc32c(body.encode()):08x}"}}, separators=(",", ":")) + "\n"


def lay(folder, identity, text):
    folder.mkdir(exist_ok=True)
    (folder / f"{identity}.part").write_text(text)
    (folder / f"{identity}.part").rename(folder / f"{identity}.order")


def changes(folder, learned, workers, confined=False):
    name = f"{workers} workers{', confined' if confined else ''}"
    shutil.copy(learned, folder / "baseline.json")
    (folder / "token").write_text("secret")
    (folder / "token").chmod(0o600)
    sensor = Sensor(folder, workers, confined)
    file, orders = sensor.file, folder / "baseline.json.orders"
    sensor.until("the sensor does not start", lambda: sensor.passed > 3)
    if confined:
        check("langyan-watch" in sensor.parts(), "the process that watches is one of its own, confined")
    nothing = lambda said: said == []  # noqa: E731
    new_writer = lambda said: ("alert", "new_writer") in said  # noqa: E731
    new_peer = lambda said: said and said[0] in (("alert", "new_peer"), ("alert", "second_master"))  # noqa: E731
    sensor.come(hmi, nothing, f"the usual master is usual, {name}", ())
    one, two, three = host(91), host(92), host(93)
    sensor.come(one, new_writer, "who writes for the first time is an alert")
    sensor.come(one, nothing, "said once")
    code, text = langyan("approve", file, "--client", one.ip, "--reason", "new panel", "--by", "wang")
    check(code == 0 and re.fullmatch(r"2 habits are normal now by the running sensor; .*\n", text), f"approved while it runs: {text}")
    mine = [habit for habit in lines_of(file, "habit") if habit["client"] == one.ip]
    check(len(mine) == 2 and all("given" in habit["flags"] and "pending" not in habit["flags"] for habit in mine), f"the file has it already: {mine}")
    check([each["reason"] for each in lines_of(file, "approval")] == ["new panel"], "with the reason")
    sensor.come(one, lambda said: said == [("baseline", "new_object")], "what the approval covers is no alert any more", (4, 9))

    sensor.come(two, new_writer, "another")
    langyan("approve", file, "--client", two.ip, "--reason", "its twin", "--by", "wang")
    code, text = langyan("forget", file, "--client", two.ip, "--reason", "taken away", "--by", "li")
    check(code == 0 and "2 habits forgotten by the running sensor" in text and "1 approvals of them withdrawn" in text, f"forgotten while it runs: {text}")
    sensor.come(two, lambda said: new_peer(said) and new_writer(said), "and said again when it comes again")
    code, text = langyan("forget", file, "--client", hmi.ip)
    check(code == 0, f"the usual master too: {text}")
    sensor.come(hmi, new_peer, "which is said as well when it comes again", ())

    book = folder / "book.yaml"
    book.write_text(f"langyan-baseline: 1\nhabits:\n  - client: {three.ip}\n    server: {plc.ip}\n    protocol: modbus\n    unit: 1\n    may:\n"
                    "      - {verb: read, function: 3, object: 40001}\n      - {verb: write, function: 6, object: 40005}\n")
    before = file.read_bytes()
    faulty = folder / "faulty.yaml"
    faulty.write_text(book.read_text().replace("verb: write", "verb: wriet"))
    code, text = langyan("import", faulty, "--into", file)
    check(code != 0 and re.search(r"faulty.yaml:\d+", text) and "write" in text and file.read_bytes() == before, f"a faulty book changes nothing and is told by line: {text}")
    code, text = langyan("import", book, "--into", file, "--by", "wang", "--reason", "as drawn")
    check(code == 0 and "2 habits, 0 hosts, 0 approvals imported by the running sensor" in text, f"imported while it runs: {text}")
    check(len(lines_of(file, "habit")) == 2 and lines_of(file, "approval") == [], "the file is what the book says")
    sensor.come(three, nothing, "what the book allows is usual")
    sensor.come(one, new_writer, "what it does not know is new")

    lay(orders, "1", "no order")
    lay(orders, "2", order_text("2", "10.0.0.1")[:-9])
    sensor.until("broken orders are not answered", lambda: (orders / "1.outcome").exists() and (orders / "2.outcome").exists())
    refused = [json.loads((orders / f"{number}.outcome").read_text()) for number in (1, 2)]
    check(all(each["outcome"] == "refused" and "give it again" in each["why"] for each in refused), f"broken orders are refused: {refused}")
    many = [f"{number:03}" for number in range(100, 170)]
    texts = {each: order_text(each, "10.0.0.1") for each in many}
    orders.rename(folder / "aside")  # they are there at once
    for each in many:
        (folder / "aside" / f"{each}.order").write_text(texts[each])
    (folder / "aside").rename(orders)
    sensor.until("many orders are not answered", lambda: all((orders / f"{each}.outcome").exists() for each in many))
    outcomes = [json.loads((orders / f"{each}.outcome").read_text()) for each in many]
    late = [each for each in outcomes if each["outcome"] == "refused"]
    check(len(late) == len(many) - 64 and all("wait before it" in each["why"] for each in late), f"of 70 orders at once 64 are taken: {len(late)} refused")
    # An order is taken away after its outcome is on the disk, so that a crash between leaves both and never neither.
    sensor.until("orders with an outcome are left", lambda: not list(orders.glob("*.order")))
    if not confined:
        done = subprocess.run([binary / "langyan", "read", root / "pcaps/modbus/poll.pcap", "--baseline", file], capture_output=True, text=True)
        check(done.returncode != 0 and "another process has these habits" in done.stderr, f"a second reader of the same file is refused: {done.stderr}")
    sensor.end()
    sensor.check_all()
    told = sensor.orders()
    check([(each["kind"], each["by"], each["reason"]) for each in told[:2]] == [("approve", "wang", "new panel"), ("approve", "wang", "its twin")]
          and told[0]["scope"] == f"client {one.ip}" and told[0]["changed"] == 2, f"each is an event: who, what, why: {told[:2]}")
    stats = [event["stats"] for event in sensor.events() if event["event_type"] == "stats"]
    taken, late = sum(each["outcome"] == "taken" for each in told), sum(each["outcome"] == "refused" for each in told)
    check(taken == 5 + 64 and late == 2 + 6, f"{taken} taken, {late} refused")
    if stats:
        check(stats[-1]["orders"] == {"taken": taken, "refused": late}, f"the counters say the same: {stats[-1].get('orders')}")
    code, text = langyan("forget", file, "--client", three.ip)
    check(code == 0 and text.startswith("2 habits forgotten, "), f"with no sensor the file is changed: {text}")


def killed(folder, learned, workers):
    """Orders from a thread, the sensor killed over and over; then each has its effect, once."""
    shutil.copy(learned, folder / "baseline.json")
    file, orders, given, done = folder / "baseline.json", folder / "baseline.json.orders", [], threading.Event()
    spoiled = []

    def give():
        while not done.is_set():
            number = len(given)
            code, text = langyan("approve", file, "--client", f"10.77.{number // 250}.{number % 250 + 1}", "--reason", f"reason {number}", wait=random.choice(("0s", "1s")))
            if code not in (0, 75):
                spoiled.append(text)
            given.append((number, text))
            time.sleep(0.05)
    giver = threading.Thread(target=give, daemon=True)
    sensor = Sensor(folder, workers)
    giver.start()
    kills = 0
    for _ in range(14):
        time.sleep(chance.uniform(0.05, 0.9))
        sensor.kill()
        kills += 1
        sensor = Sensor(folder, workers)
    sensor.until("a running sensor takes no orders", lambda: len(given) > 10 and len({each["id"] for each in sensor.orders()}) > 5)
    done.set()
    giver.join()
    sensor.until("orders stay", lambda: sensor.passed > 5 and not list(orders.glob("*.order")))
    sensor.end()
    reasons = [each["reason"] for each in lines_of(file, "approval")]
    expected = [f"reason {number}" for number, _ in given]
    missing, twice = sorted(set(expected) - set(reasons)), sorted({each for each in reasons if reasons.count(each) > 1})
    by_sensor = {each["id"] for each in sensor.orders()}
    check(not spoiled, f"no order is refused: {spoiled[:2]}")
    check(len(given) > 10 and not missing and not twice, f"{workers} workers, {kills} kills, {len(given)} orders, {len(by_sensor)} by a running sensor: missing {missing}, twice {twice}")
    notes = [each["id"] for each in lines_of(file, "order")]
    check(len(notes) == len(set(notes)) and set(notes) == by_sensor, f"each with its event: {sorted(set(notes) ^ by_sensor)[:3]}")
    check(len(by_sensor) > 5, "many by a running sensor")


def main():
    with tempfile.TemporaryDirectory(prefix="langyan-orders-") as name:
        folder = pathlib.Path(name)
        learned = folder / "learned"
        subprocess.run([binary / "langyan", "read", root / "pcaps/modbus/poll.pcap", "--baseline", learned, "--baseline-mode", "learn"], check=True, capture_output=True)
        for what, run in (("one", lambda at: changes(at, learned, 1)), ("two", lambda at: changes(at, learned, 2)),
                          ("confined", lambda at: changes(at, learned, 1, True)), ("killed1", lambda at: killed(at, learned, 1)), ("killed2", lambda at: killed(at, learned, 2))):
            (folder / what).mkdir()
            start = time.monotonic()
            run(folder / what)
            print(f"        {what}: {time.monotonic() - start:.1f} s", flush=True)
    print(f"{len(failures)} failed")
    return 1 if failures else 0


sys.exit(main())

"""What people do: shifts that change, operators who set what needs setting, the weekly backup of programs."""

import math
import struct

from plant import office, site
from plant.link import second
from plant.talk import Visit
from tools import s7

hour = 3600 * second
backup_weekday, backup_at = 0, 2 * hour + 10 * 60 * second  # Mondays 02:10
chunk = 222  # what fits a PDU of 240 octets beside header, parameter and data header


class Dial:
    """A setpoint that follows the day's demand: set about every hour, in small steps."""

    def __init__(self, low, high, grain):
        self.middle, self.swing, self.grain = (low + high) / 2, (high - low) / 2.4, grain

    def next(self, rng, ns):
        value = self.middle + self.swing * math.sin(ns % (24 * hour) / (24 * hour) * 2 * math.pi - 2.0)
        return round((value + rng.gauss(0, self.grain / 2)) / self.grain) * self.grain


class Recipe:
    """A setpoint with a few usual values."""

    def __init__(self, *values):
        self.values = values

    def next(self, rng, _):
        return rng.choice(self.values)


# client, server, talk, place, values, times a shift
setpoints = [
    ("HMI-1", "PLC-101", "Modbus", 0, Dial(300, 900, 10), 8),
    ("HMI-1", "PLC-102", "Modbus", 0, Recipe(30, 35, 40, 45, 50), 1),
    ("HMI-2", "PLC-103", "Modbus", 0, Dial(100, 400, 5), 6),
    ("HMI-2", "PLC-104", "Modbus", 0, Dial(200, 1200, 10), 8),
    ("HMI-2", "PLC-104", "Modbus", 1, Recipe(80, 90, 100, 110, 120), 1),
    *[("HMI-3", f"PLC-20{n}", "S7", (10, 4), Recipe(950, 1000, 1050), 1) for n in range(1, 5)],
    *[("HMI-4", f"PLC-40{1 + (n > 2)}", "Enip", f"Pump{n}.SpeedRef", Dial(30, 48, 1), 5) for n in range(1, 5)],
    *[("SCADA-1", f"RTU-50{n}", "Iec104", 2001, Recipe(2.5, 3.0, 3.5), 1) for n in range(1, 7)],
]
coils = [("HMI-1", "PLC-101", 0), ("HMI-1", "PLC-102", 1), ("HMI-2", "PLC-103", 2)]  # pumps in turn, once a shift


def build(day):
    for row in setpoints:
        day.actor(operate(day, row))
    for row in coils:
        day.actor(toggle(day, row))
    for n in range(1, 7):
        day.actor(valve(day, f"RTU-50{n}"))
    for n in (601, 602):
        day.actor(booster(day, f"RTU-{n}"))
    for n in range(1, 5):
        day.actor(backwash(day, n))
    for midnight in day.days():
        for number, start in enumerate(office.shifts):
            shift_change(day, midnight + start * hour, number)
        if day.when(midnight).weekday() == backup_weekday:
            day.window("filters", [site.hosts["EWS-1"]], ["upload"], midnight + backup_at - 600 * second, midnight + backup_at + 3000 * second, "weekly backup of programs")
            day.at(midnight + backup_at + day.random(f"backup {midnight}").randrange(90 * second), lambda ns: backup(day, ns))


def _talk(day, client, server, kind):
    return day.talks[client, server, kind]


def operate(day, row):
    client, server, kind, place, values, often = row
    rng, talk = day.random(f"set {client} {server} {place}"), _talk(day, client, server, kind)
    at = day.start + round(rng.uniform(0.05, 1) * 8 * hour / often)
    while True:
        yield at
        value = values.next(rng, at)
        talk.errand(lambda t, value=value: t.write(place, value))
        at += round(rng.uniform(0.5, 1.5) * 8 * hour / often)


def toggle(day, row):
    client, server, place = row
    rng, talk, on = day.random(f"coil {row}"), _talk(day, client, server, "Modbus"), False
    at = day.start + rng.randrange(6 * hour)
    while True:
        yield at
        on = not on
        talk.errand(lambda t, on=on: t.write_coil(place, on))
        at += round(rng.uniform(6, 10) * hour)


def valve(day, server):
    rng, talk, state = day.random(f"valve {server}"), _talk(day, "SCADA-1", server, "Iec104"), 1
    at = day.start + rng.randrange(6 * hour)
    while True:
        yield at
        state = 3 - state
        talk.errand(lambda t, state=state: t.switch(3001, state))
        at += round(rng.uniform(5, 9) * hour)


def booster(day, server):
    rng, talk, code = day.random(f"booster {server}"), _talk(day, "SCADA-1", server, "Dnp3"), 0x41
    at = day.start + rng.randrange(4 * hour)
    while True:
        yield at
        code ^= 0xC0  # A.8: close 41, trip 81
        talk.errand(lambda t, code=code: t.switch(0, code))
        at += round(rng.uniform(3, 6) * hour)


def backwash(day, number):
    """Every filter about every eight hours: start, forty minutes later the end."""
    rng, talk = day.random(f"backwash {number}"), _talk(day, "HMI-3", f"PLC-20{number}", "S7")
    at = day.start + number * hour + rng.randrange(1800 * second)
    while True:
        for value, pause in ((1, 40 * 60), (0, 440 * 60)):
            yield at
            talk.errand(lambda t, value=value: t.write((20, 0), value))
            at += round((pause + rng.uniform(-120, 120)) * second)


def shift_change(day, at, number):
    """The crew comes within ten minutes: signs in, reads the rules, looks at the counters of the shift."""
    for name in ("HMI-1", "HMI-2", "HMI-3", "HMI-4"):
        rng = day.random(f"shift {at} {name}")
        come = at + rng.randrange(-300 * second, 300 * second)
        day.at(come, lambda ns, name=name: office.file_session(day, ns, site.hosts[name], "shift", rf"rules\{name}.pdf", read=24_000))
        for server in {"HMI-1": ("PLC-101", "PLC-102"), "HMI-2": ("PLC-103", "PLC-104")}.get(name, ()):
            talk = _talk(day, name, server, "Modbus")
            day.at(come + 60 * second, lambda ns, talk=talk: talk.errand(lambda t: t.read(1, 3, 100, 8)))


class Programmer:
    """A programming device's S7 connection for one visit."""

    def __init__(self, day, ns, host, server):
        self.talk = s7.Talk(Visit(day, ns, host, server, s7.port).tcp)
        self.tape = self.talk.session.tape
        self.talk.open()

    def program(self, name, size):
        return s7.block(s7.function_block, name, office.noise(f"FC{name}", size))

    def upload(self, number, body):
        talk = self.talk
        talk.call(s7.named_param(s7.start_upload, s7.file_name(s7.function_block, number, "A")), s7.start_upload_reply(7, len(body)))
        pieces = [body[at : at + chunk] for at in range(0, len(body), chunk)]
        for at, piece in enumerate(pieces):
            more = s7.status_param(s7.upload, more=at + 1 < len(pieces))
            talk.call(s7.upload_param(s7.upload, 7), more, answer_data=s7.chunk_data(piece))
        talk.call(s7.upload_param(s7.end_upload, 7), bytes([s7.end_upload]))

    def download(self, number, size):
        talk, body = self.talk, self.program(number, size)
        at, name = self.tape.ns, s7.file_name(s7.function_block, number, "P")
        talk.call(s7.request_download_param(name, len(body), size), bytes([s7.request_download]))
        pieces = [body[start : start + chunk] for start in range(0, len(body), chunk)]
        for place, piece in enumerate(pieces):
            more = s7.status_param(s7.download_block, more=place + 1 < len(pieces))
            talk.call(s7.named_param(s7.download_block, name), more, answer_data=s7.chunk_data(piece), by=1)
        talk.call(s7.named_param(s7.download_ended, name), bytes([s7.download_ended]), by=1)
        talk.call(s7.insert_param(name), bytes([s7.pi_service]))
        return at

    def stop(self):
        at = self.tape.ns
        self.talk.call(bytes([s7.plc_stop, 0, 0, 0, 0, 0, 9]) + b"P_PROGRAM", bytes([s7.plc_stop]))
        return at

    def start(self):
        self.talk.call(bytes([s7.pi_service, 0, 0, 0, 0, 0, 0, 0xFD, 0, 0, 9]) + b"P_PROGRAM", bytes([s7.pi_service]))

    def read(self, db, byte, values):
        at = self.tape.ns
        self.talk.read_bytes(db, byte, struct.pack(f"!{len(values)}H", *values))
        return at

    def leave(self):
        self.talk.session.acknowledge(0)
        self.talk.session.close()
        return self.tape.ns


def backup(day, ns):
    """The engineering station takes the programs of the filters and puts them on the file server."""
    ews = site.hosts["EWS-1"]
    for n in range(1, 5):
        visit = Programmer(day, ns, ews, site.hosts[f"PLC-20{n}"])
        for block in (10, 11, 12):
            visit.upload(block, visit.program(block, 600 + 40 * block))
        ns = visit.leave() + 4 * second
    office.file_session(day, ns, ews, "backup", rf"plc\{day.when(ns):%Y%m%d}.zip", office.noise(f"programs {ns}", 60_000))

"""What can be planted into the ordinary days, each labelled with what a monitor should say of it.

The six of the story are `scan identify first-writer beyond-range stop-download authorised-download`; the others
are one deviation from habits each. An act may show more than its own kind (a stranger's laptop is a new asset whatever
it does): `also` in the label names these.
"""

import struct

from plant import office, site
from plant.link import Tcp, Udp, second
from plant.people import Programmer
from plant.talk import Visit
from plant.talks import Iec104, Modbus, OpcUa
from tools import enip, modbus, s7, web

minute = 60 * second
story = ("authorised-download", "scan", "identify", "first-writer", "beyond-range", "stop-download")
new_here = ["new_asset", "new_peer", "new_protocol"]


class Caller:
    """A Modbus client for a few questions."""

    def __init__(self, day, ns, client, server):
        self.visit, self.device, self.tid = Visit(day, ns, client, server, 502), day.devices[server.name], 0
        self.tape, self.tcp = self.visit.tape, self.visit.tcp
        self.tcp.open()

    def ask(self, request, answer, unit=1):
        self.tid += 1
        at = self.tape.ns
        self.tcp.exchange(modbus.adu(self.tid, request, unit), modbus.adu(self.tid, answer, unit), 4, settle=True)
        self.tape.wait(200)
        return at

    def read(self, function, address, count, unit=1):
        values = [self.device.word((unit, function), address + i, self.tape.ns) for i in range(count)]
        return self.ask(modbus.read(function, address, count), modbus.read_words_reply(function, values), unit)

    def write(self, address, value, unit=1):
        return self.ask(modbus.write_register(address, value), modbus.write_register(address, value), unit)

    def leave(self):
        self.tcp.close()


def come(day, ns, who):
    """A stranger plugs in: an address by DHCP."""
    tape = day.tape(ns)
    office.new_lease(day, tape, who)
    return tape.ns + 2 * second


def scan(day, ns):
    """Every address of the controllers by ARP, then their usual ports by TCP."""
    me, h = site.laptop, site.hosts
    ns = come(day, ns, me)
    start, tape = ns, day.tape(ns)
    there = {host.ip: host for host in h.values()}
    for last in range(1, 97):
        ip = f"10.3.1.{last}"
        if ip in there:
            tape.resolve(me, there[ip])
        else:
            tape.ask(me, ip)
        tape.wait(18)
    open_ports = {"PLC-1": 502, "PLC-2": 102, "PLC-4": 44818, "RTU-5": 2404, "RTU-6": 20000, "AN-70": 502, "FT-70": 502, "VFD-4": 502, "GW-19": 502}
    for host in [x for x in there.values() if x.ip.startswith("10.3.1.")]:
        for port in (80, 102, 502, 2404, 4840, 20000, 44818):
            tcp = Tcp(tape, me, host, port, day.port(me))
            if open_ports[host.name[:5]] == port:
                tcp.open()
                tcp.reset(0)
            else:
                tcp.refused()
            tape.wait(9)
    day.label("scan", "scan", start, me, None, object="10.3.1.0/24 ports 80,102,502,2404,4840,20000,44818", also=new_here)


def identify(day, ns):
    """Modbus 43/14 and 17, S7 SZL 0x11 and 0x1C, CIP identity."""
    me, h = site.laptop, site.hosts
    ns = come(day, ns, me)
    for number in (103, 104):
        plc = h[f"PLC-{number}"]
        caller = Caller(day, ns, me, plc)
        parts = [site.maker, "LC-340", "V2.7.1"]
        found = b"".join(bytes([at, len(part)]) + part.encode() for at, part in enumerate(parts))
        at = caller.ask(b"\x2b\x0e\x01\x00", b"\x2b\x0e\x01\x01\x00\x00\x03" + found)  # A 6.21
        caller.ask(b"\x11", b"\x11\x0b\x01\xffLC-340 v2")  # A 6.13
        caller.leave()
        day.label("identify", "identify", at, me, plc, protocol="modbus", verb="identify", also=new_here)
        ns = caller.tape.ns + 3 * second
    plc = h["PLC-203"]
    visit = Programmer(day, ns, me, plc)
    for ident, size, rows in ((0x11, 28, [struct.pack("!H20sHHH", 1, b"LC7 315-2EH14-0AB0", 0, 0x56, 0x302)]),
                              (0x1C, 34, [struct.pack("!H32s", 1, b"FILTER-3"), struct.pack("!H32s", 5, b"S C-X4U421302017")])):
        at = visit.tape.ns
        visit.talk.refs[0] += 1
        ref = visit.talk.refs[0]
        # W s7comm_decode_ud: head 000112, length, method, type and group, subfunction, sequence.
        ask = s7.pdu(s7.user_data, ref, b"\0\1\x12\4\x11\x44\1\0", struct.pack("!BBHHH", 0xFF, 9, 4, ident, 0))
        body = struct.pack("!HHHH", ident, 0, size, len(rows)) + b"".join(rows)
        tell = s7.pdu(s7.user_data, ref, b"\0\1\x12\x08\x12\x84\1\1\0\0\0\0", struct.pack("!BBH", 0xFF, 9, len(body)) + body)
        visit.talk.session.exchange(s7.dt(ask), s7.dt(tell), 5)
        visit.tape.wait(100)
    day.label("identify", "identify", at, me, plc, protocol="s7comm", verb="identify", also=new_here)
    ns = visit.leave() + 3 * second
    plc = h["PLC-401"]
    talk = enip.Talk(Visit(day, ns, me, plc, enip.port).tcp)
    talk.start()
    at = talk.tcp.tape.ns
    talk.ask(enip.request(0x01, enip.object_path(1, 1)), enip.answer(0x01, enip.identity(b"LC5-61 CONTROLLER", 0x00C0A841)))
    talk.end()
    day.label("identify", "identify", at, me, plc, protocol="enip", verb="identify", also=new_here)


def first_writer(day, ns):
    me, plc = site.laptop, site.hosts["PLC-104"]
    caller = Caller(day, come(day, ns, me), me, plc)
    caller.read(3, 0, 6)
    at = caller.write(1, 110)
    caller.leave()
    day.label("first-writer", "new_writer", at, me, plc, protocol="modbus", unit=1, verb="write", object="40002", value=110, also=new_here)


def _errand(day, ns, client, server, kind, label, what):
    """what(talk) is done on a standing connection and gives its time; label(at) says what it was."""
    day.talks[client, server, kind].errand(lambda talk: label(what(talk)))


def beyond_range(day, ns, act="beyond-range", plc="PLC-104", value=3800):
    h = site.hosts

    def say(at):
        day.label(act, "value_range", at, h["HMI-2"], h[plc], protocol="modbus", unit=1, verb="write", object="40001", value=value, also=["value_step"])

    def do(talk):
        before = talk.device.value((1, 3), 0, ns)
        at = talk.write(0, value)
        day.at(at + 15 * minute, lambda _: talk.errand(lambda t: t.write(0, before)))
        return at

    _errand(day, ns, "HMI-2", plc, "Modbus", say, do)


def value_outside(day, ns):
    beyond_range(day, ns, "value-outside", "PLC-103", 2500)


def step_too_large(day, ns):
    """The flow wanted goes to the other end of its usual range at once."""
    h, said = site.hosts, {}

    def do(talk):
        before = talk.device.value((1, 3), 0, ns)
        said["value"] = 400 if before > 600 else 800
        at = talk.write(0, said["value"])
        return at

    _errand(day, ns, "HMI-1", "PLC-101", "Modbus", lambda at: day.label(
        "step-too-large", "value_step", at, h["HMI-1"], h["PLC-101"], protocol="modbus", unit=1, verb="write", object="40001", **said), do)


def stop_download(day, ns):
    me, plc = site.laptop, site.hosts["PLC-203"]
    visit = Programmer(day, come(day, ns, me), me, plc)
    at = visit.stop()
    day.label("stop-download", "new_programmer", at, me, plc, protocol="s7comm", verb="stop", also=[*new_here, "new_verb"])
    visit.tape.wait(4000)
    at = visit.download(10, 900)
    # By now it is known who programs here: the download itself is told by rules.
    day.label("stop-download", "download", at, me, plc, protocol="s7comm", verb="download", object="FC10", also=new_here)
    visit.tape.wait(2000)
    visit.start()
    visit.leave()


def authorised_download(day, ns):
    """Announced work: a window of two hours for the engineering station in the filters' zone."""
    me, plc = site.hosts["EWS-1"], site.hosts["PLC-202"]
    day.window("filters", [me], ["download", "stop", "start", "configure"], ns - 30 * minute, ns + 90 * minute, "work order 2026-0317 (fictional)")
    visit = Programmer(day, ns, me, plc)
    at = visit.download(11, 1040)
    visit.leave()
    day.label("authorised-download", "new_programmer", at, me, plc, protocol="s7comm", verb="download", object="FC11", alarm=False)


def new_asset(day, ns):
    me, server = site.visitor, site.hosts["DC-1"]
    ns = come(day, ns, me)
    office.look_up(day, day.tape(ns), me, "file-1", site.hosts["FILE-1"].ip)
    day.label("new-asset", "new_asset", ns, me, server, protocol="dns", also=["new_peer"])


def new_peer(day, ns):
    """Two that are known, and never spoke with each other."""
    me, plc = site.hosts["HMI-1"], site.hosts["PLC-104"]
    caller = Caller(day, ns, me, plc)
    at = caller.read(4, 0, 8)
    caller.leave()
    day.label("new-peer", "new_peer", at, me, plc, protocol="modbus", unit=1, verb="read", object="30001..30008")


def new_protocol(day, ns):
    """The panel that polls the controller opens its web page."""
    me, plc = site.hosts["HMI-2"], site.hosts["PLC-103"]
    office.page(day, ns, me, plc, "/", b"<title>LC-340</title>", plc.ip)
    day.label("new-protocol", "new_protocol", ns, me, plc, protocol="http", verb="read")


def new_verb(day, ns):
    """The historian, which only reads, looks around in the address space."""
    h = site.hosts
    _errand(day, ns, "HIST-1", "OPC-1", "OpcUa", lambda at: day.label("new-verb", "new_verb", at, h["HIST-1"], h["OPC-1"], protocol="opcua", verb="browse"),
            lambda talk: talk.browse())


def new_function(day, ns):
    """The same setpoint, within its range, by function 16 instead of 6."""
    h = site.hosts
    _errand(day, ns, "HMI-2", "PLC-103", "Modbus", lambda at: day.label(
        "new-function", "new_function", at, h["HMI-2"], h["PLC-103"], protocol="modbus", unit=1, verb="write", function=16, object="40001"),
        lambda talk: talk.write(0, talk.device.value((1, 3), 0, ns), function=16))


def new_object(day, ns):
    h = site.hosts

    def do(talk):
        at = talk.tape.ns
        talk.read(1, 3, 300, 10)
        return at

    _errand(day, ns, "HMI-1", "PLC-101", "Modbus", lambda at: day.label(
        "new-object", "new_object", at, h["HMI-1"], h["PLC-101"], protocol="modbus", unit=1, verb="read", object="40301..40310"), do)


def first_programmer(day, ns):
    """A panel that only ever read and wrote values loads a block."""
    me, plc = site.hosts["HMI-3"], site.hosts["PLC-204"]
    visit = Programmer(day, ns, me, plc)
    at = visit.download(12, 700)
    visit.leave()
    day.label("first-programmer", "new_programmer", at, me, plc, protocol="s7comm", verb="download", object="FC12", also=["new_verb", "new_function"])


def first_seen_writer(day, ns):
    """The OPC server, which only reads, sets a value."""
    h = site.hosts
    _errand(day, ns, "OPC-1", "PLC-102", "Modbus", lambda at: day.label(
        "first-seen-writer", "new_writer", at, h["OPC-1"], h["PLC-102"], protocol="modbus", unit=1, verb="write", object="40001", value=40,
        also=["new_verb", "new_function"]), lambda talk: talk.write(0, 40))


def unusual_hour(day, ns):
    """The weekly backup's upload, on another day at another hour."""
    me, plc = site.hosts["EWS-1"], site.hosts["PLC-201"]
    visit = Programmer(day, ns, me, plc)
    at = visit.tape.ns
    visit.upload(10, visit.program(10, 1000))
    visit.leave()
    day.label("unusual-hour", "unusual_hour", at, me, plc, protocol="s7comm", verb="upload", object="FC10")


def period_changed(day, ns):
    """The panel asks four times as often, for an hour."""
    h, talk = site.hosts, day.talks["HMI-1", "PLC-102", "Modbus"]
    talk.factor = 0.25
    day.at(ns + 60 * minute, lambda _: setattr(talk, "factor", 1.0))
    day.label("period-changed", "period_changed", ns, h["HMI-1"], h["PLC-102"], protocol="modbus", unit=1, verb="read", factor=0.25)


def poll_stopped(day, ns):
    """The OPC server stops asking one controller; both stay alive."""
    h, talk = site.hosts, day.talks["OPC-1", "PLC-402", "Enip"]
    talk.paused = True
    day.label("poll-stopped", "poll_stopped", ns, h["OPC-1"], h["PLC-402"], protocol="enip", verb="read")


def sender_silent(day, ns):
    """A reservoir's station is heard no more."""
    rtu, scada = site.hosts["RTU-503"], site.hosts["SCADA-1"]
    day.silent.add(rtu.ip)
    day.label("sender-silent", "sender_silent", ns, rtu, scada, protocol="iec104", verb="report", also=["poll_stopped"])


def second_master(day, ns):
    """The standby server takes up a station while the first still has it."""
    h = site.hosts
    day.devices["RTU-505"].points.setdefault(("ioa", 701), None)
    talk = Iec104.__new__(Iec104)
    talk.station, talk.day, talk.client, talk.server, talk.think_ms = 505, day, h["SCADA-2"], h["RTU-505"], 35
    talk.rng, talk.device, talk.tape = day.random("second master"), day.devices["RTU-505"], day.tape(ns)
    talk.connect()
    for _ in range(6):
        talk.tape.wait(4000)
        talk.scan((0, "report", 701, 702))
    talk.tcp.close()
    day.label("second-master", "second_master", ns, h["SCADA-2"], h["RTU-505"], protocol="iec104", also=["new_peer", "new_protocol"])


def client_was_server(day, ns):
    """A controller that only ever answered asks another controller."""
    me, plc = site.hosts["PLC-202"], site.hosts["PLC-203"]
    visit = Programmer(day, ns, me, plc)
    at = visit.read(1, 0, [1000, 320])
    visit.leave()
    day.label("client-was-server", "server_asks", at, me, plc, protocol="s7comm", verb="read", also=["new_peer"])


def bulk_export(day, ns):
    """The reports' server, which fetches trends of a few kilobytes, takes five megabytes at once."""
    h = site.hosts
    rows = b"".join(b"%d,%d\n" % (n, n * 7919 % 1000) for n in range(500_000))
    office.page(day, ns, h["WEB-1"], h["HIST-1"], "/export/trend.csv", rows)
    day.label("bulk-export", "volume", ns, h["WEB-1"], h["HIST-1"], octets=len(rows))


# name: (what it does, when by default as a share of the capture)
acts = {
    "authorised-download": (authorised_download, 0.60),
    "scan": (scan, 0.625),
    "identify": (identify, 0.645),
    "first-writer": (first_writer, 0.665),
    "beyond-range": (beyond_range, 0.685),
    "stop-download": (stop_download, 0.705),
    "new-asset": (new_asset, 0.72),
    "new-peer": (new_peer, 0.735),
    "new-protocol": (new_protocol, 0.75),
    "new-verb": (new_verb, 0.765),
    "new-function": (new_function, 0.78),
    "new-object": (new_object, 0.795),
    "first-seen-writer": (first_seen_writer, 0.81),
    "first-programmer": (first_programmer, 0.825),
    "value-outside": (value_outside, 0.84),
    "step-too-large": (step_too_large, 0.855),
    "unusual-hour": (unusual_hour, 0.87),
    "period-changed": (period_changed, 0.885),
    "poll-stopped": (poll_stopped, 0.90),
    "sender-silent": (sender_silent, 0.915),
    "second-master": (second_master, 0.93),
    "client-was-server": (client_was_server, 0.945),
    "bulk-export": (bulk_export, 0.955),
}
deviations = tuple(name for name in acts if name not in story)


def plant(day, name, ns=None):
    what, share = acts[name]
    day.at(day.start + round((day.end - day.start) * share) if ns is None else ns, lambda at: what(day, at))

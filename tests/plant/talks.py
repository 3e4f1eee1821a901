"""The works' protocols on standing connections. Messages are those of pcaps/tools."""

import struct

from plant import site
from plant.link import second
from plant.talk import Talk
from tools import dnp3, enip, iec104, modbus, opcua, s7

filetime_epoch_s = 11_644_473_600  # 1601 to 1970


class Modbus(Talk):
    """Rows: (seconds, unit, function, address, count)."""

    port = 502

    def begin(self):
        self.tid = getattr(self, "tid", 0)

    def ask(self, unit, request, answer):
        self.tid = (self.tid + 1) & 0xFFFF
        self.exchange(modbus.adu(self.tid, request, unit), modbus.adu(self.tid, answer, unit))
        self.settle()

    def read(self, unit, function, address, count):
        ns, device = self.tape.ns, self.device
        if function <= 2:
            bits = sum(bool(device.value((unit, function), address + i, ns)) << i for i in range(count))
            answer = modbus.read_bits_reply(function, bits.to_bytes((count + 7) // 8, "little"))
        else:
            answer = modbus.read_words_reply(function, [device.word((unit, function), address + i, ns) for i in range(count)])
        self.ask(unit, modbus.read(function, address, count), answer)

    def scan(self, row):
        self.read(*row[1:])

    def write(self, place, value, unit=1, function=6):
        """place: a holding register from 0."""
        at = self.tape.ns
        if function == 16:
            self.ask(unit, modbus.write_registers(place, [value]), modbus.write_registers_reply(place, 1))
        else:
            self.ask(unit, modbus.write_register(place, value), modbus.write_register(place, value))
        self.device.set((unit, 3), place, value)
        return at

    def write_coil(self, place, on, unit=1):
        at = self.tape.ns
        self.ask(unit, modbus.write_coil(place, on), modbus.write_coil(place, on))
        self.device.set((unit, 1), place, on)
        return at


class S7(Talk):
    """Rows: (seconds, (db, first byte, words), ...)."""

    port = s7.port

    def begin(self):
        self.ref = 0
        self.tcp.exchange(s7.connect_request(0x0100, 0x0102), s7.connect_confirm(0x0100, 0x0102), self.think_ms)
        self.call(s7.setup_param(480), s7.setup_param(240))

    def call(self, param, answer, data=b"", answer_data=b""):
        self.ref = self.ref % 0xFFFF + 1
        self.exchange(s7.dt(s7.pdu(s7.job, self.ref, param, data)), s7.dt(s7.pdu(s7.ack_data, self.ref, answer, answer_data)))
        self.settle()

    def scan(self, row):
        items, values = [], b""
        for at, (db, byte, words) in enumerate(row[1:], 1):
            data = b"".join(struct.pack("!H", self.device.word(db, byte + 2 * i, self.tape.ns)) for i in range(words))
            items.append(s7.item(db, byte, 2 * words))
            values += s7.read_data(data)
        self.call(s7.read_param(*items), bytes([s7.read, len(items)]), answer_data=values)

    def write(self, place, value):
        """place: (db, byte) of a word. W s7comm_decode_response_read_data: 0, 04 bits, length; answer FF."""
        at, (db, byte) = self.tape.ns, place
        param = bytes([s7.write, 1]) + s7.item(db, byte, 2)
        self.call(param, bytes([s7.write, 1]), struct.pack("!BBHH", 0, 4, 16, value), b"\xff")
        self.device.set(db, byte, value)
        return at


class Enip(Talk):
    """Rows: (seconds, tag, ...), all tags REAL, read at once over a class 3 connection."""

    port = enip.port
    real = 0xCA

    def begin(self):
        self.number, self.serial = 0, self.rng.randrange(1, 0xFFFF)
        version = struct.pack("<HH", 1, 0)
        self.tcp.exchange(enip.encapsulated(0x65, version, handle=0), enip.encapsulated(0x65, version))
        self.router = bytes([1, 0]) + enip.object_path(2, 1)
        self.ids = (0x00010000 | self.serial, 0x80550000 | self.serial)
        opened = enip.opened(self.serial, *self.ids, 2_000_000)
        self.plain(enip.forward_open(self.serial, self.ids[1], self.router, 0xA3, 2_000_000, 0x43F8, 0x43F8), opened)

    def plain(self, cip, answer):
        self.number += 1
        self.exchange(enip.unconnected(cip, self.number), enip.unconnected(answer, self.number))
        self.settle()

    def send(self, cip, answer):
        self.number = self.number % 0xFFFF + 1
        self.exchange(enip.connected(self.ids[0], self.number, cip), enip.connected(self.ids[1], self.number, answer))
        self.settle()

    def end(self):
        self.plain(enip.forward_close(self.serial, self.router), enip.closed(self.serial))
        self.tcp.client(enip.encapsulated(0x66))

    def scan(self, row):
        one = struct.pack("<H", 1)
        reads = [enip.request(0x4C, enip.tag_path(tag), one) for tag in row[1:]]
        found = [enip.answer(0x4C, struct.pack("<Hf", self.real, self.device.value("tag", tag, self.tape.ns))) for tag in row[1:]]
        self.send(enip.multiple(*reads), enip.multiple(*found, status=0))

    def write(self, tag, value):
        at = self.tape.ns
        data = struct.pack("<HHf", self.real, 1, value)
        self.send(enip.request(0x4D, enip.tag_path(tag), data), enip.answer(0x4D))
        self.device.set("tag", tag, value)
        return at


class Iec104(Talk):
    """Rows: (seconds, "report", IOA, ...) measured values as short floats; (seconds, "states"), (seconds,
    "interrogate"), (seconds, "clock"), (seconds, "test"). The client is the controlling station."""

    port = iec104.port

    def __init__(self, day, client, server, scans, station, **more):
        self.station = station
        super().__init__(day, client, server, scans, **more)

    def begin(self):
        self.talk = iec104.Conversation(self.station, self.tape.ns)
        self.talk.start()
        self.flush()
        self.tape.wait(300)
        self.interrogate()

    def flush(self):
        self.talk.on_tape(self.tcp)
        self.talk.steps.clear()
        self.talk.ns = self.tape.ns

    def floats(self, addresses):
        return [(ioa, iec104.short_float(round(self.device.value("ioa", ioa, self.tape.ns), 2))) for ioa in addresses]

    def interrogate(self):
        measured = self.floats(ioa for area, ioa in self.device.points if area == "ioa")
        states = [(1 + i, iec104.single(i % 3 == 0)) for i in range(6)]
        self.talk.interrogate((1, states, True), (13, measured, False))
        self.flush()

    def scan(self, row):
        what = row[1]
        if what == "report":
            self.talk.report(13, self.floats(row[2:]))
        elif what == "states":
            self.talk.report(1, [(1 + self.rng.randrange(6), iec104.single(self.rng.random() < 0.5))])
        elif what == "interrogate":
            return self.interrogate()
        elif what == "clock":
            self.talk.ns = self.tape.ns
            self.talk.set_clock()
        else:
            self.talk.test(0)
        return self.flush()

    def write(self, ioa, value):
        """A set point, executed at once."""
        at = self.tape.ns
        self.talk.order(50, ioa, iec104.set_point(value), terminate=True)
        self.flush()
        return at

    def switch(self, ioa, state):
        at = self.tape.ns
        self.talk.select_and_execute(46, ioa, state)
        self.flush()
        return at


class Dnp3(Talk):
    """Rows: (seconds, "events"), (seconds, "integrity")."""

    port = dnp3.port

    def __init__(self, day, client, server, scans, station, **more):
        self.station = station
        super().__init__(day, client, server, scans, **more)

    def begin(self):
        self.talk = dnp3.Conversation(self.station, 1, self.tape.ns)
        self.integrity()

    def flush(self):
        self.talk.on_tape(self.tcp)
        self.talk.steps.clear()
        self.settle()

    def integrity(self):
        analogs = dnp3.header(30, 5, 0, 0, 3) + b"".join(struct.pack("<Bf", 1, self.device.value("analog", i, self.tape.ns)) for i in range(4))
        inputs = dnp3.header(1, 2, 0, 0, 5) + bytes(0x81 if i % 3 == 0 else 0x01 for i in range(6))
        self.talk.ask(dnp3.read, dnp3.integrity, inputs + analogs)
        self.flush()

    def scan(self, row):
        if row[1] == "integrity":
            return self.integrity()
        self.talk.ask(dnp3.read, dnp3.every(dnp3.classes[1], dnp3.classes[2], dnp3.classes[3]))
        return self.flush()

    def switch(self, index, code):
        at = self.tape.ns
        command = dnp3.crob(index, code)
        self.talk.ask(dnp3.select, command, command)
        self.talk.wait(400)
        self.talk.ask(dnp3.operate, command, command)
        self.flush()
        return at


class OpcUa(Talk):
    """Rows: (seconds, node name, ...), doubles in namespace 2, read together."""

    port = opcua.port
    double = 11

    def begin(self):
        self.talk = opcua.Conversation(self, f"opc.tcp://{self.server.ip}:{self.port}")
        self.clock()
        self.tcp.exchange(opcua.hello(self.talk.url), opcua.acknowledge)
        talk, none = self.talk, opcua.text(None)
        ask = talk.request(446, opcua.u32(0, 0, 1) + none + opcua.u32(3_600_000))
        tell = talk.response(449, opcua.u32(0, 3, 1) + struct.pack("<Q", talk.time) + opcua.u32(3_600_000) + none)
        self.tcp.exchange(talk._open(0, ask), talk._open(1, tell))
        self.session()

    def session(self):
        """S 5.7.2 CreateSession, 5.7.3 ActivateSession with an anonymous token."""
        text, u32, none = opcua.text, opcua.u32, opcua.text(None)
        about = text(f"urn:{self.client.name}") + text("urn:lanhe:client") + b"\0" + u32(1) + none * 2 + u32(0)
        ask = about + none + text(self.talk.url) + text(self.client.name) + none * 2 + struct.pack("<d", 60_000) + u32(0)
        told = opcua.node(7) + opcua.node(8) + struct.pack("<d", 60_000) + none * 4 + none * 2 + u32(0)
        self.talk.ask(461, ask, 464, told)
        token = opcua.extension(321, text("anonymous"))
        self.talk.ask(467, none * 4 + token + none * 2, 470, none * 3)

    def exchange(self, request, answer, think_ms=None):
        super().exchange(request, answer)

    def clock(self):
        self.talk.time = (self.tape.ns // 100) + filetime_epoch_s * 10_000_000

    def end(self):
        self.tcp.client(self.talk.chunk(0, self.talk.request(452, b""), b"CLOF"))

    def scan(self, row):
        """S 5.10.2: Read, attribute 13; a DataValue with value only (P 5.2.2.17)."""
        self.clock()
        none = opcua.text(None)
        wanted = [opcua.node(name, 2) + opcua.u32(13) + none + b"\0\0" + none for name in row[1:]]
        values = [b"\x01" + bytes([self.double]) + struct.pack("<d", self.device.value("node", name, self.tape.ns)) for name in row[1:]]
        ask = struct.pack("<dI", 0.0, 3) + opcua.array(wanted)
        self.talk.ask(631, ask, 634, opcua.array(values) + none)
        self.settle()

    def browse(self):
        """S 5.8.2: Browse of the Objects folder, forward."""
        at = self.tape.ns
        self.clock()
        none = opcua.text(None)
        described = opcua.node(85) + opcua.u32(0) + opcua.node(33) + b"\x01" + opcua.u32(0, 63)
        view = b"\0\0" + struct.pack("<QI", 0, 0)
        self.talk.ask(527, view + opcua.u32(100) + opcua.array([described]), 530, opcua.array([opcua.u32(0) + none + opcua.u32(0)]) + none)
        self.settle()
        return at

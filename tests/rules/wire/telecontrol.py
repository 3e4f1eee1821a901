"""IEC 60870-5-104, and -101 and -103 through a serial gateway."""

import struct

from tools import ft12, iec104
from tools.session import Tape, TcpSession, laptop, rtu, scada
from wire.exchange import Captures


def captures():
    out = Captures()

    def talk(name, *steps, client=scada, start=True):
        conversation = iec104.Conversation()
        if start:
            conversation.start()
        for step in steps:
            step(conversation)
            conversation.wait(100)
        tape = Tape()
        tape.resolve(client, rtu)
        session = TcpSession(tape, client, rtu, iec104.port, 49703)
        session.open()
        conversation.on_tape(session)
        session.close()
        out[name] = tape.packets

    def order(kind, ioa, element, **more):
        return lambda c: c.order(kind, ioa, element, **more)

    def report(kind, element, cause=iec104.spontaneous):
        return lambda c: c.report(kind, [(10, element)], cause)

    def file(side, kind, element):
        return lambda c: c.i(side, kind, [(1, struct.pack("<H", 3) + element)], iec104.file_transfer)

    def interrogate(c):
        c.interrogate((1, [(1, b"\1")], False))

    talk("routine", interrogate, report(30, b"\1" + iec104.cp56(10**18)), lambda c: c.test())
    talk("command", order(45, 10, iec104.command(1)))
    talk("reset", order(105, 0, b"\1"))
    talk("load-parameter", order(112, 700, struct.pack("<fB", 9.5, 1)))
    talk("activate-parameter", order(113, 700, b"\3"))
    talk("start-by-stranger", client=laptop)
    talk("test-by-stranger", lambda c: c.test(), client=laptop, start=False)
    talk("stop", lambda c: c.stop())
    talk("stop-by-stranger", lambda c: c.stop(), client=laptop, start=False)
    talk("interrogation-storm", *[interrogate] * 15)
    talk("interrogation-by-stranger", interrogate, client=laptop, start=False)
    refused = [order(45, 10 + i, iec104.command(1), refused=iec104.unknown_object) for i in range(8)]
    talk("object-scan", *refused)
    talk("wrong-object", refused[0])
    talk("freeze-counters", order(101, 0, bytes([0x45])))
    talk("read-counters", order(101, 0, bytes([0x05])))
    talk("restarted", report(70, b"\0", iec104.initialized))
    talk("send-file", file(0, 120, (99).to_bytes(3, "little") + b"\0"))
    talk("fetch-file", file(0, 122, b"\0\1"))
    talk("delete-file", file(0, 122, b"\0\4"))
    talk("refusals", *[order(45, 10, iec104.command(1), refused=iec104.activation_con)] * 8)
    talk("refused-once", order(45, 10, iec104.command(1), refused=iec104.activation_con))
    talk("substituted", report(1, iec104.single(True, 0x20)))
    talk("invalid", report(1, iec104.single(True, 0x80)))

    def line(name, *steps, client=scada):
        tape = Tape()
        tape.resolve(client, rtu)
        session = TcpSession(tape, client, rtu, ft12.port, 49704)
        session.open()
        serial = ft12.Line(session, tape)
        serial.start()
        for step in steps:
            step(serial)
        session.close()
        out[name] = tape.packets

    def asdu101(kind, ioa, element, cause):
        return bytes([kind, 1, cause, 1]) + struct.pack("<H", ioa) + element

    def order101(kind, ioa, element):
        def both(serial):
            serial.send(asdu101(kind, ioa, element, 6))
            serial.class_1(asdu101(kind, ioa, element, 7))

        return both

    def points(serial):  # several lengths tell the layout
        serial.send(asdu101(100, 0, b"\x14", 6))
        serial.class_1(asdu101(100, 0, b"\x14", 7))
        serial.class_1(bytes([1, 6, 20, 1]) + b"".join(struct.pack("<HB", n, n & 1) for n in range(1, 7)))
        serial.class_1(bytes([11, 3, 20, 1]) + b"".join(struct.pack("<HhB", n, 10 * n, 0) for n in range(101, 104)))
        serial.class_1(asdu101(100, 0, b"\x14", 10))

    line("101-routine", points)
    line("101-command", points, order101(45, 10, b"\1"))
    line("101-reset", points, order101(105, 0, b"\1"))
    line("101-parameter", points, order101(110, 700, struct.pack("<hB", 99, 1)))
    line("101-file", points, lambda s: s.send(asdu101(122, 1, struct.pack("<HBB", 3, 0, 1), 13)))
    line("101-command-by-stranger", points, order101(45, 10, b"\1"), client=laptop)
    line("101-sweep", points, *[order101(45, 10 + i, b"\1") for i in range(20)])

    distance, generic = 128, 254
    clock = struct.pack("<HBB", 10_000, 30, 12)

    def asdu103(kind, cause, function, number, body):
        return bytes([kind, 0x81, cause, 1, function, number]) + body

    def order103(number, point):
        def both(serial):
            serial.send(asdu103(20, 20, distance, number, bytes([point, 7])))
            serial.class_1(asdu103(1, 20, distance, number, bytes([point]) + clock + b"\7"))

        return both

    def tell103(number, point):
        return lambda serial: serial.class_1(asdu103(1, 1, distance, number, bytes([point]) + clock + b"\0"))

    line("103-routine", lambda s: s.send(asdu103(7, 9, 255, 0, b"\3")), tell103(36, 2))
    line("103-protection-off", order103(18, 1))
    line("103-protection-on", order103(18, 2))
    line("103-recloser-off", order103(16, 1))
    line("103-recloser-on", order103(16, 2))
    line("103-setting-group", order103(24, 2))
    line("103-reset-leds", order103(19, 2))
    write = b"\x09\x01" + b"\x10\x04\x01\x03\x01\x01\x05"
    line("103-write-setting", tell103(36, 2), lambda s: s.send(asdu103(10, 40, generic, 249, write)))
    line("103-fault-record", tell103(36, 2), lambda s: s.send(asdu103(24, 31, distance, 0, bytes([1, 1, 5, 0, 0]))))
    line("103-blocked", tell103(20, 2))
    line("103-unblocked", tell103(20, 1))
    line("103-test-mode", tell103(21, 2))
    line("103-by-stranger", order103(50, 2), client=laptop)
    return out

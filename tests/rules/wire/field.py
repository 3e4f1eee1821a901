"""Meters, instruments and flow computers."""

import struct

from tools.session import hmi, laptop, rtu
from wire.exchange import Captures


def captures():
    out = Captures()
    device = bytes.fromhex("a606010203")

    def hart(name, command, data=b""):
        def frame(delimiter, data):
            octets = bytes([delimiter]) + device + bytes([command, len(data)]) + data
            check = 0
            for octet in octets:
                check ^= octet
            return octets + bytes([check])

        def message(kind, number, sequence, body):
            return struct.pack("!BBBBHH", 1, kind, number, 0, sequence, 8 + len(body)) + body

        start = struct.pack("!BI", 1, 60_000)
        out.udp(name, 5094, message(0, 0, 1, start), message(1, 0, 1, start), message(0, 3, 2, frame(0x82, data)),
                message(1, 3, 2, frame(0x86, b"\0\0" + data)), server=rtu)

    hart("hart-read", 1)
    hart("hart-range", 35, b"\x20" + struct.pack("!ff", 500.0, 0.0))
    hart("hart-fixed-current", 40, struct.pack("!f", 4.0))
    hart("hart-reset", 42)
    hart("hart-polling-address", 6, b"\x05")

    def roc(name, *pairs, **more):
        def message(to, source, opcode, data):
            octets = bytes([*to, *source, opcode, len(data)]) + data
            value = 0xFFFF
            for octet in octets:
                value ^= octet
                for _ in range(8):
                    value = value >> 1 ^ 0xA001 if value & 1 else value >> 1
            return octets + struct.pack("<H", value)

        there, here = (1, 2), (3, 1)
        messages = []
        for opcode, ask, tell, answer in pairs:
            messages += [message(there, here, opcode, ask), message(here, there, answer, tell)]
        out.tcp(name, 4000, *messages, server=rtu, **more)

    parameter = bytes([1, 103, 0, 9])
    read = (180, b"\x01\x67\0\5", b"\x01\x67\0\5" + struct.pack("<f", 41.5), 180)
    write = (181, parameter + struct.pack("<f", 1000.0), b"", 181)
    roc("roc-read", read, read)
    roc("roc-write", read, write, client=hmi)
    roc("roc-write-by-stranger", read, write, client=laptop)
    roc("roc-wrong-password", read, (17, b"LOI" + struct.pack("<H", 1), b"\x3f\x01", 255))
    roc("roc-system-variables", read, (102, bytes(2), b"", 102))
    roc("roc-file-delete", read, (203, b"\x05" + b"/flash/".ljust(100, b"\0") + b"config.ini".ljust(20, b"\0"), b"\x05", 203))

    def phasor(name, quality=0):
        def frame(kind, body):
            head = struct.pack("!BBHHII", 0xAA, kind << 4 | 2, len(body) + 16, 60, 1_772_438_400, quality << 24)
            value = 0xFFFF
            for octet in head + body:
                value ^= octet << 8
                for _ in range(8):
                    value = (value << 1 ^ 0x1021 if value & 0x8000 else value << 1) & 0xFFFF
            return head + body + struct.pack("!H", value)

        unit = b"LW STATION 1".ljust(16) + struct.pack("!HHHHH", 7, 8, 1, 0, 0) + b"VA".ljust(16) + struct.pack("!IHH", 0, 1, 3)
        configuration = frame(3, struct.pack("!IH", 1_000_000, 1) + unit + struct.pack("!h", 25))
        data = [frame(0, struct.pack("!Hhhff", 0, 100, -3, 50.0, 0.0))] * 3
        out.udp(name, 4713, frame(4, struct.pack("!H", 5)), [configuration, *data], server=rtu, sport=49340)

    phasor("phasors")
    phasor("phasors-without-clock", 15)
    out.moved("gauge-by-stranger", "atg/inventory-and-rename")
    return out

"""Trains, signalling and the supervisors of buildings."""

import struct
import zlib

from tools.session import laptop, rtu, scada
from wire.exchange import Captures


def captures():
    out = Captures()

    def signals(name, *headers, client=scada):
        def message(header, *pairs):
            octets = bytes([header, 1, *(octet for pair in pairs for octet in pair)])
            value = 0xFFFF
            for octet in octets:
                value ^= octet
                for _ in range(8):
                    value = value >> 1 ^ 0xA001 if value & 1 else value >> 1
            octets += struct.pack("<H", value)
            inside = b"".join(bytes([0xF0, o & 15]) if o >= 0xF0 else bytes([o]) for o in octets[1:])
            return octets[:1] + inside + b"\xf6"

        pairs = {0xFC: [(2, 0x11)], 0xFD: [], 0xFB: [], 0xFE: []}
        answers = {0xFC: message(0xF3, (2, 0x11)), 0xFD: message(0xF2, (5, 1)), 0xFB: b"\xf1\x01\xf6", 0xFE: b"\xf1\x01\xf6"}
        messages = []
        for header in (0xFD, 0xFB, 0xFB, *headers):
            messages += [message(header, *pairs[header]), answers[header]]
        out.tcp(name, 10001, *messages, client=client, server=rtu)

    signals("signals-poll", 0xFB)
    signals("signals-control", 0xFC, 0xFE)
    signals("signals-control-by-stranger", 0xFC, 0xFE, client=laptop)
    signals("signals-hammering", *[0xFC, 0xFE] * 8)

    def telegram(kind, rest, data):
        octets = struct.pack("!IBB2sIIII", 1, 1, 0, kind, 3001, 0, 0, len(data)) + rest
        return octets + struct.pack("<I", zlib.crc32(octets)) + data

    middle = bytes(4) + bytes(range(16)) + struct.pack("!I", 2_000_000) + b"doors".ljust(32, b"\0") + b"door1".ljust(32, b"\0")
    call = telegram(b"Mr", middle, b"open")
    out.udp("train-call", 17225, call, telegram(b"Mp", middle, b"done"), server=rtu, sport=50500)
    out.udp("train-call-by-stranger", 17225, call, telegram(b"Mp", middle, b"done"), client=laptop, server=rtu, sport=50500)
    out.udp("train-error", 17225, call, telegram(b"Me", middle, b""), server=rtu, sport=50500)
    out.moved("niagara-by-stranger", "fox/hello", _10_20_0_8="10.20.0.78")
    return out

"""A master exchanges inputs and outputs with a station in a fixed cycle; at last a slave refuses it because
another master already controls it (CLPA BAP-C2010).

kind: S
"""

import struct

from tools.lab import output
from tools.session import Tape, plc, rtu
from tools.udp import UdpSession


def number(ip):
    return int.from_bytes(bytes(map(int, ip.split("."))), "big")


def request(sequence, clock, bits):
    head = struct.pack("<HHHHHH", 0, 0x0E70, 0, 1, 0, 36) + bytes(14) + struct.pack("<HHQ", 1, 0, clock)
    head += struct.pack("<IBBHHHHHHH", number(plc.ip), 1, 0, sequence, 500, 3, 11, 1, 1, 0)
    body = head + struct.pack("<I", number(rtu.ip)) + struct.pack("<32H", 1000 + sequence, *[0] * 31) + struct.pack("<Q", bits)
    return bytes.fromhex("5000 00ff ff03 00") + struct.pack("<H", len(body)) + body


def response(sequence, bits, end=0):
    head = struct.pack("<HHHH", 0, 1, end, 40) + bytes(14) + struct.pack("<HHIHHHHI", 0x1234, 0, 0x10, 1, 0, 1, 0, 0)
    body = head + struct.pack("<IBBH", number(rtu.ip), 1, 0, sequence) + struct.pack("<32H", 2000 + sequence, *[0] * 31) + struct.pack("<Q", bits)
    return bytes.fromhex("d000 00ff ff03 00") + struct.pack("<H", len(body)) + body


tape = Tape()
tape.resolve(plc, rtu)
session = UdpSession(tape, plc, rtu, 61450, 61450)
for sequence in range(1, 21):
    end = 0xCFE0 if sequence == 20 else 0
    session.exchange(request(sequence, tape.ns // 1_000_000, sequence & 1), response(sequence, 3, end))
    tape.wait(98)
tape.save(output())

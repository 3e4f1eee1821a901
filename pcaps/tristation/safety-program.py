"""A host that is no engineering station asks a safety controller for its status, reads its program, puts a change
into it and runs it, in the order of TRITON.

kind: S
expect: udp.port == 1502 => 20
"""

import struct

from tools.lab import output
from tools.session import Tape, laptop, plc
from tools.udp import UdpSession


def message(kind, body=b""):
    """[NOZ] type and length, little-endian, a body, a CRC-16 of both that begins with 0."""
    octets = struct.pack("<HH", kind, len(body)) + body
    value = 0
    for octet in octets:
        value ^= octet
        for _ in range(8):
            value = value >> 1 ^ 0xA001 if value & 1 else value >> 1
    return octets + struct.pack("<H", value)


def command(way, code, sequence, data=b""):
    """[NOZ] direction, channel, number, sequence, unknown, sum, length."""
    return message(5, bytes([way, way, code, sequence, 0, 0]) + struct.pack("<HH", code + sequence + 10 + len(data), 10 + len(data)) + data)


steps = [
    (0x13, b"", 0x6C, bytes(24)),  # get CP status
    (0x41, bytes(8), 0xA2, b"PROGRAM ".ljust(32)),  # upload program
    (0x01, b"CHANGE".ljust(16, b"\0"), 0x66, b""),  # start download change
    (0x37, bytes(8) + b"LW DEMO ".ljust(24), 0x99, b""),  # allocate program
    (0x0B, b"", 0x67, b""),  # end download change
    (0x14, b"", 0x64, b""),  # run program
    (0x15, b"", 0x64, b""),  # halt program
]
tape = Tape()
tape.resolve(laptop, plc)
session = UdpSession(tape, laptop, plc, 1502, 49380)
session.exchange(message(1), message(2))
for sequence, (code, ask, answer, tell) in enumerate(steps):
    tape.wait(200)
    session.exchange(command(0, code, sequence, ask), command(1, answer, sequence, tell))
session.client(message(6))
tape.wait(100)
session.client(message(3))
session.server(message(4))
session.server(message(10))  # access denied
tape.save(output())

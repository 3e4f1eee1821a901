"""A host finds a tag, reads a block's parameter from a linking device, and writes it; then another host stops a program.

kind: S
expect: ff => 11
"""

import struct

from tools.lab import output
from tools.session import Tape, hmi, laptop, plc
from tools.udp import UdpSession


def message(protocol, kind, service, address, data=b"", invoke=None):
    """[FDA] version, options, protocol and type, service, address, length, data, invoke id."""
    trailer = b"" if invoke is None else struct.pack(">I", invoke)
    options = 0 if invoke is None else 0x40
    return struct.pack(">BBBBII", 0, options, protocol << 2 | kind, service, address, 12 + len(data) + len(trailer)) + data + trailer


tape = Tape()
tape.resolve(hmi, plc)
session = UdpSession(tape, hmi, plc, 1090, 49385)
session.client(message(2, 0, 1, 0, bytes(8) + b"FT-101".ljust(32)))
tape.wait(50)
for number, (service, ask, answer) in enumerate(
    [(0x82, b"", struct.pack(">f", 41.5)), (0x82, b"", struct.pack(">f", 41.6)), (0x83, struct.pack(">f", 55.0), b"")], 1
):
    session.exchange(message(3, 0, service, 0x00010001, struct.pack(">I", 291) + ask, number), message(3, 1, service, 0x00010001, answer, number))
    tape.wait(1000)
tape.resolve(laptop, plc)
other = UdpSession(tape, laptop, plc, 1090, 49386)
other.exchange(message(3, 0, 0x94, 0x00010001, struct.pack(">I", 400), 1), message(3, 1, 0x94, 0x00010001, b"", 1))
other.exchange(message(3, 0, 0x8A, 0x00010001, bytes(16), 2), message(3, 2, 0x8A, 0x00010001, bytes(24), 2))
tape.save(output())

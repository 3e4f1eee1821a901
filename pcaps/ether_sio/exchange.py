"""A controller and a remote station exchange data, and the station tells its status.

kind: S
expect: esio => 5
"""

import struct

from tools.lab import output
from tools.session import Tape, plc, rtu
from tools.udp import UdpSession


def telegram(kind, number, source, body):
    """Ether-S-I/O: ESIO, type, version, transaction, length, source."""
    return b"ESIO" + struct.pack("!HHIII", kind, 0, number, len(body) + 4, source) + body


tape = Tape()
tape.resolve(plc, rtu)
session = UdpSession(tape, plc, rtu, 6060, 1024)
# One data telegram: count, flags, its number, destination, length, data.
body = bytes.fromhex("01000000 005c0000 00010011 0000000000000000000000000000000000")
for number in range(4):
    session.client(telegram(1, number, 13, body))
    tape.wait(100)
session.client(telegram(2, 4, 13, bytes.fromhex("00010100")))
tape.save(output())

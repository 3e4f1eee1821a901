"""A train device publishes process data and answers a message; then somebody sends with a wrong check sequence.

kind: S
"""

import struct
import zlib

from tools.lab import output
from tools.session import Tape, laptop, plc, rtu
from tools.udp import UdpSession

tape = Tape()
tape.resolve(plc, rtu)


def header(kind, sequence, com_id, length, rest):
    """IEC 61375-2-3, A.6.5 and A.7.5: the check sequence goes lowest octet first."""
    octets = struct.pack("!IBB2sIIII", sequence, 1, 0, kind, com_id, 0, 0, length) + rest
    return octets + struct.pack("<I", zlib.crc32(octets))


process = UdpSession(tape, plc, rtu, 17224, 17224)
for sequence in range(5):
    process.client(header(b"Pd", sequence, 2001, 4, bytes(12)) + struct.pack("!I", sequence))
    tape.wait(100)
message = UdpSession(tape, plc, rtu, 17225, 50500)
middle = bytes(4) + bytes(range(16)) + struct.pack("!I", 2_000_000) + b"doors".ljust(32, b"\0") + b"door1".ljust(32, b"\0")
message.exchange(header(b"Mr", 1, 3001, 4, middle) + b"open", header(b"Mp", 1, 3001, 4, middle) + b"done")
forged = bytearray(header(b"Pd", 9, 2001, 4, bytes(12)) + b"\xff\xff\xff\xff")
forged[36] ^= 1
UdpSession(tape, laptop, rtu, 17224, 17224).client(bytes(forged))
tape.save(output())

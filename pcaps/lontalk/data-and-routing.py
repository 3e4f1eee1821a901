"""Two routers of a building exchange packets; then a laptop sends one of them other routing.

kind: S
expect: cnip.type == 1 => 3
"""

import struct

from tools.lab import output
from tools.session import Tape, laptop, plc, rtu
from tools.udp import UdpSession

tape = Tape()
tape.resolve(plc, rtu)


def packet(kind, sequence, body):
    """ISO/IEC 14908-4, 9.2: length, version, type, extension, flags, vendor, session, sequence, time."""
    return struct.pack("!HBBBBHIII", 20 + len(body), 1, kind, 0, 0, 0, 0x4C59, sequence, 1000 * sequence) + body


routers = UdpSession(tape, plc, rtu, 1628, 1628)
for sequence in range(3):
    routers.client(packet(1, sequence, bytes([1, 9, 1, 0xAA, 1, 0xA9, 1, 3, 0x81, 0x0D, 0, sequence])))
    tape.wait(1000)
UdpSession(tape, laptop, rtu, 1628, 1628).client(packet(8, 1, bytes(16)))
tape.save(output())

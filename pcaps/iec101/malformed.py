"""Frames of IEC 101 with a wrong checksum, an ASDU longer than its objects, a reserved link function, and a
type that the standard does not have.

kind: S
malformed: yes
tshark: -d tcp.port==10001,iec60870_101
"""

import struct

from tools import ft12
from tools.lab import output
from tools.session import Tape, TcpSession, rtu, scada


def points(count, first=1):
    body = b"".join(struct.pack("<HB", first + i, i & 1) for i in range(count))
    return bytes([1, count, 3, 1]) + body


tape = Tape()
tape.resolve(scada, rtu)
session = TcpSession(tape, scada, rtu, ft12.port, 49501)
session.open()
line = ft12.Line(session, tape)
line.start()
line.poll(points(6))
whole = ft12.variable(8, points(3, 20))
line.step(ft12.fixed(line.control(11)), whole[:-2] + bytes([whole[-2] ^ 1]) + whole[-1:])
line.poll(points(2) + b"\0\0")
line.step(ft12.fixed(ft12.prm | 6), ft12.ack)  # L2 Table 1: 6 is reserved
line.poll(bytes([99, 1, 3, 1, 1, 0, 1]))
line.poll(points(1, 30))
session.close()
tape.save(output())

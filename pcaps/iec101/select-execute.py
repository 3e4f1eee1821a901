"""A controlling station interrogates a station through a serial gateway, selects a breaker, executes it, and
orders one that does not exist. The link address is of one octet, cause and common address too, the object
address of two; nothing says so but the lengths.

kind: S
tshark: -d tcp.port==10001,iec60870_101
expect: iec60870_101.ctrl_func_pri_to_sec == 11 => 3
expect: iec60870_asdu.typeid == 45 => 6
expect: iec60870_asdu.typeid == 100 => 3
"""

import struct

from tools import ft12
from tools.lab import output
from tools.session import Tape, TcpSession, rtu, scada


def asdu(kind, objects, cause, station=1, negative=False):
    """A 7.2.1 type, 7.2.2 number, 7.2.3 cause, 7.2.4 common address, 7.2.5 object addresses."""
    head = bytes([kind, len(objects), negative << 6 | cause, station])
    return head + b"".join(struct.pack("<H", ioa) + element for ioa, element in objects)


tape = Tape()
tape.resolve(scada, rtu)
session = TcpSession(tape, scada, rtu, ft12.port, 49500)
session.open()
line = ft12.Line(session, tape)
line.start()
line.send(asdu(100, [(0, b"\x14")], 6))  # A 7.3.4.1 C_IC_NA_1, QOI 20
line.class_1(asdu(100, [(0, b"\x14")], 7))
points = [(ioa, bytes([ioa & 1])) for ioa in range(1, 7)]
line.class_1(asdu(1, points, 20))  # A 7.3.1.1 M_SP_NA_1
values = [(ioa, struct.pack("<hB", 10 * ioa, 0)) for ioa in range(101, 104)]
line.class_1(asdu(11, values, 20))  # A 7.3.1.11 M_ME_NB_1
line.class_1(asdu(100, [(0, b"\x14")], 10))
line.poll()
line.send(asdu(45, [(10, b"\x81")], 6))  # A 7.3.2.1 C_SC_NA_1: select
line.class_1(asdu(45, [(10, b"\x81")], 7))
line.send(asdu(45, [(10, b"\x01")], 6))  # execute
line.class_1(asdu(45, [(10, b"\x01")], 7))
line.poll(asdu(1, [(10, b"\x01")], 11))
line.send(asdu(45, [(99, b"\x01")], 6))
line.class_1(asdu(45, [(99, b"\x01")], 47, negative=True))
line.poll()
session.close()
tape.save(output())

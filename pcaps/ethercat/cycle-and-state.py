"""A controller brings a drive to OP, then exchanges process data.

kind: S
expect: ecat.cmd == 12 => 12
"""

import struct

from tools import ethercat as e
from tools.lab import output
from tools.session import Tape, plc

tape = Tape()
for state in (1, 2, 4, 8):  # IEC 61158-6-12 5.3.1: INIT, PREOP, SAFEOP, OP
    asked = struct.pack("<H", state)
    e.pass_through(
        tape, plc, e.frame(e.datagram(5, 1001, 0x120, asked)), e.frame(e.datagram(5, 1001, 0x120, asked, 1))
    )
    tape.wait(10)
    e.pass_through(
        tape, plc, e.frame(e.datagram(4, 1001, 0x130, b"\0\0")), e.frame(e.datagram(4, 1001, 0x130, asked, 1))
    )
    tape.wait(50)
object_write = e.download(0x6060, 0, 8)
e.pass_through(
    tape, plc, e.frame(e.datagram(5, 1001, 0x1000, object_write)), e.frame(e.datagram(5, 1001, 0x1000, object_write, 1))
)
for cycle in range(6):
    data = struct.pack("<HH", 0x000F, cycle)
    e.pass_through(
        tape,
        plc,
        e.frame(e.datagram(12, 0, 0x100, data), e.datagram(7, 0, 0x130, b"\0\0")),
        e.frame(e.datagram(12, 0, 0x100, data, 3), e.datagram(7, 1, 0x130, b"\x08\0", 1)),
    )
    tape.wait(2)
tape.save(output())

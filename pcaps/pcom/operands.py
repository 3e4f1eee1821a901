"""A panel polls memory integers and bits of a Unitronics controller in ASCII, writes a setpoint, reads and writes in binary.

kind: S
expect: pcomtcp.protocol == 101 => 22
expect: pcomtcp.protocol == 102 => 4
expect: pcomascii.command_code == "RW" => 20
"""

import struct

from tools.lab import output
from tools.pcom import ascii_message, binary_message, port
from tools.session import Tape, TcpSession, hmi, plc

tape = Tape()
tape.resolve(hmi, plc)
talk = TcpSession(tape, hmi, plc, port, 49880)
talk.open()
for number in range(10):
    talk.exchange(ascii_message(number, "01RW000A01"), ascii_message(number, f"01RW{200 + number:04X}", True))
    tape.wait(500)
talk.exchange(ascii_message(20, "01SW000A0100FA"), ascii_message(20, "01SW", True))
tape.wait(200)
talk.exchange(binary_message(21, 0x0C), binary_message(21, 0x0C, b"Mixer 2", answer=True))
tape.wait(200)
# R: one block to read (three memory integers), one to write (a memory bit).
blocks = struct.pack("<HHBBHBBHBB", 1, 1, 3, 3, 10, 1, 1, 5, 1, 0)
talk.exchange(binary_message(22, 0x50, blocks), binary_message(22, 0x50, bytes(4), answer=True))
talk.close()
tape.save(output())

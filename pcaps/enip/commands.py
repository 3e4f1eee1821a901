"""A laptop nobody knows does to a controller what hurts: it stops and starts it, resets it, changes
its address, writes firmware, deletes a routine, sets the clock; and puts an older one into program mode.

kind: S
stack: scripted ends
expect: cip.sc == 0x07 => 2
expect: cip.sc == 0x06 => 2
expect: cip.sc == 0x05 => 2
expect: cip.sc == 0x10 => 2
expect: cip.pccc.fnc.code_0f == 0x80 => 1
"""

import struct

from tools import enip
from tools.lab import output
from tools.session import Tape, TcpSession, laptop, plc, rtu

tape = Tape()
talk = enip.Talk(TcpSession(tape, laptop, plc, enip.port, 50200))
talk.start()
control = enip.object_path(0x8E, 1)
talk.ask(enip.carried(enip.request(0x07, control), 0), enip.answer(0x07))
tape.wait(3000)
talk.ask(enip.carried(enip.request(0x06, control), 0), enip.answer(0x06, status=0x10))
# C 5-2.3: Reset, type 1 returns to what the factory set.
talk.ask(enip.request(0x05, enip.object_path(1, 1), b"\x01"), enip.answer(0x05))
# E 5-4.3: attribute 5 of the TCP/IP Interface object: address, mask, gateway, two name servers, domain.
address = struct.pack("<IIIIIH", 0x0A140063, 0xFFFFFF00, 0x0A140001, 0, 0, 0)
talk.ask(enip.request(0x10, enip.object_path(0xF5, 1, 5), address), enip.answer(0x10))
talk.ask(enip.request(0x4B, enip.object_path(0xA1, 1), b"\x05\x99"), enip.answer(0x4B, b"\0\0"))
talk.ask(enip.carried(enip.request(0x09, enip.object_path(0x6D, 0x2351)), 0), enip.answer(0x09, status=0x0F))
clock = struct.pack("<HHQ", 1, 6, 1_772_438_400_000_000)
talk.ask(enip.carried(enip.request(0x04, enip.object_path(0x8B, 1), clock), 0), enip.answer(0x04, struct.pack("<HHH", 1, 6, 0)))
talk.end()

# D 7: change mode, 1 is remote program; a write to N7:0; a ladder file is written.
older = enip.Talk(TcpSession(tape, laptop, rtu, enip.port, 50201))
older.start()
older.ask(enip.pccc(0x06, 0x03, number=1), enip.pccc_answer(0x06, b"\x00\xee\x4a\x9f\x23" + b"1766-LEC   " + bytes(8), 1))
older.ask(enip.pccc(0x0F, 0x80, b"\x01", 2), enip.pccc_answer(0x0F, b"", 2))
word = bytes([2, 7, 0x89, 0, 0]) + struct.pack("<h", -5)
older.ask(enip.pccc(0x0F, 0xAA, word, 3), enip.pccc_answer(0x0F, b"", 3))
ladder = bytes([4, 2, 0x22, 0, 0]) + b"\xde\xad\xbe\xef"
older.ask(enip.pccc(0x0F, 0xAA, ladder, 4), enip.pccc_answer(0x0F, b"\x0b", 4, status=0xF0))
older.end()
tape.save(output())

"""Messages that break the encapsulation, its packets or CIP, between good reads, one session each.

kind: S
malformed: yes
expect: tcp.flags.syn == 1 && tcp.flags.ack == 0 => 11
expect: cip.sc == 0x0e => 44+
"""

import struct

from tools import enip
from tools.lab import output
from tools.session import Tape, TcpSession, laptop, plc

name = enip.object_path(1, 1, 7)
read = enip.request(0x0E, name)
value = enip.answer(0x0E, b"\x04L61 ")
good = enip.unconnected(read, 9)
stop = enip.request(0x07, enip.object_path(0x64, 1))

cases = [
    # E 2-3.2: command 5 is reserved.
    enip.encapsulated(0x05),
    # E 2-3.7: options are zero; a request's status is too.
    enip.unconnected(read, 9, options=7),
    enip.unconnected(read, 9, status=1),
    # E 2-6.1: the number of items, and the length of one, reach past the packet.
    good[:30] + b"\xff\xff" + good[32:],
    good[:38] + b"\x40\x00" + good[40:],
    # C 2-4.1: a path of 64 words; C C-1.2: segment type 7 is reserved.
    enip.unconnected(b"\x0e\x40" + name, 9),
    enip.unconnected(enip.request(0x0E, b"\xe0\x01" + name), 9),
    # E 2-4.4: the session is not the one that was registered.
    enip.unconnected(read, 9, handle=0x01010101),
    # C: offsets past the message; C 3-5.5.4: the carried message is longer than what follows.
    enip.unconnected(enip.request(0x0A, enip.object_path(2, 1), bytes.fromhex("f4f009098804")), 9),
    enip.unconnected(enip.request(0x52, enip.object_path(6, 1), struct.pack("<BBH", 10, 240, 400) + stop), 9),
    # L: two DINT are written and one is there.
    enip.unconnected(enip.request(0x4D, enip.tag_path("Level"), struct.pack("<HHi", 0xC4, 2, 1)), 9),
]

tape = Tape()
for number, broken in enumerate(cases):
    talk = enip.Talk(TcpSession(tape, laptop, plc, enip.port, 50400 + number))
    talk.start()
    talk.ask(read, value)
    talk.tcp.client(broken)
    tape.wait(200)
    talk.ask(read, value)
    talk.end()
    tape.wait(300)
tape.save(output())

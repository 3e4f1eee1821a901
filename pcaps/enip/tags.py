"""An operator panel finds a controller, asks who sits in slot 0, lists its tags, opens a connection,
and reads and writes tags over it: one by one, several at once, in fragments.

kind: S
stack: scripted ends
expect: enip.command == 0x0063 => 2
expect: enip.command == 0x0065 => 2
expect: cip.sc == 0x54 => 2
expect: cip.sc == 0x4c => 8
expect: cip.sc == 0x4d => 2
expect: cip.genstat == 0x05 => 1
"""

import struct

from tools import enip
from tools.lab import output
from tools.session import Tape, TcpSession, hmi, plc
from tools.udp import UdpSession

tape = Tape()
# E 2-4.3: a list of identities is asked for by datagram.
who = UdpSession(tape, hmi, plc, enip.port, 50100)
answer = struct.pack("<H", 1) + enip.identity_item(plc.ip)
who.exchange(enip.encapsulated(0x63, handle=0), enip.encapsulated(0x63, answer, handle=0))

talk = enip.Talk(TcpSession(tape, hmi, plc, enip.port, 50101))
talk.start()
# C 5-2: Get_Attributes_All of the Identity object, carried to slot 0.
talk.ask(enip.carried(enip.request(0x01, enip.object_path(1, 1)), 0), enip.answer(0x01, enip.identity()))
# L: the list of tags, name and type; status 6 says that more follow.
wanted = struct.pack("<HHH", 2, 1, 2)
tags = b"".join(
    struct.pack("<IH", instance, len(name)) + name + struct.pack("<H", kind)
    for instance, name, kind in ((12, b"Speed", 0xCA), (45, b"Level", 0xC4), (46, b"Recipe", 0x8FCE))
)
talk.ask(
    enip.carried(enip.request(0x55, enip.object_path(0x6B, 0), wanted), 0),
    enip.answer(0x55, tags, status=6),
)
router = bytes([1, 0]) + enip.object_path(2, 1)
ids = (0x00010203, 0x80550001)
talk.ask(
    enip.forward_open(1, ids[1], router, 0xA3, 2_000_000, 0x43F8, 0x43F8),
    enip.opened(1, *ids, 2_000_000),
)
one = struct.pack("<H", 1)
for turn in range(3):
    value = struct.pack("<Hf", 0xCA, 49.5 + turn / 4)
    read = enip.request(0x4C, enip.tag_path("Program:Main.Speed", 3), one)
    talk.send(ids, read, enip.answer(0x4C, value))
    tape.wait(460)
reads = [enip.request(0x4C, enip.tag_path(name), one) for name in ("Speed", "Level", "Missing")]
found = [
    enip.answer(0x4C, struct.pack("<Hf", 0xCA, 50.25)),
    enip.answer(0x4C, struct.pack("<Hi", 0xC4, 1200)),
    enip.answer(0x4C, status=5, extended=(0,)),
]
talk.send(ids, enip.multiple(*reads), enip.multiple(*found, status=0x1E))
write = enip.request(0x4D, enip.tag_path("Level"), struct.pack("<HHi", 0xC4, 1, 1500))
talk.send(ids, write, enip.answer(0x4D))
# L: a string of 82 octets in two fragments.
text = struct.pack("<HHI", 0x02A0, 0x0FCE, 5) + b"Batch".ljust(82, b"\0") + b"\0\0"
for offset, piece, status in ((0, text[:52], 6), (48, text[:4] + text[52:], 0)):
    ask = enip.request(0x52, enip.tag_path("Recipe"), struct.pack("<HI", 1, offset))
    talk.send(ids, ask, enip.answer(0x52, piece, status))
talk.ask(enip.forward_close(1, router), enip.closed(1))
talk.end()
tape.save(output())

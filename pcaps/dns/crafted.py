"""A laptop sends names that lead in a circle, that are too long, and counts that lie.

kind: S
malformed: yes
stack: scripted messages
expect: udp.port == 53 => 5
"""

import struct

from tools import dns
from tools.lab import output
from tools.session import Tape, laptop, server
from tools.udp import UdpSession

tape = Tape()
head = struct.pack("!6H", 1, 0x0100, 1, 0, 0, 0)
tail = struct.pack("!HH", dns.a, 1)
sport = 49200
for name in (b"\xc0\x0c", b"\x01a\xc0\x0c", b"\x41a\0", b"".join(b"\x3f" + b"x" * 63 for _ in range(5)) + b"\0"):
    UdpSession(tape, laptop, server, 53, sport).client(head + name + tail)
    tape.wait(100)
    sport += 1
UdpSession(tape, laptop, server, 53, sport).client(struct.pack("!6H", 1, 0x0100, 1, 0xFFFF, 0, 0) + dns.name("a.example") + tail)
tape.save(output())

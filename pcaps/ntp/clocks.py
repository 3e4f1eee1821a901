"""A controller asks a time server every minute; a laptop asks the server who else asked it, and for its variables.

kind: S
stack: scripted messages
expect: ntp.flags.mode == 3 => 4
expect: ntp.flags.mode == 4 => 4
expect: ntp.flags.mode == 7 => 2
expect: ntp.flags.mode == 6 => 1
"""

import struct

from tools.lab import output
from tools.session import Tape, laptop, plc, server
from tools.udp import UdpSession

tape = Tape()
talk = UdpSession(tape, plc, server, 123, 123)


def stamp():
    seconds, rest = divmod(tape.ns, 1_000_000_000)
    return struct.pack("!II", seconds + 2_208_988_800, (rest << 32) // 1_000_000_000)


for turn in range(4):
    asked = stamp()
    talk.client(bytes([0x23, 0, 6, 0]) + bytes(36) + asked)
    tape.wait(2)
    now = stamp()
    talk.server(bytes([0x24, 1, 6, 0xE9]) + bytes(8) + b"GPS\0" + now + asked + now + now)
    tape.wait(60_000)
other = UdpSession(tape, laptop, server, 123, 50123)
other.exchange(bytes([0x17, 0, 3, 42, 0, 0, 0, 0]) + bytes(40), bytes([0xD7, 0, 3, 42, 0, 1, 0, 72]) + bytes(72))
other.client(struct.pack("!BBHHHHH", 0x16, 2, 1, 0, 0, 0, 0))
tape.save(output())

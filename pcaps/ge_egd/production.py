"""A controller produces an exchange every half second for a multicast group of consumers.

kind: S
expect: egd.type == 13 => 6
"""

import struct

from tools.lab import output
from tools.session import Host, Tape, plc
from tools.udp import UdpSession

group = Host("consumers", "224.0.7.1", "01:00:5e:00:07:01")
tape = Tape()
session = UdpSession(tape, plc, group, 18246, 18246)
for number in range(6):
    # [EGD]: type, version, request id, producer, exchange, second, nanosecond, status, signature, reserved.
    head = struct.pack("<BBH", 13, 1, number) + bytes([10, 20, 0, 11]) + struct.pack("<IIIIII", 1, tape.ns // 10**9, tape.ns % 10**9, 0, 0x0101, 0)
    session.client(head + struct.pack("<4h", 100 + number, 200, 300, 400))
    tape.wait(500)
tape.save(output())

"""A service created from afar, and OPC calls whose counts and lengths lie.

kind: S
malformed: yes
expect: dcerpc.pkt_type == 0 => 4+
"""

import struct

from tools import opc
from tools.lab import output
from tools.session import Tape, TcpSession, laptop, server

tape = Tape()
session = TcpSession(tape, laptop, server, 49171, 53111)
session.open()
session.exchange(opc.bind(1, [(0, opc.sync_io, 0), (1, opc.services, 2)]), opc.bind_ack(1, 2))
# [MS-SCMR] 3.1.4.12: RCreateServiceW, here without its arguments.
session.exchange(opc.plain(2, 1, 12, bytes(40)), opc.fragment(3, 2, struct.pack("<IHBxII", 32, 1, 0, 5, 0)))
# C706 14.3.3: the array says it is longer than its count, then longer than the call.
session.client(opc.request(3, 0, 4, struct.pack("<III", 2, 9, 7) + bytes(20)))
tape.wait(10)
session.client(opc.request(4, 0, 4, struct.pack("<III", 0x40000000, 0x40000000, 7) + bytes(20)))
tape.wait(10)
# C706 12.6.3.1: a security trailer longer than its fragment.
session.client(opc.fragment(0, 5, bytes(24))[:10] + b"\xff\x00" + opc.fragment(0, 5, bytes(24))[12:])
tape.wait(10)
session.client(opc.request(6, 0, 3, opc.read([7001])))
session.close()
tape.save(output())

"""A segment that claims to come from the very controller it goes to, port and all (the LAND attack), and an
ordinary one before it.

kind: S
expect: ip.src == 10.20.0.11 && ip.dst == 10.20.0.11 => 1
"""

from tools import pcapfile, wire
from tools.lab import output
from tools.session import Tape, TcpSession, hmi, plc

tape = Tape()
session = TcpSession(tape, hmi, plc, 502, 49680)
session.open()
last = tape.packets[-1]
frame = bytes(last.data)
segment = bytearray(frame[34:54])
segment[0:4] = (502).to_bytes(2, "big") * 2
segment[13] = 0x02
packet = wire.ipv4(plc.ip, plc.ip, wire.protocol_tcp, bytes(segment), ident=7)
pcapfile.write(output(), [*tape.packets, pcapfile.Packet(last.ns + 10**8, frame[:14] + packet)])

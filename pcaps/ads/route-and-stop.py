"""An engineer finds a TwinCAT controller, adds a route with a password in clear, reads who it is, reads and
writes a variable by name and an output, subscribes to a flag, and puts the controller into config mode.

kind: S
expect: ams.cmdid == 5 => 2
expect: ams.cmdid == 9 => 2
"""

import struct

from tools.ads import engineer as engineer_id
from tools.ads import packet, route, station
from tools.lab import output
from tools.session import Tape, TcpSession, engineer, plc
from tools.udp import UdpSession

tape = Tape()
tape.resolve(engineer, plc)
udp = UdpSession(tape, engineer, plc, 48899, 48899)
system = struct.pack("<IIIII", 276, 10, 0, 17763, 2).ljust(276, b"\0")  # OSVERSIONINFO
udp.exchange(route(1, [], engineer_id), route(0x80000001, [(5, b"CX-0011\0"), (4, system), (3, struct.pack("<BBH", 3, 1, 4024))], station))
tape.wait(800)
wanted = [(12, b"ENGINEER\0"), (7, engineer_id), (13, b"Administrator\0"), (2, b"1\0"), (5, b"10.20.0.8\0")]
udp.exchange(route(6, wanted, engineer_id), route(0x80000006, [(1, bytes(4))], station))
tape.wait(800)

session = TcpSession(tape, engineer, plc, 48898, 49341)
session.open()
ok = bytes(4)
handle = 0x3E000001
name = b"MAIN.bPump\0"
steps = [
    (1, b"", ok + struct.pack("<BBH", 3, 1, 4024) + b"Plc30 App".ljust(16, b"\0"), 851),
    (4, b"", ok + struct.pack("<HH", 5, 0), 851),
    (9, struct.pack("<IIII", 0xF003, 0, 4, len(name)) + name, ok + struct.pack("<II", 4, handle), 851),
    (2, struct.pack("<III", 0xF005, handle, 1), ok + struct.pack("<IB", 1, 0), 851),
    (3, struct.pack("<III", 0xF005, handle, 1) + b"\1", ok, 851),
    (3, struct.pack("<III", 0xF030, 4, 2) + b"\x10\x27", ok, 851),
    (2, struct.pack("<III", 0x4020, 100, 4), ok + struct.pack("<IHH", 4, 7, 8), 851),
    (3, struct.pack("<III", 0xF030, 9000, 1) + b"\1", struct.pack("<I", 0x703), 851),
    (6, struct.pack("<IIIIII", 0x4021, 803, 1, 4, 0, 10_000_000) + bytes(16), ok + struct.pack("<I", 0x21), 851),
    (5, struct.pack("<HHI", 16, 0, 0), ok, 10000),
]
for number, (command, ask, tell, port) in enumerate(steps):
    session.exchange(packet(command, ask, number + 1, port), packet(command, tell, number + 1, port, answer=True), settle=True)
    tape.wait(300)
stamp = 116444736000000000 + tape.ns // 100
sample = struct.pack("<IQIII", 1, stamp, 1, 0x21, 1) + b"\1"
session.server(packet(8, struct.pack("<I", len(sample)) + sample, 0))
tape.wait(100)
session.close()
tape.save(output())

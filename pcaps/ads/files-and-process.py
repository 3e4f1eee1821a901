"""A laptop loads a file onto a TwinCAT controller, deletes another, starts a program on it, writes several variables
with one sum command, resets the system, and sends a packet whose lengths do not agree.

kind: S
expect: ams.cmdid == 5 => 2
"""

import struct

from tools.ads import packet
from tools.lab import output
from tools.session import Tape, TcpSession, laptop, plc

tape = Tape()
tape.resolve(laptop, plc)
session = TcpSession(tape, laptop, plc, 48898, 49342)
session.open()
ok = bytes(4)


def exchange(group, offset, read, data):
    return struct.pack("<IIII", group, offset, read, len(data)) + data


path, other = rb"C:\TwinCAT\Boot\Port_851.app" + b"\0", rb"C:\TwinCAT\Boot\old.app" + b"\0"
program, arguments = rb"C:\Windows\System32\cmd.exe", b"/c net user"
process = struct.pack("<III", len(program), 0, len(arguments)) + program + b"\0\0" + arguments + b"\0"
parts = struct.pack("<IIIIII", 0x4020, 10, 1, 0xF030, 2, 2) + b"\1\x10\x27"
steps = [
    (9, exchange(120, 0x12, 4, path), ok + struct.pack("<II", 4, 3), 10000),
    (9, exchange(123, 3, 0, bytes(range(32))), ok + struct.pack("<I", 0), 10000),
    (9, exchange(121, 3, 0, b""), ok + struct.pack("<I", 0), 10000),
    (9, exchange(131, 0, 0, other), ok + struct.pack("<I", 0), 10000),
    (3, struct.pack("<III", 500, 0, len(process)) + process, ok, 10000),
    (9, exchange(0xF081, 2, 8, parts), ok + struct.pack("<III", 8, 0, 0x703), 851),
    (5, struct.pack("<HHI", 2, 0, 0), ok, 10000),
]
for number, (command, ask, tell, port) in enumerate(steps):
    session.exchange(packet(command, ask, number + 1, port), packet(command, tell, number + 1, port, answer=True), settle=True)
    tape.wait(300)
session.client(packet(3, struct.pack("<III", 0x4020, 0, 400) + b"\1", 99))
tape.wait(100)
session.close()
tape.save(output())

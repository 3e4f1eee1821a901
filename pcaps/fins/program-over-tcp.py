"""An engineering station connects by FINS/TCP, puts a program into the controller and starts it.

kind: S
malformed: yes
expect: omron.command == 0x0307 => 4
expect: omron.command == 0x0401 => 2
"""

import struct

from tools.fins import frame, response, tcp
from tools.lab import output
from tools.session import Tape, TcpSession, engineer, plc

tape = Tape()
tape.resolve(engineer, plc)
session = TcpSession(tape, engineer, plc, 9600, 49330)
session.open()
# E 7-4-3: the client asks for a node address and is told both.
session.exchange(tcp(bytes(4), command=0), tcp(struct.pack("!II", 5, 11), command=1), settle=True)
steps = [
    (0x0C01, bytes.fromhex("ffff00"), b""),  # W 5-3-22
    (0x0307, struct.pack("!HIH", 0, 0, 8) + b"PROGRAM1", struct.pack("!HIH", 0, 0, 8)),  # W 5-3-11
    (0x0307, struct.pack("!HIH", 0, 8, 0x8008) + b"PROGRAM2", struct.pack("!HIH", 0, 8, 0x8008)),
    (0x0401, bytes.fromhex("ffff04"), b""),  # W 5-3-13
]
for number, (command, ask, tell) in enumerate(steps):
    session.exchange(tcp(frame(command, ask, sid=number + 1)), tcp(response(command, tell, sid=number + 1)), settle=True)
    tape.wait(300)
session.close()
tape.save(output())

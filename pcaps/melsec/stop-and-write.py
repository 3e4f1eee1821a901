"""A laptop asks a Mitsubishi controller for its model, reads and writes devices, unlocks it with a password in
clear, stops, resets and starts it, and has a write refused; a panel reads the same devices in ASCII frames.

kind: S
"""

import struct

from tools.lab import output
from tools.melsec import device, request, response, text_request, text_response
from tools.session import Tape, TcpSession, hmi, laptop, plc

tape = Tape()
tape.resolve(laptop, plc)
session = TcpSession(tape, laptop, plc, 5007, 49351)
session.open()
steps = [
    (request(0x0101, 0), response(b"Q03UDECPU".ljust(16) + struct.pack("<H", 0x268))),
    (request(0x0401, 0, device(0xA8, 100) + struct.pack("<H", 2)), response(struct.pack("<HH", 100, 110))),
    (request(0x0401, 1, device(0x9C, 0x1F) + struct.pack("<H", 3)), response(b"\x10\x10")),
    (request(0x1401, 0, device(0xA8, 100) + struct.pack("<HHH", 2, 300, 400)), response()),
    (request(0x1402, 1, b"\2" + device(0x90, 50) + b"\0" + device(0x9D, 0x2F) + b"\1"), response()),
    (request(0x1631, 0, struct.pack("<H", 4) + b"1234"), response()),
    (request(0x1002, 0, struct.pack("<H", 1)), response()),
    (request(0x1006, 0, struct.pack("<H", 1)), response()),
    (request(0x1001, 0, struct.pack("<HBB", 3, 2, 0)), response()),
    (request(0x1401, 0, device(0xA8, 99000) + struct.pack("<HH", 1, 1)), response(bytes.fromhex("00ffff03000114 0000"), 0xC056)),
]
for ask, tell in steps:
    session.exchange(ask, tell, settle=True)
    tape.wait(300)
session.close()
panel = TcpSession(tape, hmi, plc, 5002, 49352)
panel.open()
panel.exchange(text_request(0x0401, 0, "D*0001000002"), text_response("012C0190"), settle=True)
panel.close()
tape.save(output())

"""An engineering station identifies a Modicon controller, reserves it, stops it, replaces its program and
starts it; then somebody with another session's key orders a stop, and is refused.

kind: S
expect: modbus.func_code == 90 => 22
"""

from tools.lab import output
from tools.modbus import adu
from tools.session import Tape, TcpSession, engineer, plc

umas = 90
model = b"LW-M340 demo"


def ask(session, function, data=b""):
    """[UMAS] I: session key, function, data. [UMAS] = "The Unity (UMAS) protocol", parts I to V."""
    return bytes([umas, session, function]) + data


def done(session, data=b""):
    return bytes([umas, session, 0xFE]) + data


def failed(session, code):
    return bytes([umas, session, 0xFD]) + code.to_bytes(2, "little")


# I: range, identity, model, version 2.70, patches, hardware, crash code, name.
identity = bytes.fromhex("10ff 5a010100 0000 7002 0027 0009 0008 00000000") + bytes([len(model)]) + model
key = 0x17
exchanges = [
    (ask(0, 0x02), done(0, identity)),
    (ask(0, 0x10, bytes(4) + b"\x08ENGINEER"), done(0, bytes([key]))),
    (ask(key, 0x41, b"\xff\x00"), done(key)),
    # III: upload is from the computer to the controller: pieces with number and length.
    (ask(key, 0x30, b"\x00\x01"), done(key)),
    (ask(key, 0x31, b"\x00\x01\x01\x00\x08\x00" + b"PROGRAM1"), done(key)),
    (ask(key, 0x31, b"\x00\x01\x02\x00\x08\x00" + b"PROGRAM2"), done(key)),
    (ask(key, 0x32, b"\x00\x01\x02\x00"), done(key)),
    (ask(key, 0x40, b"\xff\x00"), done(key)),
    # II: range, block, offset, unknown, length.
    (ask(key, 0x20, bytes.fromhex("00 1300 6400 0000 0400")), done(key, bytes.fromhex("00 0400 01020304"))),
    (ask(key, 0x12), done(key)),
    (ask(0x42, 0x41, b"\xff\x00"), failed(0x42, 0x8081)),
]

tape = Tape()
tape.resolve(engineer, plc)
session = TcpSession(tape, engineer, plc, 502, 49300)
session.open()
for number, (request, reply) in enumerate(exchanges):
    session.exchange(adu(number + 1, request, unit=0), adu(number + 1, reply, unit=0), settle=True)
    tape.wait(200)
session.close()
tape.save(output())

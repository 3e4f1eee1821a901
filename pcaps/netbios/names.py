"""An HMI registers its name and looks for a file server, which answers; it announces itself; a laptop asks it for
all its names.

kind: S
stack: scripted messages
expect: nbns => 6
expect: nbdgm => 1
"""

import struct

from tools import wire
from tools.lab import output
from tools.session import Host, Tape, hmi, laptop, server
from tools.udp import UdpSession

everybody = Host("all", "10.20.0.255", "ff:ff:ff:ff:ff:ff")
tape = Tape()


def padded(name, suffix):
    return name.encode().ljust(15, b" ") + bytes([suffix])


def coded(name, suffix, fill=b" "):
    """RFC 1001 section 14.1."""
    octets = padded(name, suffix) if fill == b" " else name.encode().ljust(16, fill)
    return b"\x20" + b"".join(bytes([65 + (each >> 4), 65 + (each & 15)]) for each in octets) + b"\0"


def question(ident, flags, name, kind=0x20, records=0):
    return struct.pack("!6H", ident, flags, 1, 0, 0, records) + name + struct.pack("!HH", kind, 1)


def address(host):
    return struct.pack("!HHIHH", 0x20, 1, 300_000, 6, 0) + wire.ip(host.ip)


calls = UdpSession(tape, hmi, everybody, 137, 137)
for turn in range(2):
    calls.client(question(0x100, 0x2910, coded("HMI-5", 0), records=1) + b"\xc0\x0c" + address(hmi))
    tape.wait(250)
calls.client(question(0x101, 0x0110, coded("HISTORIAN", 0x20)))
UdpSession(tape, hmi, server, 137, 137).server(struct.pack("!6H", 0x101, 0x8580, 0, 1, 0, 0) + coded("HISTORIAN", 0x20) + address(server))
tape.wait(500)
browse = b"announcement of a host"
head = struct.pack("!BBH", 17, 2, 0x102) + wire.ip(hmi.ip) + struct.pack("!HHH", 138, 68 + len(browse), 0)
UdpSession(tape, hmi, everybody, 138, 138).client(head + coded("HMI-5", 0) + coded("PLANT", 0x1D) + browse)
tape.wait(500)
names = bytes([2]) + padded("HMI-5", 0) + b"\4\0" + padded("PLANT", 0) + b"\x84\0" + wire.mac(hmi.mac) + bytes(40)
UdpSession(tape, laptop, hmi, 137, 50137).exchange(
    question(0x103, 0, coded("*", 0, b"\0"), 0x21),
    struct.pack("!6H", 0x103, 0x8400, 0, 1, 0, 0) + coded("*", 0, b"\0") + struct.pack("!HHIH", 0x21, 1, 0, len(names)) + names,
)
tape.save(output())

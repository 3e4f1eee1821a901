"""A switch announces itself twice, between messages of another protocol behind the same SNAP; a laptop sends a
list of addresses that lies.

kind: S
malformed: yes
stack: scripted messages
expect: cdp => 3
"""

import struct

from tools import wire
from tools.lab import output
from tools.session import Host, Tape, laptop

switch = Host("switch", "10.20.0.3", "02:4c:59:00:00:03")
tape = Tape()


def part(kind, data):
    return struct.pack("!HH", kind, 4 + len(data)) + data


def snap(host, protocol, payload):
    body = b"\xaa\xaa\3\0\0\x0c" + struct.pack("!H", protocol) + payload
    tape.add(wire.mac("01:00:0c:cc:cc:cc") + wire.mac(host.mac) + struct.pack("!H", len(body)) + body)


def announce(host, *parts):
    body = b"\2\xb4\0\0" + b"".join(parts)
    snap(host, 0x2000, body[:2] + struct.pack("!H", wire.checksum(body)) + body[4:])


address = b"\1\1\xcc" + struct.pack("!H", 4)
said = [
    part(1, b"sw-7"),
    part(2, struct.pack("!I", 1) + address + wire.ip(switch.ip)),
    part(3, b"GigabitEthernet0/3"),
    part(4, struct.pack("!I", 0x28)),
    part(5, b"Cisco IOS Software, IE2000 Software, Version 15.2(8)E, RELEASE SOFTWARE"),
    part(6, b"cisco IE-2000-8TC-G-B"),
    part(10, struct.pack("!H", 1)),
    part(11, b"\1"),
]
dtp = bytes.fromhex("01") + part(1, bytes(4)) + part(2, b"\3") + part(3, b"\xa5") + part(4, wire.mac(switch.mac))
for turn in range(2):
    snap(switch, 0x2004, dtp)
    announce(switch, *said)
    tape.wait(60_000)
announce(laptop, part(1, b"x"), part(2, struct.pack("!I", 0x7FFFFFFF) + address + bytes(4)))
tape.save(output())

"""A switch and a controller announce themselves three times; a laptop sends a part that reaches past the frame.

kind: S
malformed: yes
stack: scripted messages
expect: lldp => 7
"""

import struct

from tools import wire
from tools.lab import output
from tools.session import Host, Tape, laptop, plc

switch = Host("switch", "10.20.0.3", "02:4c:59:00:00:03")
tape = Tape()


def part(kind, data):
    return struct.pack("!H", kind << 9 | len(data)) + data


def own(oui, kind, data):
    return part(127, bytes.fromhex(oui) + bytes([kind]) + data)


def announce(host, *parts):
    tape.add(wire.ether(host.mac, "01:80:c2:00:00:0e", 0x88CC, b"".join(parts)))


first = [part(1, b"\4" + wire.mac(switch.mac)), part(2, b"\5port-3"), part(3, struct.pack("!H", 20))]
said = [
    part(5, b"sw-7"),
    part(6, b"Example managed switch"),
    part(7, struct.pack("!HH", 0x14, 4)),
    part(8, b"\5\1" + wire.ip(switch.ip) + b"\2" + struct.pack("!I", 3) + b"\0"),
    own("0012bb", 6, b"V3.4.2"),
    own("0012bb", 8, b"0042-77"),
    own("0012bb", 9, b"Example"),
    own("0012bb", 10, b"EX-508"),
    part(0, b""),
]
device = [part(1, b"\7plc-7"), part(2, b"\7port-001"), part(3, struct.pack("!H", 20))]
text = b"Siemens, SIMATIC S7, CPU-1200, 6ES7 212-1BE40-0XB0, HW: 3, FW: V.4.2.3, S C-X4U421302017"
for turn in range(3):
    announce(switch, *first, *said)
    tape.wait(1_000)
    announce(plc, *device, part(6, text), own("000ecf", 5, wire.mac(plc.mac)), part(0, b""))
    tape.wait(4_000)
announce(laptop, *first, struct.pack("!H", 5 << 9 | 0x1FF) + b"A" * 30)
tape.save(output())

"""A client asks a Saia controller for its firmware, reads registers, writes one and stops all CPUs; one command is
refused for lack of a password.

kind: S
expect: sbus.cmd == 68 => 1
expect: sbus.att == 2 => 3
"""

import struct

from tools.lab import output
from tools.session import Tape, laptop, plc
from tools.udp import UdpSession


def telegram(sequence, attribute, body):
    """Ether-S-Bus: length, version, type, sequence, attribute; behind the body CRC-16 of CCITT."""
    octets = struct.pack("!IBBHB", 11 + len(body), 1, 0, sequence, attribute) + body
    value = 0
    for octet in octets:
        value ^= octet << 8
        for _ in range(8):
            value = (value << 1 ^ 0x1021 if value & 0x8000 else value << 1) & 0xFFFF
    return octets + struct.pack("!H", value)


steps = [
    (bytes([10, 32]), 1, b"D2M48020\0"),
    (bytes([10, 6, 1, 0, 100]), 1, struct.pack("!II", 42, 43)),
    (bytes([10, 14, 5, 0, 100]) + struct.pack("!I", 77), 2, b"\0\0"),
    (bytes([10, 68]), 2, b"\0\0"),
    (bytes([10, 36, 0, 0]), 2, b"\0\2"),
]
tape = Tape()
tape.resolve(laptop, plc)
session = UdpSession(tape, laptop, plc, 5050, 49400)
for number, (ask, attribute, tell) in enumerate(steps):
    session.exchange(telegram(number, 0, ask), telegram(number, attribute, tell))
    tape.wait(200)
tape.save(output())

"""A control office polls an interlocking, which tells its indications, and clears a route; then another host
commands the same station.

kind: S
expect: tcp.port == 10001 && tcp.len > 0 => 24
"""

import struct

from tools.lab import output
from tools.session import Tape, TcpSession, laptop, rtu, scada


def message(header, station, *pairs):
    """[GEN] header, station, pairs, CRC, terminator; what is above EF inside is escaped."""
    octets = bytes([header, station, *(octet for pair in pairs for octet in pair)])
    value = 0xFFFF
    for octet in octets:
        value ^= octet
        for _ in range(8):
            value = value >> 1 ^ 0xA001 if value & 1 else value >> 1
    octets += struct.pack("<H", value)
    inside = b"".join(bytes([0xF0, o & 15]) if o >= 0xF0 else bytes([o]) for o in octets[1:])
    return octets[:1] + inside + b"\xf6"


acknowledge = b"\xf1\x01\xf6"
tape = Tape()
tape.resolve(scada, rtu)
office = TcpSession(tape, scada, rtu, 10001, 49383)
office.open()
office.exchange(message(0xFD, 1), message(0xF2, 1, (0, 5), (1, 0x80), (2, 0xF6), (0xE0, 1)), 20.0)
for _ in range(4):
    tape.wait(2000)
    office.exchange(message(0xFB, 1), acknowledge, 20.0)
tape.wait(500)
office.exchange(message(0xFC, 1, (2, 0x11)), message(0xF3, 1, (2, 0x11)), 20.0)
office.exchange(message(0xFE, 1), acknowledge, 20.0)
tape.wait(500)
office.exchange(message(0xFA, 1), message(0xF2, 1, (1, 0x81)), 20.0)
tape.resolve(laptop, rtu)
other = TcpSession(tape, laptop, rtu, 10001, 49384)
other.open()
other.exchange(message(0xFB, 1), acknowledge, 20.0)
other.exchange(message(0xFC, 1, (2, 0x00), (3, 0xFF)), message(0xF3, 1, (2, 0x00), (3, 0xFF)), 20.0)
other.exchange(message(0xFE, 1), acknowledge, 20.0)
other.client(message(0xFC, 1, (2, 0x00))[:-3] + b"\x00\x00\xf6")
other.server(acknowledge)
other.close()
office.close()
tape.save(output())

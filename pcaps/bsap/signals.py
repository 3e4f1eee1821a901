"""OpenBSI reads signals of a controller by name over UDP, another host writes one and resets the controller; on the line
behind a serial server the same is read.

kind: S
expect: udp.port == 1234 => 14
expect: udp.port == 1235 => 4
"""

import struct

from tools.lab import output
from tools.session import Tape, hmi, laptop, rtu
from tools.udp import UdpSession


def datagram(kind, number, peer, body=None):
    """Header of 14 octets, then a length, a type, a number and the message."""
    head = struct.pack("<HHHII", 14, 0 if body is None else 1, kind, number, peer)
    return head if body is None else head + struct.pack("<IBI", 9 + len(body), 12, number) + body


def line(octets):
    """DLE STX, DLE doubled, DLE ETX, CRC-16 of CCITT, reflected."""
    value = 0xFFFF
    for octet in octets + b"\x03":
        value ^= octet
        for _ in range(8):
            value = value >> 1 ^ 0x8408 if value & 1 else value >> 1
    return b"\x10\x02" + octets.replace(b"\x10", b"\x10\x10") + b"\x10\x03" + struct.pack("<H", value)


def names(*signals):
    return bytes([0xA0, 0, 0x04, 0x01, 0x40, 0x0F, len(signals)]) + b"".join(b"@GV." + each + b"\0" for each in signals)


tape = Tape()
tape.resolve(hmi, rtu)
host = UdpSession(tape, hmi, rtu, 1234, 1234)
number = 0x100


def ask(session, body, answer):
    global number
    number += 1
    session.client(datagram(6, number, number, body))
    tape.wait(8)
    told = struct.pack("<HHHIIIBI", 14, 1, 5, number, number, 9 + len(answer), 12, number) + answer
    session.server(told)
    tape.wait(500)


for level in (10.5, 10.6, 10.5):
    ask(host, names(b"Level", b"Flow"), b"\x00\x02\x00" + struct.pack("<f", level) + b"\x00" + struct.pack("<f", 3.25))
host.client(datagram(0, 0, number))
host.server(datagram(0, 0, number))
tape.resolve(laptop, rtu)
other = UdpSession(tape, laptop, rtu, 1234, 1234)
ask(other, bytes([0xA0, 0, 0x80, 0x24, 0x77, 0x0F, 1, 0x11, 0x00, 0x09]), b"\x00\x00")
ask(other, bytes([0xA0, 0, 0x84, 0x0F, 1]) + b"@GV.Stop\0\x09", b"\x84\x01")
ask(other, bytes([0xA1, 0, 0x01, 0x01]), b"\x00\x00")
serial = UdpSession(tape, hmi, rtu, 1235, 1235)
for sequence in (0x10, 0x11):
    request = bytes([1, sequence, 0xA0, sequence, 8, 3, 0]) + names(b"Level")[2:]
    serial.exchange(line(request), line(bytes([0, sequence, 3, sequence, 8, 0xA0, 0, 0, 1, 0]) + struct.pack("<f", 10.5)), 30)
    tape.wait(300)
tape.save(output())

"""A laptop asks an older ProConOS runtime who it is, reads its state, stops it, starts it, and sends a frame that is damaged.

kind: S
expect: tcp.port == 20547 && tcp.len > 0 => 11
"""

import struct

from tools.lab import output
from tools.session import Tape, TcpSession, laptop, plc


# Layout: what is public of CVE-2014-9195, and proconos-info of Digital Bond Redpoint for the answer.
def crc(octets):
    value = 0
    for octet in octets:
        value ^= octet
        for _ in range(8):
            value = value >> 1 ^ 0x8408 if value & 1 else value >> 1
    return value


def frame(command, number, body=b"", flags=0x40):
    head = struct.pack("<BBBBBBH", 0xCC, 1, 0, command, flags, number, len(body)) + body
    return head + struct.pack("<H", crc(head))


def identity():
    out = bytearray(100)  # places are counted from the start of the answer, this body from 8
    for at, text in ((12, "ProConOS V4.1.0230 Jun 11 2013"), (44, "ILC 390 PN 2TX-IB"), (77, "Mixer")):
        out[at - 8 : at - 8 + len(text)] = text.encode()
    return bytes(out)


tape = Tape()
tape.resolve(laptop, plc)
talk = TcpSession(tape, laptop, plc, 20547, 50310)
talk.open()
steps = [(0x0D, b""), (0x0B, identity()), (0x0F, b"\x02\0\0\0"), (0x01, b""), (0x04, b"")]
for number, (command, told) in enumerate(steps):
    flags = 0xC0 if number == 0 else 0x40
    talk.exchange(frame(command, number + 1, flags=flags), frame(0x80, number + 1, told, 0))
    tape.wait(300)
bad = bytearray(frame(0x01, 9))
bad[-1] ^= 0xFF
talk.client(bytes(bad))
tape.wait(100)
talk.close()
tape.save(output())

"""A laptop asks a Red Lion device for maker and model, then sends a database in pieces of 512 octets.

kind: S
expect: tcp.port == 789 && tcp.len > 0 => 10
"""

import struct

from tools.lab import output
from tools.session import Tape, TcpSession, laptop, plc


# Layout: cr3-fingerprint for Nmap and the Crimson v3 plugin for Wireshark, both of T. Manning.
def message(register, kind, body=b""):
    return struct.pack("!HHH", 4 + len(body), register, kind) + body


tape = Tape()
tape.resolve(laptop, plc)
talk = TcpSession(tape, laptop, plc, 789, 1499)
talk.open()
talk.exchange(message(0x012B, 0x1B00), message(0x012B, 0x0300, b"Red Lion Controls\0"))
tape.wait(200)
talk.exchange(message(0x012A, 0x1A00), message(0x012A, 0x0300, b"G306a\0"))
for number in range(3):
    tape.wait(50)
    piece = bytes((number * 7 + i) & 0xFF for i in range(512))
    talk.exchange(message(0x0213 + number, 0x0400, piece), message(0x0213 + number, 0x0300))
talk.close()
tape.save(output())

"""A laptop asks a Phoenix Contact controller for its type and firmware, then sends alarm stop and a reset of the board.

kind: S
expect: tcp.port == 1962 && tcp.len > 0 => 14
"""

import struct

from tools.lab import output
from tools.session import Tape, TcpSession, laptop, plc

# Frame: N = pcworx-info of Digital Bond Redpoint. Services and parameter counts: IBS SYS FW G4 UM E.
session_id = 0x4C


def request(command, number, body):
    return struct.pack("!BBHHI", 1, command, 10 + len(body), number, 0x7880) + body


def answer(command, number, body=b""):
    head = struct.pack("!HHHHH", 1, 0, 0, 2, 0) + struct.pack("!H", session_id) + body
    return struct.pack("!BBHH", 0x81, command, 6 + len(head), number) + head


def message(service, *words):
    body = struct.pack("!HH", service, len(words)) + struct.pack(f"!{len(words)}H", *words)
    return struct.pack("!HHHH", session_id, 0, 6, len(body)) + body


def fetched(service, octets):
    body = struct.pack("!HHH", service | 0x8000, (len(octets) + 2) // 2, 0) + octets
    return struct.pack("!HHH", 0, 6, len(body)) + body


def identity():
    out = bytearray(146)  # N: places are counted from the start of the answer, this body from 30
    for at, text in ((30, "ILC 171 ETH 2TX"), (66, "4.42"), (79, "11/26/15"), (91, "18:46:55"), (152, "2700975")):
        out[at - 30 : at - 30 + len(text)] = text.encode()
    return bytes(out)


tape = Tape()
tape.resolve(laptop, plc)
talk = TcpSession(tape, laptop, plc, 1962, 50268)
talk.open()
node = b"IBETH01N0_M\0"
talk.exchange(request(1, 0, struct.pack("!HH", 3, len(node)) + node), answer(1, 0, b"\0\0"))
number = 0
for service, words, told in ((0x0295, (), identity()), (0x1303, (), b""), (0x0956, (), b"")):
    tape.wait(200)
    talk.exchange(request(5, number + 1, message(service, *words)), answer(5, number + 1))
    tape.wait(20)
    fetch = struct.pack("!HH", session_id, 0x0400)
    talk.exchange(request(6, number + 2, fetch), answer(6, number + 2, fetched(service, told)))
    number += 2
talk.close()
tape.save(output())

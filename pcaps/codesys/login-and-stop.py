"""A laptop searches CODESYS controllers over UDP, opens a channel over TCP, logs in, lists the applications, stops
and resets one, loads a file, and types a command into the shell.

kind: S
"""

import struct

from tools.lab import output
from tools.session import Tape, TcpSession, laptop, plc
from tools.udp import UdpSession


def datagram(service, body, back=False):  # header of three words, two addresses of three
    ends = [bytes.fromhex("2ddc0a14000b"), bytes.fromhex("c0d20a14004d")]
    receiver, sender = ends[::-1] if back else ends
    return bytes([0xC5, 0x6B, 0x40, service, 0, 0x33]) + receiver + sender + b"\0\0" + body


def block(data):
    return struct.pack("<II", 0xE8170100, 8 + len(data)) + data


def tag(number, content):
    head = bytes([number & 0x7F | 0x80, number >> 7]) if number > 0x7F else bytes([number])
    return head + bytes([len(content)]) + content


def service(group, number, tags, index, back=False):
    body = struct.pack("<HHHHIII", 0xCD55, 16, group | 0x80 * back, number, 0x4711, len(tags), 0) + tags
    head = struct.pack("<BBHIIII", 1, 0x01 if back else 0x81, 5, index, index - 1, len(body), 0)
    return block(datagram(0x40, head + body, back))


def text(value):
    return value.encode("utf-16le") + b"\0\0"


tape = Tape()
tape.resolve(laptop, plc)
search = bytes.fromhex("c56b4003001000 4d 02c20004") + struct.pack("<I", 9)
names = struct.pack("<HHIHBBHHHH", 0xC280, 0x0400, 9, 8, 1, 0, 0, 3, 11, 7)
names += struct.pack("<IIIIBBBB", 4102, 0x1010, 0x03050F28, 0, 6, 0, 5, 0) + bytes(8)
names += text("PLC") + text("LW-Control1") + text("Langwei") + b"LW0042\0"
UdpSession(tape, laptop, plc, 1740, 1743).exchange(search, datagram(4, names, back=True))
tape.wait(500)
session = TcpSession(tape, laptop, plc, 11740, 49361)
session.open()
opening = struct.pack("<BBHIIII", 0xC3, 0, 0x0101, 0, 77, 4096, 8)
opened = struct.pack("<BBHIIHHII", 0x83, 0, 0x0101, 0, 77, 0, 5, 4096, 8)
session.exchange(block(datagram(0x40, opening)), block(datagram(0x40, opened, back=True)), settle=True)
ok = tag(0x01, b"\0\0")
user = tag(0x22, b"\1\0") + tag(0x81, tag(0x10, b"admin\0") + tag(0x11, b"secret\0\0"))
steps = [
    (1, 1, b"", b""),
    (1, 2, user, tag(0x82, tag(0x20, b"\x19\0"))),
    (1, 2, user, tag(0x82, tag(0x20, b"\0\0") + tag(0x21, b"\x11\x47\0\0"))),
    (2, 0x18, tag(0x01, bytes(9)), tag(0x81, tag(0x03, b"Application\0"))),
    (2, 0x01, tag(0x01, b"Application\0"), ok),
    (2, 0x14, tag(0x81, tag(0x11, bytes(4))), b""),
    (2, 0x11, tag(0x11, bytes(4)), ok),
    (2, 0x12, tag(0x11, bytes(4)) + tag(0x10, b"\2\0"), ok),
    (8, 0x02, tag(0x01, b"PlcLogic/Application/Application.app\0"), ok),
    (0x11, 0x01, tag(0x10, b"startprg\0\0"), b""),
    (1, 3, tag(0x01, b"\x11\x47\0\0"), ok),
]
for index, (group, number, ask, tell) in enumerate(steps, 1):
    session.exchange(service(group, number, ask, index), service(group, number, tell, index, back=True), settle=True)
    tape.wait(300)
session.close()
tape.save(output())

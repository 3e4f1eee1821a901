"""A switch fetches its settings at boot; a laptop writes firmware to a remote unit and is refused a second file.

kind: S
stack: scripted messages
expect: tftp.opcode == 1 => 1
expect: tftp.opcode == 2 => 2
expect: tftp.opcode == 5 => 1
"""

import struct

from tools.lab import output
from tools.session import Host, Tape, laptop, rtu, server
from tools.udp import UdpSession

switch = Host("switch", "10.20.0.3", "02:4c:59:00:00:03")
tape = Tape()


def request(opcode, name, *options):
    return struct.pack("!H", opcode) + b"\0".join(each.encode() for each in (name, "octet", *options)) + b"\0"


def data(block, octets):
    return struct.pack("!HH", 3, block) + octets


def ack(block):
    return struct.pack("!HH", 4, block)


UdpSession(tape, switch, server, 69, 51000).client(request(1, "sw-7.cfg"))
transfer = UdpSession(tape, server, switch, 51000, 52000)
transfer.exchange(data(1, b"hostname sw-7\n"), ack(1))
tape.wait(1_000)
UdpSession(tape, laptop, rtu, 69, 51001).client(request(2, "rtu_v9.bin", "tsize", "1024"))
transfer = UdpSession(tape, rtu, laptop, 51001, 52001)
transfer.client(struct.pack("!H", 6) + b"tsize\x001024\0")
for block, size in ((1, 512), (2, 512), (3, 0)):
    transfer.server(data(block, b"\x7fELF" + bytes(size - 4) if size else b""))
    transfer.client(ack(block))
tape.wait(1_000)
UdpSession(tape, laptop, rtu, 69, 51002).client(request(2, "passwd"))
UdpSession(tape, rtu, laptop, 51002, 52002).client(struct.pack("!HH", 5, 2) + b"Access violation\0")
tape.save(output())

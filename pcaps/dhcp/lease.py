"""A panel gets its address: discover, offer, request, confirmation; a laptop is told no.

kind: S
stack: scripted messages
expect: dhcp.option.dhcp == 1 => 1
expect: dhcp.option.dhcp == 3 => 2
expect: dhcp.option.dhcp == 5 => 1
expect: dhcp.option.dhcp == 6 => 1
"""

import struct

from tools import wire
from tools.lab import output
from tools.session import Host, Tape, laptop, server
from tools.udp import UdpSession

panel = Host("panel", "0.0.0.0", "02:4c:59:00:00:51")
everybody = Host("all", "255.255.255.255", "ff:ff:ff:ff:ff:ff")
tape = Tape()


def option(code, data):
    return bytes([code, len(data)]) + data


def message(reply, host, given, *options):
    head = struct.pack("!BBBBIHH", 2 if reply else 1, 1, 6, 0, 0x4C590001, 0, 0x8000)
    head += bytes(4) + wire.ip(given) + bytes(8) + wire.mac(host.mac) + bytes(10) + bytes(64 + 128)
    return head + b"\x63\x82\x53\x63" + b"".join(options) + b"\xff"


def ask(host, *options):
    nobody = Host("none", "0.0.0.0", host.mac)
    UdpSession(tape, nobody, everybody, 67, 68).client(message(False, host, "0.0.0.0", *options))
    tape.wait(5)


def tell(host, given, *options):
    UdpSession(tape, server, everybody, 68, 67).client(message(True, host, given, *options))
    tape.wait(5)


name = [option(12, b"panel-51"), option(60, b"Example PNL-7"), option(55, bytes([1, 3, 6, 12, 15, 66, 67]))]
me = option(54, wire.ip(server.ip))
lease = [me, option(51, struct.pack("!I", 3600)), option(1, wire.ip("255.255.255.0")), option(3, wire.ip("10.20.0.1")), option(6, wire.ip(server.ip))]
ask(panel, option(53, b"\1"), *name)
tell(panel, "10.20.0.51", option(53, b"\2"), *lease)
ask(panel, option(53, b"\3"), option(50, wire.ip("10.20.0.51")), me, *name)
tell(panel, "10.20.0.51", option(53, b"\5"), *lease)
tape.wait(500)
ask(laptop, option(53, b"\3"), option(50, wire.ip("192.168.1.7")), option(12, b"laptop-77"))
tell(laptop, "0.0.0.0", option(53, b"\6"), me, option(56, b"wrong network"))
tape.save(output())

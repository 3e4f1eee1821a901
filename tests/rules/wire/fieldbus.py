"""Fieldbuses over Ethernet."""

import struct

from tools import ethercat, knx, profinet, wire
from tools.session import Tape, engineer, plc, rtu
from tools.udp import UdpSession
from wire.exchange import Captures

name_of_station, address, factory = (2, 2), (1, 2), (5, 5)


def captures():
    out = Captures()

    def dcp(name, option, content):
        qualifier = struct.pack("!H", 1)
        block = bytes(option) + struct.pack("!H", len(content) + 2) + qualifier + content + b"\0" * (len(content) % 2)
        ask = struct.pack("!HBBIHH", 0xFEFD, 4, 0, 7, 0, len(block)) + block
        told = bytes([5, 4]) + struct.pack("!H", 3) + bytes(option) + b"\0" + b"\0"
        tell = struct.pack("!HBBIHH", 0xFEFD, 4, 1, 7, 0, len(told)) + told
        out.frames(name, wire.ether(engineer.mac, rtu.mac, 0x8892, ask), wire.ether(rtu.mac, engineer.mac, 0x8892, tell))

    dcp("dcp-name", name_of_station, b"drive-31")
    dcp("dcp-address", address, wire.ip("10.20.0.31") + wire.ip("255.255.255.0") + wire.ip("0.0.0.0"))
    dcp("dcp-signal", (5, 3), b"\x01\x00")
    dcp("dcp-factory-reset", factory, b"")

    def slaves(name, *datagrams):
        frames = []
        for each in datagrams:
            frame = ethercat.frame(each)
            frames.append(wire.ether(engineer.mac, "ff:ff:ff:ff:ff:ff", 0x88A4, frame))
        out.frames(name, *frames)

    slaves("ethercat-operational", ethercat.datagram(5, 0x1001, 0x120, b"\x08\0"))
    slaves("ethercat-bootstrap", ethercat.datagram(5, 0x1001, 0x120, b"\x03\0"))
    slaves("ethercat-reset", *[ethercat.datagram(5, 0x1001, 0x40, letter) for letter in (b"R", b"E", b"S")])

    def bus(name, application, data, layer=2):
        tape = Tape()
        tape.resolve(engineer, rtu)
        session = UdpSession(tape, engineer, rtu, knx.port, 50200)
        knx.open_tunnel(session, layer=layer)
        if application is not None:
            knx.ask(session, 0, knx.telegram(0x11, 0x1105, application, bytes.fromhex(data), group=False))
        out[name] = tape.packets

    bus("knx-memory-read", 0x202, "4000")
    bus("knx-memory-write", 0x282, "4000aabb")
    bus("knx-key", 0x3D3, "0312345678")
    bus("knx-unlock", 0x3D1, "00ffffffff")
    bus("knx-property", 0x3D7, "0036100101")
    bus("knx-restart", 0x381, "0200")
    bus("knx-monitor", None, "", layer=0x80)
    bus("knx-tunnel", None, "")

    def field(name, service, kind=0):
        def message(kind, data):
            return struct.pack(">BBBBII", 0, 0x40, 3 << 2 | kind, service, 0x00010001, 16 + len(data)) + data + struct.pack(">I", 1)

        out.udp(name, 1090, message(0, struct.pack(">I", 400)), message(1, b""), sport=49386)

    field("hse-read", 0x82)
    field("hse-stop", 0x94)
    field("hse-load", 0x89)
    return out

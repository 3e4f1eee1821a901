"""Capture files: read classic pcap, write classic pcap and pcapng.

Times are integer nanoseconds since the epoch, so that nothing is lost between the variants.
Formats: draft-ietf-opsawg-pcap (classic, section 4 file header, 5 packet record) and
draft-ietf-opsawg-pcapng (section 4: SHB 4.1, IDB 4.2, EPB 4.3, SPB 4.4).
"""

import struct
from dataclasses import dataclass, replace

ethernet = 1
raw_ip = 101
linux_sll = 113
linux_sll2 = 276

magic_us = 0xA1B2C3D4
magic_ns = 0xA1B23C4D
snap_length = 262144


@dataclass
class Packet:
    ns: int
    data: bytes
    wire_length: int = 0  # 0: as long as data; larger when the capture cut the frame

    @property
    def original(self):
        return max(self.wire_length, len(self.data))

    def cut(self, length):
        """The same packet as a capture with a snap length would have kept it."""
        return replace(self, data=self.data[:length], wire_length=self.original)


def read(path):
    """Returns (link type, packets) of a classic pcap of either byte order and resolution."""
    with open(path, "rb") as file:
        blob = file.read()
    for order in "<>":
        magic = struct.unpack_from(order + "I", blob)[0]
        if magic in (magic_us, magic_ns):
            break
    else:
        raise ValueError(f"{path} is no classic pcap (magic {blob[:4].hex()})")
    unit = 1000 if magic == magic_us else 1
    link = struct.unpack_from(order + "I", blob, 20)[0] & 0xFFFF
    packets, at = [], 24
    while at + 16 <= len(blob):
        sec, frac, kept, wire = struct.unpack_from(order + "IIII", blob, at)
        data = blob[at + 16 : at + 16 + kept]
        packets.append(Packet(sec * 10**9 + frac * unit, data, wire))
        at += 16 + kept
    return link, packets


def write(path, packets, link=ethernet, order="<", nanosecond=False, snap=snap_length):
    unit = 1 if nanosecond else 1000
    magic = magic_ns if nanosecond else magic_us
    with open(path, "wb") as file:
        file.write(struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, snap, link))
        for p in packets:
            sec, ns = divmod(p.ns, 10**9)
            file.write(struct.pack(order + "IIII", sec, ns // unit, len(p.data), p.original))
            file.write(p.data)


def _block(order, kind, body):
    body += bytes(-len(body) % 4)
    total = len(body) + 12
    return struct.pack(order + "II", kind, total) + body + struct.pack(order + "I", total)


def _option(order, code, value):
    return struct.pack(order + "HH", code, len(value)) + value + bytes(-len(value) % 4)


class PcapngWriter:
    """One section; interfaces are added as they are met, each with its link type and time unit."""

    def __init__(self, path, order="<"):
        self.file = open(path, "wb")
        self.order = order
        self.interfaces = []
        section = struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1)
        self.file.write(_block(order, 0x0A0D0D0A, section))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()

    def interface(self, link=ethernet, digits=6, name=None, snap=snap_length):
        """digits: decimals of a second in time stamps (if_tsresol); returns the interface id."""
        options = _option(self.order, 2, name.encode()) if name else b""
        if digits != 6:
            options += _option(self.order, 9, bytes([digits]))
        if options:
            options += _option(self.order, 0, b"")
        body = struct.pack(self.order + "HHI", link, 0, snap) + options
        self.file.write(_block(self.order, 1, body))
        self.interfaces.append(digits)
        return len(self.interfaces) - 1

    def packet(self, p, interface=0, comment=None):
        ticks = p.ns // 10 ** (9 - self.interfaces[interface])
        times = ticks >> 32, ticks & 0xFFFFFFFF
        body = struct.pack(self.order + "IIIII", interface, *times, len(p.data), p.original)
        body += p.data + bytes(-len(p.data) % 4)
        if comment:
            body += _option(self.order, 1, comment.encode()) + _option(self.order, 0, b"")
        self.file.write(_block(self.order, 6, body))

    def simple_packet(self, p):
        """SPB: no time stamp, always of interface 0."""
        body = struct.pack(self.order + "I", p.original) + p.data
        self.file.write(_block(self.order, 3, body))

    def unknown(self, kind, body):
        """A block no reader knows: it must be skipped by its length (section 3.1)."""
        self.file.write(_block(self.order, kind, body))

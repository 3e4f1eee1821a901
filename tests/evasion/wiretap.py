"""One attacker, one controller, and every way in which the attacker may send: segments, fragments
and headers made by hand on the tape of a capture. Numbers are relative to each side's start."""

import struct
import sys
import pathlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "pcaps"))
from tools import pcapfile, wire  # noqa: E402

ack, psh, syn, fin, rst, urg = wire.ack, wire.psh, wire.syn, wire.fin, wire.rst, wire.urg
data_flags = ack | psh
next_fragment = 44  # RFC 8200 4.5
mss = 1460


class Tape:
    def __init__(self):
        self.ns = 1_772_438_400 * 10**9
        self.packets = []

    def wait(self, seconds):
        self.ns += round(seconds * 10**9)

    def add(self, frame):
        self.packets.append(pcapfile.Packet(self.ns, frame + bytes(max(0, 60 - len(frame)))))
        self.wait(0.00005)

    def save(self, path):
        pcapfile.write(path, self.packets)


class Talk:
    """Client to server. `number` makes the client's address, by which its events are found."""

    def __init__(self, tape, number, port, v6=False, start=None):
        self.tape, self.port, self.v6 = tape, port, v6
        low = f"{number >> 8}.{number & 255}"
        self.client = f"fd00::9:{number:x}" if v6 else f"10.9.{low}"
        self.server = "fd00::1" if v6 else "10.20.0.11"
        self.start = [(0x1000_0000 + number * 70_001) & 0xFFFFFFFF if start is None else start, 0x7000_0000]
        self.sport = 40_000
        self.ident = number & 0xFFFF
        self.tags = {}  # by side
        self.options = {0: b"", 1: b""}
        self.window = 8_192
        self.acked = 1  # what the server has of the client

    def segment(self, side, flags, seq, payload=b"", acknowledge=None, options=None, window=None,
                bad_checksum=False, urgent=0, offset_words=None):
        me, peer = (self.client, self.server) if side == 0 else (self.server, self.client)
        ports = (self.sport, self.port) if side == 0 else (self.port, self.sport)
        if acknowledge is None:
            acknowledge = (1 if side == 0 else self.acked) if flags & ack else 0
        number = acknowledge + self.start[1 - side] if flags & ack else 0
        made = wire.tcp(me, peer, *ports, self.start[side] + seq, number, flags, payload,
                        window=self.window if window is None else window,
                        options=self.options[side] if options is None else options)
        if urgent or offset_words is not None:
            head = bytearray(made)
            head[18:20] = struct.pack("!H", urgent)
            if offset_words is not None:
                head[12] = offset_words << 4
            head[16:18] = b"\0\0"
            made = wire._summed(me, peer, wire.protocol_tcp, bytes(head), 16)
        if bad_checksum:
            made = made[:16] + struct.pack("!H", struct.unpack_from("!H", made, 16)[0] ^ 0x5A5A) + made[18:]
        return made

    def packet(self, side, segment, ttl=64, bad_ip_checksum=False, ip_options=b"", headers=()):
        me, peer = (self.client, self.server) if side == 0 else (self.server, self.client)
        if self.v6:
            kind, body = wire.protocol_tcp, segment
            for number in reversed(headers):  # hop by hop 0, destination 60: eight octets of padding
                body = struct.pack("!BBBB4x", kind, 0, 1, 4) + body
                kind = number
            return wire.ipv6(me, peer, kind, body, hops=ttl)
        self.ident = (self.ident + 1) & 0xFFFF
        made = wire.ipv4(me, peer, wire.protocol_tcp, segment, ident=self.ident, ttl=ttl, options=ip_options)
        if bad_ip_checksum:
            made = made[:10] + struct.pack("!H", struct.unpack_from("!H", made, 10)[0] ^ 0x5A5A) + made[12:]
        return made

    def put(self, side, packet):
        macs = ("02:4c:59:00:00:77", "02:4c:59:00:00:11")
        kind = wire.ethertype_ipv6 if self.v6 else wire.ethertype_ipv4
        self.tape.add(wire.ether(macs[side], macs[1 - side], kind, packet, self.tags.get(side, ())))

    def send(self, side, flags, seq, payload=b"", **how):
        of_packet = {k: how.pop(k) for k in ("ttl", "bad_ip_checksum", "ip_options", "headers") if k in how}
        self.put(side, self.packet(side, self.segment(side, flags, seq, payload, **how), **of_packet))

    def open(self, answered=True):
        self.send(0, syn, 0)
        if answered:
            self.send(1, syn | ack, 0, acknowledge=1)
        self.send(0, ack, 1)

    def data(self, offset, payload, **how):
        """Client data; offset 0 is the first octet of the stream."""
        self.send(0, data_flags, 1 + offset, payload, **how)

    def acknowledge(self, offset):
        """The server has everything before `offset`."""
        self.acked = 1 + offset
        self.send(1, ack, 1)

    def fragments(self, pieces, protocol=wire.protocol_tcp, ident=None, **how):
        """pieces: (offset in octets, octets, more) of an IP payload, in the order of sending."""
        self.ident = (self.ident + 1) & 0xFFFF
        ident = self.ident if ident is None else ident
        for offset, octets, more in pieces:
            if self.v6:
                head = struct.pack("!BBHI", protocol, 0, offset | more, ident)
                made = wire.ipv6(self.client, self.server, next_fragment, head + octets, hops=how.get("ttl", 64))
            else:
                made = wire.ipv4(self.client, self.server, protocol, octets, ident=ident, flags=int(more),
                                 offset=offset, ttl=how.get("ttl", 64))
            self.put(0, made)
        return ident


def relations(length, unit=1):
    """Allen's thirteen relations of two intervals inside 0..length: name, first, second.
    Edges are multiples of `unit`."""
    a, b, c, d = (round(length * part / 5 / unit) * unit for part in (1, 2, 3, 4))
    return [
        ("before", (0, a), (b, c)), ("after", (b, c), (0, a)),
        ("meets", (a, b), (b, c)), ("met_by", (b, c), (a, b)),
        ("overlaps", (a, c), (b, d)), ("overlapped_by", (b, d), (a, c)),
        ("starts", (a, b), (a, d)), ("started_by", (a, d), (a, b)),
        ("during", (b, c), (a, d)), ("contains", (a, d), (b, c)),
        ("finishes", (c, d), (a, d)), ("finished_by", (a, d), (c, d)),
        ("equals", (a, d), (a, d)),
    ]

"""Scripted traffic: a tape of frames with a clock, and TCP sessions between two hosts on it.

Everything is a function of the script: sequence numbers, identifications and times are the same at
every run. Sequence numbers, acknowledgements and the three-way handshake follow RFC 9293 section 3.
"""

import zlib
from dataclasses import dataclass

from tools import edit, pcapfile, wire

mss_option = bytes([2, 4, 0x05, 0xB4])  # RFC 9293 section 3.7.1: 1460
mss = 1460


@dataclass(frozen=True)
class Host:
    name: str
    ip: str
    mac: str


# The plant of all captures. MACs are locally administered (second bit of the first octet).
plc = Host("plc", "10.20.0.11", "02:4c:59:00:00:11")
rtu = Host("rtu", "10.20.0.21", "02:4c:59:00:00:21")
hmi = Host("hmi", "10.20.0.5", "02:4c:59:00:00:05")
scada = Host("scada", "10.20.0.6", "02:4c:59:00:00:06")
engineer = Host("engineer", "10.20.0.8", "02:4c:59:00:00:08")
laptop = Host("laptop", "10.20.0.77", "02:4c:59:00:00:77")
server = Host("server", "10.20.0.40", "02:4c:59:00:00:40")


class Tape:
    """Frames in the order of the wire. The clock only goes forward."""

    def __init__(self, start=edit.start_of_capture):
        self.ns = start
        self.packets = []

    def wait(self, ms):
        self.ns += round(ms * 1_000_000)

    def add(self, frame):
        if len(frame) < 60:
            frame += bytes(60 - len(frame))  # IEEE 802.3 clause 3.2.7: the pad
        self.packets.append(pcapfile.Packet(self.ns, frame))
        self.wait(0.05)
        return len(self.packets) - 1

    def resolve(self, a, b):
        """The ARP exchange that precedes a first packet (RFC 826)."""
        ask = wire.arp(1, a.mac, a.ip, "00:00:00:00:00:00", b.ip)
        self.add(wire.ether(a.mac, "ff:ff:ff:ff:ff:ff", wire.ethertype_arp, ask))
        tell = wire.arp(2, b.mac, b.ip, a.mac, a.ip)
        self.add(wire.ether(b.mac, a.mac, wire.ethertype_arp, tell))

    def save(self, path, **options):
        pcapfile.write(path, self.packets, **options)


class TcpSession:
    """A connection from client to server. Every method puts frames on the tape and returns the
    index of the first, so that a script can drop or change exactly that frame later."""

    def __init__(self, tape, client, server, port, sport):
        self.tape, self.hosts = tape, (client, server)
        self.ports = (sport, port)
        seed = zlib.crc32(f"{client.ip}:{sport}>{server.ip}:{port}".encode())
        self.next = [seed, (seed * 2654435761) & 0xFFFFFFFF]
        self.ident = [seed & 0xFFFF, seed >> 16]

    def frame(self, side, flags, payload=b"", options=b"", seq=None):
        me, peer = self.hosts[side], self.hosts[1 - side]
        segment = wire.tcp(
            me.ip,
            peer.ip,
            self.ports[side],
            self.ports[1 - side],
            self.next[side] if seq is None else seq,
            self.next[1 - side] if flags & wire.ack else 0,
            flags,
            payload,
            options=options,
        )
        self.ident[side] = (self.ident[side] + 1) & 0xFFFF
        if ":" in me.ip:
            packet = wire.ipv6(me.ip, peer.ip, wire.protocol_tcp, segment)
            return wire.ether(me.mac, peer.mac, wire.ethertype_ipv6, packet)
        packet = wire.ipv4(me.ip, peer.ip, wire.protocol_tcp, segment, ident=self.ident[side])
        return wire.ether(me.mac, peer.mac, wire.ethertype_ipv4, packet)

    def _send(self, side, flags, payload=b"", options=b""):
        index = self.tape.add(self.frame(side, flags, payload, options))
        step = len(payload) + bool(flags & wire.syn) + bool(flags & wire.fin)
        self.next[side] = (self.next[side] + step) & 0xFFFFFFFF
        return index

    def open(self):
        index = self._send(0, wire.syn, options=mss_option)
        self._send(1, wire.syn | wire.ack, options=mss_option)
        self._send(0, wire.ack)
        return index

    def client(self, payload):
        return self.data(0, payload)

    def server(self, payload):
        return self.data(1, payload)

    def data(self, side, payload):
        first = len(self.tape.packets)
        for at in range(0, len(payload), mss):
            self._send(side, wire.psh | wire.ack, payload[at : at + mss])
        return first

    def parts(self, side, payload, *offsets):
        """One message over several segments, cut at these offsets."""
        first = len(self.tape.packets)
        cuts = [0, *offsets, len(payload)]
        for a, b in zip(cuts, cuts[1:]):
            self._send(side, wire.psh | wire.ack, payload[a:b])
        return first

    def repeat(self, side, payload):
        """A retransmission of the last `payload` sent by this side."""
        flags = wire.psh | wire.ack
        seq = (self.next[side] - len(payload)) & 0xFFFFFFFF
        return self.tape.add(self.frame(side, flags, payload, seq=seq))

    def acknowledge(self, side):
        return self._send(side, wire.ack)

    def exchange(self, request, response, think_ms=2.0, settle=False):
        """Request, answer after think_ms; settle adds the client's own acknowledgement."""
        index = self.client(request)
        self.tape.wait(think_ms)
        self.server(response)
        if settle:
            self.tape.wait(40)  # RFC 9293 section 3.8.6.3: a delayed acknowledgement
            self.acknowledge(0)
        return index

    def close(self, side=0):
        self._send(side, wire.fin | wire.ack)
        self._send(1 - side, wire.fin | wire.ack)
        return self._send(side, wire.ack)

    def reset(self, side):
        return self._send(side, wire.rst | wire.ack)

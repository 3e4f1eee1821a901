"""Frames of the plant's network, fast enough for a day of them: a tape a conversation, TCP and UDP on it.

The classes offer what tools.session and tools.udp offer, so that the message builders of pcaps/tools run on
them; headers of each side are made once and only what changes is filled in. Sources: RFC 791, 768, 9293, 1071.
"""

import struct
import zlib

from tools import wire

mss = 1460
mss_option = bytes([2, 4, 0x05, 0xB4])  # RFC 9293 section 3.7.1: 1460
ms = 1_000_000
second = 1_000_000_000
broadcast = "ff:ff:ff:ff:ff:ff"
arp_kept = 20 * 60 * second  # how long a host remembers an address before it asks again


def folded(number):
    """The sum of 16-bit words in ones' complement (RFC 1071): 2**16 is 1 modulo 65535."""
    return (number - 1) % 65535 + 1 if number else 0


class Wire:
    """Where all tapes end: frames in the order of time. A frame is kept until no conversation can still
    put one before it."""

    def __init__(self, sink, shift=0):
        self.sink, self.shift, self.waiting, self.count, self.octets = sink, shift, [], 0, 0
        self.known = {}

    def put(self, ns, frame):
        self.count += 1
        self.waiting.append((ns, self.count, frame))

    def settle(self, until):
        self.waiting.sort()
        out, keep = [], []
        for at, (ns, order, frame) in enumerate(self.waiting):
            if ns >= until:
                keep = self.waiting[at:]
                break
            size, ns = len(frame), ns + self.shift
            out.append(struct.pack("<IIII", ns // second, ns % second // 1000, size, size))
            out.append(frame)
        self.waiting = keep
        data = b"".join(out)
        self.octets += len(data)
        self.sink.write(data)


class Tape:
    """The clock of one conversation. It only goes forward."""

    def __init__(self, wire_, ns):
        self.wire, self.ns = wire_, ns

    def wait(self, milliseconds):
        self.ns += round(milliseconds * ms)

    def until(self, ns):
        self.ns = max(self.ns, ns)

    def add(self, frame):
        if len(frame) < 60:
            frame += bytes(60 - len(frame))  # IEEE 802.3 clause 3.2.7: the pad
        self.wire.put(self.ns, frame)
        self.ns += 50_000

    def resolve(self, a, b):
        """The ARP exchange before a first packet, and again once the answer is forgotten (RFC 826)."""
        known = self.wire.known
        if self.ns - known.get((a.ip, b.ip), -arp_kept) < arp_kept:
            return
        known[a.ip, b.ip] = known[b.ip, a.ip] = self.ns
        self.ask(a, b.ip)
        self.add(wire.ether(b.mac, a.mac, wire.ethertype_arp, wire.arp(2, b.mac, b.ip, a.mac, a.ip)))

    def ask(self, a, ip):
        self.add(wire.ether(a.mac, broadcast, wire.ethertype_arp, wire.arp(1, a.mac, a.ip, "00:00:00:00:00:00", ip)))


class Side:
    """The parts of a direction's headers that stay, and their sums."""

    def __init__(self, me, peer, sport, dport, protocol, seed):
        self.ether = wire.mac(peer.mac) + wire.mac(me.mac) + b"\x08\0"
        self.addresses = wire.ip(me.ip) + wire.ip(peer.ip)
        ends = sum(struct.unpack("!4H", self.addresses))
        self.protocol, self.ttl = protocol, me.ttl
        self.ip_sum = 0x4500 + 0x4000 + (self.ttl << 8 | protocol) + ends
        self.pseudo = ends + protocol
        self.ports = struct.pack("!HH", sport, dport)
        self.ident = seed & 0xFFFF

    def packet(self, body):
        self.ident = ident = (self.ident + 1) & 0xFFFF
        total = 20 + len(body)
        check = 0xFFFF - folded(self.ip_sum + total + ident)
        head = struct.pack("!BBHHHBBH", 0x45, 0, total, ident, 0x4000, self.ttl, self.protocol, check)
        return self.ether + head + self.addresses + body


class Tcp:
    """A connection from client to server, as tools.session.TcpSession."""

    def __init__(self, tape, client, server, port, sport):
        self.tape, self.hosts, self.ports = tape, (client, server), (sport, port)
        seed = zlib.crc32(f"{client.ip}:{sport}>{server.ip}:{port}@{tape.ns}".encode())
        self.next = [seed, (seed * 2654435761) & 0xFFFFFFFF]
        self.sides = (Side(client.seen_by(server), server.seen_by(client), sport, port, 6, seed),
                      Side(server.seen_by(client), client.seen_by(server), port, sport, 6, seed >> 16))
        self.windows = (64240, 8192)

    def _send(self, side, flags, payload=b"", options=b"", seq=None):
        me = self.sides[side]
        words = 5 + len(options) // 4
        here = self.next[side] if seq is None else seq
        there = self.next[1 - side] if flags & wire.ack else 0
        head = me.ports + struct.pack("!IIBBHHH", here, there, words << 4, flags, self.windows[side], 0, 0) + options
        body = head + payload
        size = len(body)
        number = int.from_bytes(body, "big") << 8 if size & 1 else int.from_bytes(body, "big")
        check = 0xFFFF - folded(number + me.pseudo + size)
        self.tape.add(me.packet(body[:16] + check.to_bytes(2, "big") + body[18:]))
        if seq is None:
            step = len(payload) + bool(flags & (wire.syn | wire.fin))
            if step:
                self.next[side] = (here + step) & 0xFFFFFFFF

    def open(self):
        self.tape.resolve(*self._neighbours())
        self._send(0, wire.syn, options=mss_option)
        self.tape.wait(0.3)
        self._send(1, wire.syn | wire.ack, options=mss_option)
        self._send(0, wire.ack)

    def _neighbours(self):
        """Who asks whom by ARP: behind a router it is the router."""
        a, b = self.hosts
        return a.seen_by(b, with_ip=True), b.seen_by(a, with_ip=True)

    def knock(self):
        """A SYN that nobody answers (yet)."""
        self._send(0, wire.syn, options=mss_option, seq=self.next[0])

    def refused(self):
        """A SYN to a closed port (RFC 9293 section 3.5.2)."""
        self._send(0, wire.syn, options=mss_option)
        self.tape.wait(0.4)
        self._send(1, wire.rst | wire.ack)

    def client(self, payload):
        self.data(0, payload)

    def server(self, payload):
        self.data(1, payload)

    def data(self, side, payload):
        if len(payload) <= mss:
            self._send(side, wire.psh | wire.ack, payload)
            return
        for at in range(0, len(payload), mss):
            self._send(side, wire.psh | wire.ack, payload[at : at + mss])

    def repeat(self, side, payload):
        """A retransmission of the last `payload` sent by this side."""
        self._send(side, wire.psh | wire.ack, payload, seq=(self.next[side] - len(payload)) & 0xFFFFFFFF)

    def acknowledge(self, side):
        self._send(side, wire.ack)

    def exchange(self, request, response, think_ms=2.0, settle=False):
        self.client(request)
        self.tape.wait(think_ms)
        self.server(response)
        if settle:
            self.tape.wait(40)  # RFC 9293 section 3.8.6.3: a delayed acknowledgement
            self.acknowledge(0)

    def close(self, side=0):
        self._send(side, wire.fin | wire.ack)
        self._send(1 - side, wire.fin | wire.ack)
        self._send(side, wire.ack)

    def reset(self, side):
        self._send(side, wire.rst | wire.ack)


class Udp:
    """Datagrams between two hosts, as tools.udp.UdpSession."""

    def __init__(self, tape, client, server, port, sport):
        self.tape, self.hosts = tape, (client, server)
        seed = zlib.crc32(f"{client.ip}:{sport}>{server.ip}:{port}@{tape.ns}".encode())
        self.sides = (Side(client.seen_by(server), server.seen_by(client), sport, port, 17, seed),
                      Side(server.seen_by(client), client.seen_by(server), port, sport, 17, seed >> 16))

    def data(self, side, payload):
        me = self.sides[side]
        size = 8 + len(payload)
        body = me.ports + struct.pack("!HH", size, 0) + payload
        number = int.from_bytes(body, "big") << 8 if size & 1 else int.from_bytes(body, "big")
        check = 0xFFFF - folded(number + me.pseudo + size) or 0xFFFF
        self.tape.add(me.packet(body[:6] + check.to_bytes(2, "big") + body[8:]))

    def client(self, payload):
        self.data(0, payload)

    def server(self, payload):
        self.data(1, payload)

    def exchange(self, request, response, think_ms=2.0):
        a, b = self.hosts
        self.tape.resolve(a.seen_by(b, with_ip=True), b.seen_by(a, with_ip=True))
        self.client(request)
        self.tape.wait(think_ms)
        self.server(response)

"""Modbus behind IPv6 extension headers: hop-by-hop, destination options, routing, a fragment header
that fragments nothing, all of them in a row, and true fragments in and out of order.

kind: S
expect: ipv6.hopopts => 2+
expect: ipv6.routing => 2+
expect: modbus.func_code == 3 => 7
"""

import struct

from tools import modbus, wire
from tools.lab import output
from tools.session import Host, Tape, TcpSession

hmi = Host("hmi", "fd20::5", "02:4c:59:00:00:05")
plc = Host("plc", "fd20::11", "02:4c:59:00:00:11")

# RFC 8200 section 4: next header, length in eights beyond the first, then the header's own.
hop_by_hop, routing, fragment, destination = 0, 43, 44, 60
padding = bytes([1, 4, 0, 0, 0, 0])  # PadN, section 4.2
alert = bytes([5, 2, 0, 0, 1, 0])  # router alert (RFC 2711), PadN


def headers(kinds, payload, ident=0):
    """The chain of extension headers in front of TCP; returns (first kind, bytes)."""
    following, out = wire.protocol_tcp, payload
    for kind in reversed(kinds):
        if kind == fragment:
            body = struct.pack("!BBHI", following, 0, 0, ident)  # section 4.5: offset 0, no more
        elif kind == routing:
            # Section 4.4: type 2 (RFC 6275), no segments left, one address.
            body = struct.pack("!BBBBI", following, 2, 2, 0, 0) + wire.ip(plc.ip)
        else:
            body = bytes([following, 0]) + (alert if kind == hop_by_hop else padding)
        following, out = kind, body + out
    return following, out


def pieces(segment, ident, size):
    """Section 4.5: fragment headers with offset and more bit."""
    out = []
    for at in range(0, len(segment), size):
        more = at + size < len(segment)
        head = struct.pack("!BBHI", wire.protocol_tcp, 0, at | more, ident)
        packet = wire.ipv6(hmi.ip, plc.ip, fragment, head + segment[at : at + size])
        out.append(wire.ether(hmi.mac, plc.mac, wire.ethertype_ipv6, packet))
    return out


tape = Tape()
session = TcpSession(tape, hmi, plc, 502, 49620)
session.open()


def request(tid, clothe):
    """The next request of the client, its TCP segment handed to `clothe` for its frames."""
    index = session.client(modbus.adu(tid, modbus.read(3, 0, 2)))
    frame = tape.packets.pop(index).data
    length = int.from_bytes(frame[18:20], "big")
    for made in clothe(frame[54 : 54 + length]):
        tape.add(made)
    tape.wait(500)


def chained(*kinds):
    def clothe(segment):
        first, body = headers(kinds, segment, ident=0x1234)
        packet = wire.ipv6(hmi.ip, plc.ip, first, body)
        return [wire.ether(hmi.mac, plc.mac, wire.ethertype_ipv6, packet)]

    return clothe


request(1, chained(hop_by_hop))
request(2, chained(destination))
request(3, chained(routing))
request(4, chained(fragment))
request(5, chained(hop_by_hop, destination, routing, fragment, destination))
request(6, lambda segment: pieces(segment, 0x2001, 16))
request(7, lambda segment: pieces(segment, 0x2002, 8)[::-1])
session.close()
tape.save(output())

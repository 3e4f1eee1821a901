"""Ethernet, IP, TCP, UDP and ICMP headers as bytes, and what a frame says of its ends.

Sources: IEEE 802.3 and 802.1Q; RFC 826 (ARP), 791 (IPv4), 8200 (IPv6), 9293 (TCP), 768 (UDP),
792 (ICMP), 4443 (ICMPv6).
"""

import ipaddress
import struct

ethertype_ipv4 = 0x0800
ethertype_arp = 0x0806
ethertype_vlan = 0x8100
ethertype_ipv6 = 0x86DD
ethertype_qinq = 0x88A8

protocol_icmp, protocol_tcp, protocol_udp, protocol_icmp6 = 1, 6, 17, 58

fin, syn, rst, psh, ack, urg = 1, 2, 4, 8, 16, 32


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def ip(text):
    return ipaddress.ip_address(text).packed


def checksum(data):
    """RFC 1071."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ether(src, dst, kind, payload, tags=()):
    """tags: (tag protocol id, vlan id, priority) from the outside in (802.1Q clause 9)."""
    out = mac(dst) + mac(src)
    for tpid, vlan, priority in tags:
        out += struct.pack("!HH", tpid, priority << 13 | vlan)
    return out + struct.pack("!H", kind) + payload


def arp(operation, src_mac, src_ip, dst_mac, dst_ip):
    head = struct.pack("!HHBBH", 1, ethertype_ipv4, 6, 4, operation)
    return head + mac(src_mac) + ip(src_ip) + mac(dst_mac) + ip(dst_ip)


def ipv4(src, dst, protocol, payload, ident=0, ttl=64, tos=0, flags=2, offset=0, options=b""):
    """flags: 2 do not fragment, 1 more fragments; offset in bytes (RFC 791 section 3.1)."""
    options += bytes(-len(options) % 4)
    words = 5 + len(options) // 4
    head = struct.pack(
        "!BBHHHBBH",
        4 << 4 | words,
        tos,
        words * 4 + len(payload),
        ident,
        flags << 13 | offset // 8,
        ttl,
        protocol,
        0,
    )
    head += ip(src) + ip(dst) + options
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def ipv6(src, dst, next_header, payload, hops=64, flow=0):
    head = struct.pack("!IHBB", 6 << 28 | flow, len(payload), next_header, hops)
    return head + ip(src) + ip(dst) + payload


def _pseudo(src, dst, protocol, length):
    """RFC 9293 section 3.1 and RFC 8200 section 8.1."""
    a, b = ip(src), ip(dst)
    if len(a) == 4:
        return a + b + struct.pack("!BBH", 0, protocol, length)
    return a + b + struct.pack("!IHBB", length, 0, 0, protocol)


def _summed(src, dst, protocol, segment, at):
    value = checksum(_pseudo(src, dst, protocol, len(segment)) + segment)
    if protocol == protocol_udp and value == 0:
        value = 0xFFFF
    return segment[:at] + struct.pack("!H", value) + segment[at + 2 :]


def tcp(src, dst, sport, dport, seq, acknowledge, flags, payload=b"", window=502, options=b""):
    options += b"\0" * (-len(options) % 4)
    words = 5 + len(options) // 4
    head = struct.pack(
        "!HHIIBBHHH",
        sport,
        dport,
        seq & 0xFFFFFFFF,
        acknowledge & 0xFFFFFFFF,
        words << 4,
        flags,
        window,
        0,
        0,
    )
    return _summed(src, dst, protocol_tcp, head + options + payload, 16)


def udp(src, dst, sport, dport, payload):
    head = struct.pack("!HHHH", sport, dport, 8 + len(payload), 0)
    return _summed(src, dst, protocol_udp, head + payload, 6)


def icmp(kind, code, rest):
    """rest: the four bytes after the checksum, then the data."""
    body = struct.pack("!BBH", kind, code, 0) + rest
    return body[:2] + struct.pack("!H", checksum(body)) + body[4:]


def icmp6(src, dst, kind, code, rest):
    return _summed(src, dst, protocol_icmp6, struct.pack("!BBH", kind, code, 0) + rest, 2)


def _network(frame):
    """Offset and ethertype of the network header behind any VLAN tags."""
    at = 12
    kind = struct.unpack_from("!H", frame, at)[0]
    while kind in (ethertype_vlan, ethertype_qinq):
        at += 4
        kind = struct.unpack_from("!H", frame, at)[0]
    return at + 2, kind


def _transport(frame):
    """(protocol, offset, end, source, destination) of an unfragmented Ethernet frame, or None."""
    at, kind = _network(frame)
    if kind == ethertype_ipv4:
        length, fragment = struct.unpack_from("!H2xH", frame, at + 2)
        if fragment & 0x3FFF:
            return None
        head = (frame[at] & 15) * 4
        src, dst = frame[at + 12 : at + 16], frame[at + 16 : at + 20]
        return frame[at + 9], at + head, at + length, src, dst
    if kind == ethertype_ipv6:
        length, protocol = struct.unpack_from("!HB", frame, at + 4)
        src, dst = frame[at + 8 : at + 24], frame[at + 24 : at + 40]
        return protocol, at + 40, at + 40 + length, src, dst
    return None


def _text(packed):
    return str(ipaddress.ip_address(packed))


def addresses(frame):
    """(source ip, source port, destination ip, destination port), ports 0 without TCP or UDP."""
    found = _transport(frame)
    if not found:
        return None
    protocol, start, _, src, dst = found
    ports = (0, 0)
    if protocol in (protocol_tcp, protocol_udp):
        ports = struct.unpack_from("!HH", frame, start)
    return _text(src), ports[0], _text(dst), ports[1]


def tcp_payload(frame):
    found = _transport(frame)
    if not found or found[0] != protocol_tcp:
        return b""
    _, start, end, _, _ = found
    return frame[start + (frame[start + 12] >> 4) * 4 : end]


def fragments(frame, size, ident=None):
    """The IPv4 packet of an untagged Ethernet frame in pieces of `size` bytes (a multiple of 8)."""
    words = frame[14] & 15
    head, body = frame[14 : 14 + words * 4], frame[14 + words * 4 :]
    total = struct.unpack_from("!H", head, 2)[0] - words * 4
    body = body[:total]
    number = struct.unpack_from("!H", head, 4)[0] if ident is None else ident
    src, dst = _text(head[12:16]), _text(head[16:20])
    out = []
    for at in range(0, len(body), size):
        more = at + size < len(body)
        part = body[at : at + size]
        piece = ipv4(src, dst, head[9], part, number, head[8], flags=more, offset=at)
        out.append(frame[:14] + piece)
    return out

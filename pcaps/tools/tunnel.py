"""What carries frames and packets over IP, as bytes, for scripted captures.

Sources: RFC 2784 and 2890 (GRE), draft-foschiano-erspan-03, RFC 7348 (VXLAN), RFC 8926 (Geneve), 3GPP TS 29.281
(GTP-U) and TS 38.415 (its PDU session container), RFC 2003 (IP in IP), RFC 3032 and 4385 (MPLS); TZSP has no
standard, it is written as Wireshark reads it.
"""

import struct

from tools import wire

protocol_ipip, protocol_gre = 4, 47
ethertype_mpls, transparent_ethernet = 0x8847, 0x6558


def gre(kind, payload, sequence=None, key=None):
    head = struct.pack("!HH", (key is not None) << 13 | (sequence is not None) << 12, kind)
    head += b"" if key is None else struct.pack("!I", key)
    head += b"" if sequence is None else struct.pack("!I", sequence)
    return head + payload


def erspan1(frame):
    return gre(0x88BE, frame)


def erspan2(frame, sequence, session, vlan=0):
    """Version 1; encapsulation 2: the frame came with an 802.1Q tag, which is written here."""
    words = struct.pack("!HHI", 1 << 12 | vlan, (2 if vlan else 0) << 11 | session, 0)
    return gre(0x88BE, words + frame, sequence)


def erspan3(frame, sequence, session, vlan=0, platform=False):
    """Version 2, a time stamp of 100 microseconds a step; platform: the subheader of 8 octets."""
    words = struct.pack("!HHIHH", 2 << 12 | vlan, session, sequence * 10, 0, int(platform))
    return gre(0x22EB, words + (struct.pack("!II", 5 << 26, 0) if platform else b"") + frame, sequence)


def vxlan(frame, vni):
    return struct.pack("!II", 0x08 << 24, vni << 8) + frame


def geneve(frame, vni, options=b""):
    return struct.pack("!BBHI", len(options) // 4, 0, transparent_ethernet, vni << 8) + options + frame


def gtp_u(packet, teid, qfi=None):
    """qfi: the PDU session container of a 5G core, uplink."""
    more = b"" if qfi is None else struct.pack("!HBBBBBB", 0, 0, 0x85, 1, 1 << 4, qfi, 0)
    flags = 0x30 | (0x04 if more else 0)
    return struct.pack("!BBHI", flags, 0xFF, len(more) + len(packet), teid) + more + packet


def tzsp(frame):
    return bytes([1, 0, 0, 1, 1]) + frame


def mpls(payload, *labels):
    words = [label << 12 | (at == len(labels) - 1) << 8 | 64 for at, label in enumerate(labels)]
    return struct.pack(f"!{len(words)}I", *words) + payload


def over_ip(source, target, protocol, payload, ident):
    """An Ethernet frame from one Host to another that carries the payload; may be fragmented."""
    packet = wire.ipv4(source.ip, target.ip, protocol, payload, ident=ident, flags=0)
    return wire.ether(source.mac, target.mac, wire.ethertype_ipv4, packet)


def over_udp(source, target, sport, dport, payload, ident):
    return over_ip(source, target, wire.protocol_udp, wire.udp(source.ip, target.ip, sport, dport, payload), ident)

"""GOOSE and Sampled Values frames as bytes, for scripted captures.

Clauses: G = IEC 61850-8-1:2011; V = IEC 61850-9-2:2011; B = ITU-T X.690.
"""

import struct

from tools import ber, wire

goose_ethertype, sv_ethertype = 0x88B8, 0x88BA


def value(tag, content):
    """B 8.1: a tag of one octet, the definite length, the content."""
    size = len(content)
    length = bytes([size]) if size < 128 else bytes([0x81, size]) if size < 256 else struct.pack("!BH", 0x82, size)
    return bytes([tag]) + length + content


def unsigned(tag, number):
    """B 8.3: as few octets as hold it without a sign."""
    return value(tag, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def utc_time(ns):
    """G 8.1.3.7: seconds, a fraction of 2**-24, quality (accuracy of 10 bits)."""
    fraction = (ns % 1_000_000_000) * 2**24 // 1_000_000_000
    return struct.pack("!I", ns // 1_000_000_000) + fraction.to_bytes(3, "big") + b"\x0a"


def header(appid, pdu, simulated=False):
    """G annex C, V annex A: APPID, length, two reserved words, the first bit of which says: by a test set."""
    return struct.pack("!HHHH", appid, len(pdu) + 8, simulated << 15, 0) + pdu


def goose(ns, st, sq, data, ref="LW1LD0/LLN0$GO$gcbTrip", appid=0x3001, live=2000, conf=1, simulated=False):
    """G 18.1.2.5: the members in order; `data` are encoded values."""
    members = (
        value(0x80, ref.encode()) + unsigned(0x81, live) + value(0x82, b"LW1LD0/LLN0$dsTrip")
        + value(0x83, b"trip") + value(0x84, utc_time(ns)) + unsigned(0x85, st) + unsigned(0x86, sq)
        + value(0x87, b"\0") + unsigned(0x88, conf) + value(0x89, b"\0") + unsigned(0x8A, len(data))
        + value(0xAB, b"".join(data))
    )
    return header(appid, value(0x61, members), simulated)


def boolean(on):
    return value(0x83, bytes([1 if on else 0]))


def quality(bits=0):
    """G 8.1.3.4: 13 bits, all clear is good."""
    return value(0x84, struct.pack("!BH", 3, bits << 3))


def whole(number):
    """G 8.1.3, of INT32 and its kin."""
    return value(0x85, ber.signed(number))


def real(number):
    """G 8.1.3.3: the width of the exponent, then IEEE 754 of 32 bits."""
    return value(0x87, b"\x08" + struct.pack("!f", number))


def structure(*members):
    return value(0xA2, b"".join(members))


def sampled_values(count, sample, sv_id="LWMU01", appid=0x4000, synch=2, conf=1):
    """V 8.5.2: one ASDU."""
    asdu = (
        value(0x80, sv_id.encode()) + value(0x82, struct.pack("!H", count)) + value(0x83, struct.pack("!I", conf))
        + value(0x85, bytes([synch])) + value(0x87, sample)
    )
    return header(appid, value(0x60, unsigned(0x80, 1) + value(0xA2, value(0x30, asdu))))


def asdus(*members, appid=0x4000, simulated=False):
    """V 8.5.2: several, of members with their tags each."""
    sequence = b"".join(value(0x30, b"".join(each)) for each in members)
    return header(appid, value(0x60, unsigned(0x80, len(members)) + value(0xA2, sequence)), simulated)


def multicast(tape, host, group, ethertype, payload):
    return tape.add(wire.ether(host.mac, group, ethertype, payload))

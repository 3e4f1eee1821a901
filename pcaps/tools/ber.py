"""Basic Encoding Rules of ASN.1 (ITU-T X.690) as bytes, for scripted captures."""

import struct


def length(size):
    """X.690 8.1.3: the short form below 128, else the long form."""
    if size < 0x80:
        return bytes([size])
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(octets)]) + octets


def tag(first, number):
    """X.690 8.1.2: numbers from 31 on take further octets of seven bits."""
    if number < 31:
        return bytes([first | number])
    octets = [number & 0x7F]
    while number := number >> 7:
        octets.insert(0, 0x80 | number & 0x7F)
    return bytes([first | 0x1F, *octets])


def tlv(first, number, content, said=None):
    return tag(first, number) + length(len(content) if said is None else said) + content


def primitive(number, content):
    return tlv(0x80, number, content)


def context(number, *parts):
    return tlv(0xA0, number, b"".join(parts))


def application(number, *parts):
    return tlv(0x60, number, b"".join(parts))


def sequence(*parts):
    return tlv(0x20, 16, b"".join(parts))


def signed(value):
    """The content of an INTEGER, 8.3: two's complement, as short as can be."""
    return value.to_bytes(max(1, (value.bit_length() + 8) // 8), "big", signed=True)


def integer(value):
    return tlv(0, 2, signed(value))


def visible(text):
    return tlv(0, 26, text.encode())


def graphic(text):
    return tlv(0, 25, text.encode())


def bits(text):
    """The content of a BIT STRING, 8.6: unused bits of the last octet, then the octets."""
    unused = -len(text) % 8
    padded = text + "0" * unused
    return bytes([unused]) + int(padded or "0", 2).to_bytes(len(padded) // 8, "big")


def oid(text):
    """OBJECT IDENTIFIER, 8.19."""
    arcs = [int(arc) for arc in text.split(".")]
    out = b""
    for arc in [arcs[0] * 40 + arcs[1], *arcs[2:]]:
        octets = [arc & 0x7F]
        while arc := arc >> 7:
            octets.insert(0, 0x80 | arc & 0x7F)
        out += bytes(octets)
    return tlv(0, 6, out)


def utc_time(ns, quality=0x0A):
    """UtcTime of IEC 61850-8-1 8.1.3.7: seconds, 2^-24 parts of one, quality."""
    fraction = (ns % 10**9 << 24) // 10**9
    return struct.pack("!I", ns // 10**9) + fraction.to_bytes(3, "big") + bytes([quality])

"""DNS messages as bytes, for scripted captures (RFC 1035)."""

import struct

a, ns, cname, soa, ptr, mx, txt, aaaa, srv, axfr, any_type = 1, 2, 5, 6, 12, 15, 16, 28, 33, 252, 255


def name(text):
    """Section 3.1: labels with their length, then the root."""
    labels = [label.encode() for label in text.split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def question(text, kind, unicast=False):
    return name(text) + struct.pack("!HH", kind, 0x8001 if unicast else 1)


def record(text, kind, data, ttl=60, flush=False):
    return name(text) + struct.pack("!HHIH", kind, 0x8001 if flush else 1, ttl, len(data)) + data


def texts(*strings):
    return b"".join(bytes([len(each)]) + each.encode() for each in strings)


def message(ident, flags, questions=(), answers=(), authorities=(), additionals=()):
    parts = (questions, answers, authorities, additionals)
    head = struct.pack("!6H", ident, flags, *map(len, parts))
    return head + b"".join(each for part in parts for each in part)


def query(ident, text, kind, flags=0x0100):
    return message(ident, flags, [question(text, kind)])


def answer(ident, text, kind, *records, flags=0x8180, **more):
    return message(ident, flags, [question(text, kind)], records, **more)


def tcp(data):
    """Section 4.2.2."""
    return struct.pack("!H", len(data)) + data

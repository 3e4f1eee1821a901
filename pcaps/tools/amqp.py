"""AMQP 0-9-1 frames (specification 4.2) and AMQP 1.0 frames (OASIS 2.3)."""

import struct

port = 5672
header_091, header_10, header_sasl = b"AMQP\0\0\x09\x01", b"AMQP\0\1\0\0", b"AMQP\3\1\0\0"


def frame(kind, channel, payload=b""):
    return struct.pack(">BHI", kind, channel, len(payload)) + payload + b"\xce"


heartbeat = frame(8, 0)


def method(channel, group, number, arguments=b""):
    return frame(1, channel, struct.pack(">HH", group, number) + arguments)


def short(text):
    return bytes([len(text)]) + text.encode()


def long(data):
    data = data if isinstance(data, bytes) else data.encode()
    return struct.pack(">I", len(data)) + data


def table(**entries):
    return long(b"".join(short(name) + b"S" + long(value) for name, value in entries.items()))


def content(channel, body, content_type="text/plain"):
    """4.2.6.1: header of class basic with the first property, then the body."""
    head = struct.pack(">HHQH", 60, 0, len(body), 0x8000) + short(content_type)
    return frame(2, channel, head) + frame(3, channel, body)


def performative(code, *fields, kind=0, more=b""):
    """OASIS 1.0, 2.3 and 1.6.22: a described list with sizes of one octet."""
    items = b"".join(fields)
    body = b"\0\x53" + bytes([code, 0xC0, len(items) + 1, len(fields)]) + items + more
    return struct.pack(">IBBH", len(body) + 8, 2, kind, 0) + body


null, true, false, zero = b"\x40", b"\x41", b"\x42", b"\x43"


def text(words):
    return bytes([0xA1, len(words)]) + words.encode()


def symbol(words):
    return bytes([0xA3, len(words)]) + words.encode()


def terminus(code, address):
    return b"\0\x53" + bytes([code, 0xC0, len(address) + 3, 1]) + text(address)

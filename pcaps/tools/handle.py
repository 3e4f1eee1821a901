"""Handle System messages as bytes, for scripted captures. Clauses: H = RFC 3652; V = RFC 3651 section 3.1."""

import struct


def text(value):
    """H 2.1.4: a length, then UTF-8."""
    octets = value.encode()
    return struct.pack("!I", len(octets)) + octets


def message(operation, response, request_id, body):
    """H 2.2: envelope (version 2.1), header (authoritative flag), body, no credential."""
    header = struct.pack("!IIIHBBII", operation, response, 0x80000000, 1, 0, 0, 0, len(body))
    rest = header + body + bytes(4)
    return struct.pack("!BBHIIII", 2, 1, 0, 0, request_id, 0, len(rest)) + rest


def resolution(handle):
    """H 3.2.1: the identifier, no indexes, no types."""
    return text(handle) + bytes(8)


def values(handle, *pairs):
    """V: index, time stamp, relative life of a day, permission, type, data, no references."""
    body = text(handle) + struct.pack("!I", len(pairs))
    for index, (kind, data) in enumerate(pairs, 1):
        body += struct.pack("!IIBIB", index, 0, 0, 86400, 0x0E) + text(kind) + text(data) + bytes(4)
    return body

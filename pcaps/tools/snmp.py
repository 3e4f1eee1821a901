"""SNMP messages as bytes, for scripted captures (RFC 3416)."""

from tools import ber

get, get_next, response, set_, trap1, get_bulk, inform, trap2, report = range(9)
null = b"\x05\0"


def integer(value):
    return ber.tlv(0x02, 0, value.to_bytes(max(1, (value.bit_length() + 8) // 8), "big"))


def text(value):
    return ber.tlv(0x04, 0, value if isinstance(value, bytes) else value.encode())


def oid(dotted):
    numbers = [int(each) for each in dotted.split(".")]
    out = bytes([numbers[0] * 40 + numbers[1]])
    for number in numbers[2:]:
        octets = [number & 0x7F]
        while number := number >> 7:
            octets.insert(0, 0x80 | number & 0x7F)
        out += bytes(octets)
    return ber.tlv(0x06, 0, out)


def sequence(*parts):
    return ber.tlv(0x30, 0, b"".join(parts))


def variables(*pairs):
    return sequence(*(sequence(oid(name), value) for name, value in pairs))


def pdu(kind, ident, *pairs, second=0, third=0):
    body = integer(ident) + integer(second) + integer(third) + variables(*pairs)
    return ber.tlv(0xA0 | kind, 0, body)


def message(version, community, content):
    return sequence(integer(version), text(community), content)


def v3(ident, flags, user, scoped):
    head = sequence(integer(ident), integer(65507), text(bytes([flags])), integer(3))
    security = sequence(text(b"\x80\0\x1f\x88\x80"), integer(3), integer(100), text(user), text(b""), text(b""))
    return sequence(integer(3), head, text(security), scoped)

"""MQTT packets (OASIS MQTT 5.0 and 3.1.1) and Sparkplug B payloads (Eclipse Sparkplug 3.0.0)."""

import struct

port = 1883


def varint(value):
    """Protocol Buffers, Encoding; below 2**28 also MQTT's remaining length."""
    made = b""
    while True:
        value, octet = value >> 7, value & 0x7F
        made += bytes([octet | (0x80 if value else 0)])
        if not value:
            return made


def text(words):
    data = words if isinstance(words, bytes) else words.encode()
    return struct.pack(">H", len(data)) + data


def packet(kind, body=b"", flags=0):
    return bytes([kind << 4 | flags]) + varint(len(body)) + body


def connect(client, will=None, keep_alive=60):
    """[3.1.1] 3.1: clean session; will is (topic, payload), QoS 1."""
    flags = 0x02 | (0x0C if will else 0)
    body = text("MQTT") + bytes([4, flags]) + struct.pack(">H", keep_alive) + text(client)
    return packet(1, body + (text(will[0]) + text(will[1]) if will else b""))


connack = packet(2, b"\0\0")
pingreq, pingresp, disconnect = packet(12), packet(13), packet(14)


def publish(topic, payload, number=0):
    return packet(3, text(topic) + (struct.pack(">H", number) if number else b"") + payload, 2 if number else 0)


def puback(number):
    return packet(4, struct.pack(">H", number))


def subscribe(number, *topics):
    return packet(8, struct.pack(">H", number) + b"".join(text(t) + b"\1" for t in topics), 2)


def suback(number, *codes):
    return packet(9, struct.pack(">H", number) + bytes(codes))


def key(number, wire):
    return varint(number << 3 | wire)


def number(field, value):
    return key(field, 0) + varint(value & 0xFFFFFFFFFFFFFFFF)


def run(field, data):
    return key(field, 2) + varint(len(data)) + data


int32, uint64, real, boolean, string = 3, 8, 10, 11, 12  # [6.4.16]


def metric(name=None, alias=None, kind=None, value=None, time=None):
    """[6.4.6]"""
    made = run(1, name.encode()) if name else b""
    made += b"" if alias is None else number(2, alias)
    made += b"" if time is None else number(3, time)
    made += b"" if kind is None else number(4, kind)
    if value is None:
        return made + number(7, 1)
    if kind == int32:
        return made + number(10, value & 0xFFFFFFFF)
    if kind == uint64:
        return made + number(11, value)
    if kind == real:
        return made + key(13, 1) + struct.pack("<d", value)
    if kind == boolean:
        return made + number(14, value)
    return made + run(15, value.encode())


def payload(time, seq, *metrics):
    """[6.4.5]"""
    return number(1, time) + b"".join(run(2, m) for m in metrics) + (b"" if seq is None else number(3, seq))

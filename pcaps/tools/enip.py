"""EtherNet/IP and CIP messages, for scripted captures.

Clauses in the scripts: E is The CIP Networks Library Volume 2 (EtherNet/IP), C is Volume 1 (CIP), L is
Rockwell Automation 1756-PM020 (Logix data access), D is 1770-6.5.16 (PCCC).
"""

import struct

port, io_port = 44818, 2222
session = 0x1A2B3C4D


def encapsulated(command, body=b"", handle=session, status=0, context=b"", options=0):
    """E 2-3.1: the header of 24 octets."""
    head = struct.pack("<HHII8sI", command, len(body), handle, status, context.ljust(8, b"\0"), options)
    return head + body


def item(kind, data):
    """E 2-6.2: an item of the common packet format."""
    return struct.pack("<HH", kind, len(data)) + data


def packet(*items):
    return struct.pack("<IHH", 0, 10, len(items)) + b"".join(items)


def unconnected(cip, number=1, **head):
    """E 2-4.7: SendRRData; the context joins request and answer."""
    head.setdefault("context", struct.pack("<Q", number))
    return encapsulated(0x6F, packet(item(0, b""), item(0xB2, cip)), **head)


def connected(connection, count, cip, **head):
    """E 2-4.8: SendUnitData; C 3-4.6: the count joins request and answer."""
    data = struct.pack("<H", count) + cip
    return encapsulated(0x70, packet(item(0xA1, struct.pack("<I", connection)), item(0xB1, data)), **head)


def io(connection, sequence, data):
    """E 2-6.3: a packet of an I/O connection, over UDP."""
    address = struct.pack("<II", connection, sequence)
    return struct.pack("<H", 2) + item(0x8002, address) + item(0xB1, data)


def object_path(class_id, instance=None, attribute=None):
    """C C-1.4.2: logical segments of 8 or 16 bits."""
    out = b""
    for segment, value in ((0x20, class_id), (0x24, instance), (0x30, attribute)):
        if value is not None:
            out += bytes([segment, value]) if value < 256 else struct.pack("<BBH", segment + 1, 0, value)
    return out


def tag_path(name, *members):
    """C C-1.4.4, L: symbolic segments, then members of an array."""
    out = b""
    for part in name.split("."):
        text = part.encode()
        out += bytes([0x91, len(text)]) + text + b"\0" * (len(text) % 2)
    return out + b"".join(bytes([0x28, number]) for number in members)


def request(service, path, data=b""):
    """C 2-4.1"""
    return bytes([service, len(path) // 2]) + path + data


def answer(service, data=b"", status=0, extended=()):
    """C 2-4.2"""
    head = bytes([service | 0x80, 0, status, len(extended)])
    return head + b"".join(struct.pack("<H", word) for word in extended) + data


def carried(cip, slot, port_number=1):
    """C 3-5.5.4: Unconnected_Send, to a slot of the backplane."""
    pad = b"\0" * (len(cip) % 2)
    body = struct.pack("<BBH", 10, 240, len(cip)) + cip + pad + bytes([1, 0, port_number, slot])
    return request(0x52, object_path(6, 1), body)


def multiple(*services, status=None):
    """C A-4.10: a count, offsets from it, the services."""
    offset, offsets = 2 + 2 * len(services), b""
    for service in services:
        offsets += struct.pack("<H", offset)
        offset += len(service)
    body = struct.pack("<H", len(services)) + offsets + b"".join(services)
    return request(0x0A, object_path(2, 1), body) if status is None else answer(0x0A, body, status)


def triad(serial):
    """C 3-5.4.1.4: what names a connection: its serial, the originator's vendor and serial number."""
    return struct.pack("<HHI", serial, 77, 0x00C0FFEE)


def forward_open(serial, t_o_id, path, transport, interval_us, o_t, t_o):
    """C 3-5.5.2; o_t and t_o are network parameters of 16 bits (C 3-5.4.1.1)."""
    body = struct.pack("<BBII", 10, 14, 0, t_o_id) + triad(serial)
    body += struct.pack("<BxxxIHIHBB", 1, interval_us, o_t, interval_us, t_o, transport, len(path) // 2)
    return request(0x54, object_path(6, 1), body + path)


def opened(serial, o_t_id, t_o_id, interval_us):
    body = struct.pack("<II", o_t_id, t_o_id) + triad(serial)
    return answer(0x54, body + struct.pack("<IIBB", interval_us, interval_us, 0, 0))


def forward_close(serial, path):
    """C 3-5.5.3"""
    return request(0x4E, object_path(6, 1), bytes([10, 14]) + triad(serial) + bytes([len(path) // 2, 0]) + path)


def closed(serial):
    return answer(0x4E, triad(serial) + b"\0\0")


def identity(product=b"1756-L61/B LOGIX5561", serial=0x00C0A811, code=54, kind=14):
    """C 5-2.2: the attributes of the Identity object, as Get_Attributes_All answers them."""
    return struct.pack("<HHHBBHIB", 1, kind, code, 20, 11, 0x3060, serial, len(product)) + product


def identity_item(address, **what):
    """E 2-4.3: version, socket address, identity, state."""
    place = struct.pack(">HH4s8x", 2, port, bytes(int(part) for part in address.split(".")))
    return item(0x0C, struct.pack("<H", 1) + place + identity(**what) + b"\x03")


def pccc(command, function, data=b"", number=1):
    """C: class 0x67, service 0x4b; D 7: requestor's id, command, status, transaction, function."""
    head = bytes([7]) + struct.pack("<HI", 77, 0x00C0FFEE)
    body = head + struct.pack("<BBHB", command, 0, number, function) + data
    return request(0x4B, object_path(0x67, 1), body)


def pccc_answer(command, data=b"", number=1, status=0):
    head = bytes([7]) + struct.pack("<HI", 77, 0x00C0FFEE)
    return answer(0x4B, head + struct.pack("<BBH", command | 0x40, status, number) + data)


class Talk:
    """A session of a client with a controller on a tape."""

    def __init__(self, tcp):
        self.tcp, self.number = tcp, 0

    def start(self):
        version = struct.pack("<HH", 1, 0)
        self.tcp.open()
        self.tcp.exchange(encapsulated(0x65, version, handle=0), encapsulated(0x65, version))

    def ask(self, cip, reply, think_ms=3.0):
        self.number += 1
        self.tcp.exchange(unconnected(cip, self.number), unconnected(reply, self.number), think_ms)
        self.tcp.tape.wait(40)

    def send(self, ids, cip, reply, think_ms=3.0):
        self.number += 1
        self.tcp.exchange(connected(ids[0], self.number, cip), connected(ids[1], self.number, reply), think_ms)
        self.tcp.tape.wait(40)

    def end(self):
        self.tcp.client(encapsulated(0x66))
        self.tcp.close()

"""S7comm-plus messages as bytes, for scripted captures.

Siemens publishes none of it. Layouts: D = S7CommPlusDriver, Core; W = the S7comm-plus plugin for Wireshark;
X = ITU-T X.224 under RFC 1006; I = PROFIBUS and PROFINET, Identification & Maintenance.
"""

import hashlib
import struct
from dataclasses import dataclass

from tools.mms import connect_unit, dt, parameter, tpkt
from tools.session import Host

port = 102
cpu = Host("cpu", "10.20.0.15", "02:4c:59:00:00:15")
explore, create_object, delete_object, set_variable = 0x04BB, 0x04CA, 0x04D4, 0x04F2
set_many, get_many, invoke, get_streamed, init_ssl = 0x0542, 0x054C, 0x056B, 0x0586, 0x05B3
null_session, exec_unit, program = 288, 52, 3


def number(value):
    """D S7p: seven bits an octet, most significant first."""
    out = [value & 0x7F]
    while value := value >> 7:
        out.insert(0, 0x80 | value & 0x7F)
    return bytes(out)


def signed(value):
    out = [value & 0x7F]
    rest = value
    while not -64 <= rest <= 63:
        rest >>= 7
        out.insert(0, 0x80 | rest & 0x7F)
    return bytes(out)


def long(value):
    """D S7p: of 64 bits the ninth octet has eight."""
    if value < 1 << 56:
        return number(value)
    head = value >> 8
    return bytes(0x80 | head >> 7 * i & 0x7F for i in range(7, -1, -1)) + bytes([value & 0xFF])


# D PValue: flags, type, value.
def typed(kind, content, flags=0):
    return bytes([flags, kind]) + content


def boolean(on):
    return typed(1, bytes([on]))


def usint(value):
    return typed(2, bytes([value]))


def uint(value):
    return typed(3, struct.pack("!H", value))


def udint(value):
    return typed(4, number(value))


def dint(value):
    return typed(8, signed(value))


def real(value):
    return typed(14, struct.pack("!f", value))


def timestamp(ns):
    return typed(16, struct.pack("!Q", ns))


def rid(value):
    return typed(18, struct.pack("!I", value))


def blob(content):
    return typed(20, b"\0" + number(len(content)) + content)


def text(string):
    return typed(21, number(len(string.encode())) + string.encode())


def struct_of(ident, *members):
    return typed(23, struct.pack("!I", ident) + b"".join(number(i) + value for i, value in members) + b"\0")


def addresses(*ids):
    return typed(4, number(len(ids)) + b"".join(map(number, ids)), flags=0x20)


# D PObject: start, relation id, class, flags, attribute; attributes and objects; end.
def object_of(relation, object_class, attributes=(), *inner):
    head = b"\xa1" + struct.pack("!I", relation) + number(object_class) + b"\0\0"
    body = b"".join(b"\xa3" + number(ident) + value for ident, value in attributes)
    return head + body + b"".join(inner) + b"\xa2"


qualifier = struct.pack("!I", 1256) + b"".join(
    number(ident) + value for ident, value in ((1257, rid(0)), (1258, typed(19, b"\0")), (1259, udint(0)))
) + b"\0"


# D ItemAddress: checksum of the name, area, how many ids, sub-area, ids.
def db(block, *ids, crc=0):
    return number(crc) + number(0x8A0E0000 + block) + number(len(ids) + 1) + number(2550) + b"".join(map(number, ids))


def items(*each):
    return struct.pack("!I", 0) + number(len(each)) + number(sum(5 for _ in each)) + b"".join(each)


def request(function, body, sequence, session, flags=0x34):
    return b"\x31" + struct.pack("!HHHHIB", 0, function, 0, sequence, session, flags) + body + bytes(4)


def answer(function, body, sequence, returned=0, flags=0x34):
    return b"\x32" + struct.pack("!HHHHB", 0, function, 0, sequence, flags) + long(returned) + body + bytes(4)


def notification(subscription, credit, count, *values):
    head = b"\x33" + struct.pack("!IHHHB", subscription, 0x0400, 0, 0, credit) + number(count) + b"\x01"
    return head + b"".join(b"\x92" + struct.pack("!I", ref) + value for ref, value in values) + bytes(6)


def framed(version, body, last=True):
    """W: header, in version 3 a digest, the data, behind the last piece a trailer."""
    if version == 3:
        body = b"\x20" + hashlib.sha256(body).digest() + body
    return struct.pack("!BBH", 0x72, version, len(body)) + body + (struct.pack("!BBH", 0x72, version, 0) if last else b"")


def system_event(confirmed, word=b""):
    body = struct.pack("!4I", 0, confirmed, 0, 0) + word
    return struct.pack("!BBH", 0x72, 0xFE, len(body)) + body


def identity_record(order, serial, hardware, firmware):
    """I, I&M0."""
    head = struct.pack("!HHHH", 0x20, 0x38, 0x0100, 0x2A)
    return head + order.ljust(20).encode() + serial.ljust(16).encode() + struct.pack("!H", hardware) + (
        b"V" + bytes(firmware) + bytes(6) + bytes([1, 1, 0, 14])
    )


@dataclass
class Talk:
    """A client and a CPU over one TCP session."""

    session: object
    order: str = "6ES7 515-2AM01-0AB0"
    firmware: str = "V2.6"
    number: int = 0x70000C10
    sequence: int = 0

    @property
    def tape(self):
        return self.session.tape

    def connect(self, role="ES"):
        self.session.open()
        self.tape.wait(2)
        tsap = f"SIMATIC-ROOT-{role}".encode()
        more = parameter(0xC1, b"\x06\x00") + parameter(0xC2, tsap) + parameter(0xC0, b"\x0a")
        self.session.client(tpkt(bytes([6 + len(more), 0xE0, 0, 0, 0, 21, 0]) + more))
        self.tape.wait(1)
        self.session.server(tpkt(bytes([6 + len(more), 0xD0, 0, 21, 0, 1, 0]) + more))
        self.tape.wait(2)

    def exchange(self, version, function, ask, told, returned=0, session=None, flags=0x34):
        self.sequence += 1
        own = self.number if session is None else session
        self.session.client(dt(framed(version, request(function, ask, self.sequence, own, flags))))
        self.tape.wait(4)
        self.session.server(dt(framed(version, answer(function, told, self.sequence, returned, flags))))
        self.tape.wait(1)
        self.session.client(tpkt(b"\x02\xf0\x00"))
        self.tape.wait(200)

    def open(self, host, user="", application="", role="ES"):
        """D SetNullServerSessionData; the answer tells the CPU, which the client writes back with its key."""
        self.connect(role)
        inner = object_of(211, 255, [(233, text("SubscriptionContainer"))])
        names = [(233, text("ServerSession_1C9C389")), (289, text("0.0.0.0:0")), (296, text(user))]
        names += [(297, text(application)), (298, text(host)), (299, udint(1)), (300, rid(0x01C9C389))]
        ask = struct.pack("!I", 285) + udint(0) + bytes(4) + object_of(211, 287, names, inner)
        paom = f"1;{self.order};{self.firmware}"
        version = struct_of(314, (315, udint(640)), (319, text(paom)), (321, uint(3)))
        told = b"\x02" + number(self.number) + number(self.number + 1)
        told += object_of(288, 287, [(233, text("00:1")), (301, text("OMSP_10.00")), (306, version)])
        self.exchange(1, create_object, ask, told, session=null_session, flags=0x36)
        ask = struct.pack("!I", self.number) + b"\x02\x02" + number(1830) + number(306)
        ask += b"\x01" + struct_of(1800, (1801, udint(0)), (1805, blob(hashlib.sha256(b"key").digest()))) + b"\x02" + version
        self.exchange(2, set_many, ask + b"\0" + qualifier, b"\0\x02")

    def set(self, relation, attribute, value, returned=0, version=3):
        ask = struct.pack("!I", relation) + b"\x01" + number(attribute) + value + qualifier + b"\0\x01"
        self.exchange(version, set_variable, ask, b"\x01", returned)

    def get(self, relation, attribute, value, version=3):
        ask = struct.pack("!I", relation) + addresses(attribute) + qualifier + b"\0\x01"
        self.exchange(version, get_streamed, ask, b"\0" + value + b"\x01")

    def read(self, variables, values, version=3):
        told = b"".join(number(i + 1) + value for i, value in enumerate(values))
        self.exchange(version, get_many, items(*variables) + qualifier + b"\x01", told + b"\0\0\x01")

    def write(self, variables, values, version=3, errors=()):
        given = b"".join(number(i + 1) + value for i, value in enumerate(values))
        told = b"".join(number(i) + long(code) for i, code in errors)
        self.exchange(version, set_many, items(*variables) + given + b"\0" + qualifier + b"\x01", told + b"\0\x01")

    def tell(self, body, version=3):
        self.session.server(dt(framed(version, body)))
        self.tape.wait(1)
        self.session.client(tpkt(b"\x02\xf0\x00"))

    def close(self):
        self.exchange(3, delete_object, struct.pack("!I", self.number) + qualifier, struct.pack("!I", self.number))
        self.session.server(dt(system_event(1320, b"LOGOUT")))
        self.session.close()

"""BACnet as bytes: tags, services, network and virtual link headers, and a site to talk in.

Clauses are those of ANSI/ASHRAE 135: 20.2 tags, 20.1 APDUs, 21 services, 6 network layer,
J BACnet/IP, 7 Ethernet.
"""

import struct
from dataclasses import dataclass, field

from tools import wire
from tools.session import Host, Tape

port = 47808
analog_input, analog_output, analog_value, binary_output, device, file, program, trend_log = 0, 1, 2, 4, 8, 10, 16, 20
present_value, object_name, object_list, model_name, vendor_name = 85, 77, 76, 70, 121
firmware, serial_number, location, status_flags, out_of_service = 44, 372, 58, 111, 81

operator = Host("operator", "10.20.0.30", "02:4c:59:00:00:30")  # a workstation of the building
controller = Host("controller", "10.20.0.31", "02:4c:59:00:00:31")
router = Host("router", "10.20.0.32", "02:4c:59:00:00:32")
everyone = Host("all", "10.20.0.255", "ff:ff:ff:ff:ff:ff")


# 20.2.1: a tag's number, class and length.
def tag(number, content, context=True):
    size = len(content)
    head = (number if number < 15 else 15) << 4 | context << 3 | min(size, 5)
    out = bytes([head]) + (bytes([number]) if number >= 15 else b"")
    if size >= 254:
        return out + b"\xfe" + struct.pack("!H", size) + content
    return out + (bytes([size]) if size > 4 else b"") + content


def group(number, *elements):
    return bytes([number << 4 | 0xE]) + b"".join(elements) + bytes([number << 4 | 0xF])


def octets(number):
    return number.to_bytes(max(1, (number.bit_length() + 7) // 8), "big")


def object_id(kind, instance):
    return struct.pack("!I", kind << 22 | instance)


# 20.2.1.4: application tags.
null = b"\x00"


def boolean(on):
    return bytes([0x10 | on])


def unsigned(number):
    return tag(2, octets(number), False)


def signed(number):
    return tag(3, struct.pack("!b", number), False)


def real(number):
    return tag(4, struct.pack("!f", number), False)


def string(text):
    return tag(7, b"\0" + text.encode(), False)


def octet_string(data):
    return tag(6, data, False)


def bits(text):
    size = (len(text) + 7) // 8
    return tag(8, bytes([size * 8 - len(text)]) + int(text.ljust(size * 8, "0"), 2).to_bytes(size, "big"), False)


def enumerated(number):
    return tag(9, octets(number), False)


def date(year, month, day, weekday):
    return tag(10, bytes([year - 1900, month, day, weekday]), False)


def time(hour, minute, second, hundredths=0):
    return tag(11, bytes([hour, minute, second, hundredths]), False)


def identifier(kind, instance):
    return tag(12, object_id(kind, instance), False)


# 20.1: APDUs.
def confirmed(invoke, service, *parameters, segments=False):
    return bytes([0x02 if segments else 0, 0x75 if segments else 0x05, invoke, service]) + b"".join(parameters)


def unconfirmed(service, *parameters):
    return bytes([0x10, service]) + b"".join(parameters)


def ack(invoke, service, *parameters):
    return bytes([0x30 if parameters else 0x20, invoke, service]) + b"".join(parameters)


def segment(invoke, service, sequence, more, data):
    return bytes([0x38 | more << 2, invoke, sequence, 4, service]) + data


def segment_ack(invoke, sequence, by_server=False):
    return bytes([0x40 | by_server, invoke, sequence, 4])


def error(invoke, service, error_class, code):
    return bytes([0x50, invoke, service]) + enumerated(error_class) + enumerated(code)


def reject(invoke, reason):
    return bytes([0x60, invoke, reason])


def abort(invoke, reason, by_server=True):
    return bytes([0x70 | by_server, invoke, reason])


# 6.2: the network layer.
def npdu(apdu, reply=False, to=None, source=None, message=False, hops=255):
    """to and source: (network, address); an empty address is a broadcast there."""
    control = message << 7 | (to is not None) << 5 | (source is not None) << 3 | reply << 2
    out = bytes([1, control])
    for each in (to, source):
        if each is not None:
            out += struct.pack("!HB", each[0], len(each[1])) + each[1]
    return out + (bytes([hops]) if to is not None else b"") + apdu


# J.2: the virtual link.
def bvlc(function, body, length=None):
    return struct.pack("!BBH", 0x81, function, 4 + len(body) if length is None else length) + body


# 21: parameters that several services share.
def reference(kind, instance, prop, index=None):
    out = tag(0, object_id(kind, instance)) + tag(1, octets(prop))
    return out + (tag(2, octets(index)) if index is not None else b"")


def read(invoke, kind, instance, prop, index=None, **options):
    return confirmed(invoke, 12, reference(kind, instance, prop, index), **options)


def read_ack(invoke, kind, instance, prop, value, index=None):
    return ack(invoke, 12, reference(kind, instance, prop, index), group(3, value))


def read_many(invoke, *objects):
    """objects: (type, instance, [property...])"""
    parts = [
        tag(0, object_id(kind, instance)) + group(1, *[tag(0, octets(p)) for p in properties])
        for kind, instance, properties in objects
    ]
    return confirmed(invoke, 14, *parts)


def read_many_ack(invoke, *objects):
    """objects: (type, instance, [(property, value or (class, code))...])"""
    parts = []
    for kind, instance, properties in objects:
        results = []
        for prop, value in properties:
            failed = isinstance(value, tuple)
            tail = group(5, enumerated(value[0]), enumerated(value[1])) if failed else group(4, value)
            results.append(tag(2, octets(prop)) + tail)
        parts.append(tag(0, object_id(kind, instance)) + group(1, *results))
    return ack(invoke, 14, *parts)


def write(invoke, kind, instance, prop, value, priority=None):
    tail = tag(4, octets(priority)) if priority else b""
    return confirmed(invoke, 15, reference(kind, instance, prop), group(3, value), tail)


def reinitialize(invoke, state, password=None):
    tail = tag(1, b"\0" + password.encode()) if password is not None else b""
    return confirmed(invoke, 20, tag(0, bytes([state])), tail)


def communication_control(invoke, state, minutes=None, password=None):
    out = tag(0, octets(minutes)) if minutes is not None else b""
    out += tag(1, bytes([state]))
    return confirmed(invoke, 17, out + (tag(2, b"\0" + password.encode()) if password is not None else b""))


def i_am(instance, vendor):
    return unconfirmed(0, identifier(device, instance), unsigned(1476), enumerated(0), unsigned(vendor))


@dataclass
class Site:
    """Datagrams between hosts, each from and to port 47808 (or another)."""

    tape: Tape = field(default_factory=Tape)
    udp_port: int = port
    ident: int = 1

    def raw(self, source, target, payload, wait=20):
        self.ident += 1
        datagram = wire.udp(source.ip, target.ip, self.udp_port, self.udp_port, payload)
        packet = wire.ipv4(source.ip, target.ip, wire.protocol_udp, datagram, ident=self.ident, flags=0)
        self.tape.add(wire.ether(source.mac, target.mac, wire.ethertype_ipv4, packet))
        self.tape.wait(wait)

    def say(self, me, peer, apdu, wait=20, **options):
        options.setdefault("reply", apdu[0] >> 4 == 0)
        self.raw(me, peer, bvlc(11 if peer == everyone else 10, npdu(apdu, **options)), wait)

    def exchange(self, me, peer, request, answer, wait=200):
        self.say(me, peer, request, wait=8)
        self.say(peer, me, answer, wait)

"""DNP3 messages as bytes, and conversations of a master and an outstation.

Clauses: of IEEE Std 1815-2012; A is its Annex A, the object library.
"""

import struct

from tools import edit

port = 20000  # 13: TCP and UDP

# 4.2.2: application function codes.
confirm, read, write, select, operate, direct_operate, direct_operate_no_ack = range(7)
immediate_freeze, freeze_clear, cold_restart, warm_restart = 7, 9, 13, 14
stop_application, save_configuration, enable_unsolicited, disable_unsolicited, assign_class = 18, 19, 20, 21, 22
delay_measure, record_current_time = 23, 24
open_file, close_file, delete_file, file_info, authenticate_file, abort_file, activate = 25, 26, 27, 28, 29, 30, 31
authenticate = 32
response, unsolicited_response, authenticate_response = 129, 130, 131

# 4.2.2: internal indications, first octet high.
restarted, need_time, class_1, no_function, unknown_object, parameter_error = 0x8000, 0x1000, 0x0200, 1, 2, 4

# 9.2.4: control octets, from the master with bit 80; function codes with bit 40 of the primary.
from_master = 0x80
reset_link, test_link, confirmed_data, data, link_status = 0x40, 0x42, 0x43, 0x44, 0x49
ack, status_of_link = 0x00, 0x0B


def checksum(octets):
    """9.2.4: x16+x13+x12+x11+x10+x8+x6+x5+x2+1, reflected, complemented."""
    rest = 0
    for octet in octets:
        rest ^= octet
        for _ in range(8):
            rest = rest >> 1 ^ (0xA6BC if rest & 1 else 0)
    return struct.pack("<H", rest ^ 0xFFFF)


def frame(control, destination, source, user=b"", length=None):
    """9.2.4: header of ten octets with its checksum, then blocks of sixteen with one each."""
    head = struct.pack("<BBBBHH", 5, 0x64, 5 + len(user) if length is None else length, control, destination, source)
    out = head + checksum(head)
    for at in range(0, len(user), 16):
        out += user[at : at + 16] + checksum(user[at : at + 16])
    return out


def header(group, variation, qualifier, *numbers):
    """4.2.2: object header; the range of one octet numbers, of qualifier 28 and 5B as they are there."""
    sizes = {0x28: "<H", 0x5B: "<BH", 0x01: "<HH"}
    form = sizes.get(qualifier, f"<{len(numbers)}B")
    return bytes([group, variation, qualifier]) + struct.pack(form, *numbers)


def every(*objects):
    """Headers of qualifier 06: all points of group and variation."""
    return b"".join(header(group, variation, 6) for group, variation in objects)


classes = {n: (60, n + 1) for n in range(4)}  # A.23
integrity = every(classes[1], classes[2], classes[3], classes[0])


def free(group, variation, octets):
    """Qualifier 5B: one object with its size."""
    return header(group, variation, 0x5B, 1, len(octets)) + octets


def time48(ns):
    """11.3: milliseconds since 1970."""
    return (ns // 10**6).to_bytes(6, "little")


def crob(index, code, count=1, on=100, off=0, status=0):
    """A.8.1: control code (trip-close in the two upper bits), count, on- and off-time, status."""
    return header(12, 1, 0x28, 1) + struct.pack("<HBBIIB", index, code, count, on, off, status)


def analog_output(index, value, status=0):
    """A.21.3: a float and the status."""
    return header(41, 3, 0x28, 1) + struct.pack("<HfB", index, value, status)


def attribute(variation, text):
    """A.1: type 1 is a visible string."""
    return header(0, variation, 0, 0, 0) + bytes([1, len(text)]) + text.encode()


def file_command(name, mode, size=0, request=1):
    """A.27.3: g70v3."""
    fixed = struct.pack("<HH6sHIIHHH", 26, len(name), bytes(6), 0o666, 0, size, mode, 1024, request)
    return free(70, 3, fixed + name.encode())


def file_status(handle, size=0, status=0, request=1):
    """A.27.4: g70v4."""
    return free(70, 4, struct.pack("<IIHHB", handle, size, 1024, request, status))


def file_block(handle, block, octets, last=False):
    """A.27.5: g70v5."""
    return free(70, 5, struct.pack("<II", handle, block | last << 31) + octets)


def block_status(handle, block, status=0, last=False):
    """A.27.6: g70v6."""
    return free(70, 6, struct.pack("<IIB", handle, block | last << 31, status))


class Conversation:
    """Steps of (side, wait in ms, bytes); side 0 is the master. Keeps transport and application sequence
    numbers (8.2, 4.2.2)."""

    def __init__(self, outstation=10, master=1, ns=edit.start_of_capture):
        self.outstation, self.master, self.ns = outstation, master, ns
        self.steps, self.delay = [], 0
        self.segment, self.sequence, self.event = [0, 0], 0, 0

    def wait(self, ms):
        self.delay += ms
        self.ns += ms * 10**6

    def raw(self, side, octets):
        self.steps.append((side, self.delay, octets))
        self.delay = 0

    def link(self, side, control):
        ends = (self.outstation, self.master) if side == 0 else (self.master, self.outstation)
        self.raw(side, frame(control | (from_master if side == 0 else 0), *ends))

    def frames(self, side, body, outstation=None, control=data):
        """8.2: segments of at most 249 octets behind the transport octet."""
        station = self.outstation if outstation is None else outstation
        ends = (station, self.master) if side == 0 else (self.master, station)
        out = b""
        for at in range(0, len(body), 249):
            last = at + 249 >= len(body)
            head = last << 7 | (at == 0) << 6 | self.segment[side]
            self.segment[side] = (self.segment[side] + 1) & 63
            user = bytes([head]) + body[at : at + 249]
            out += frame(control | (from_master if side == 0 else 0), *ends, user)
        return out

    def request(self, function, objects=b"", outstation=None):
        self.sequence = (self.sequence + 1) & 15
        self.raw(0, self.frames(0, bytes([0xC0 | self.sequence, function]) + objects, outstation))

    def respond(self, objects=b"", iin=0, function=response, confirmed=False):
        control = 0xC0 | confirmed << 5 | self.sequence
        self.raw(1, self.frames(1, bytes([control, function]) + struct.pack(">H", iin) + objects))
        if confirmed:
            self.wait(5)
            self.raw(0, self.frames(0, bytes([0xC0 | self.sequence, confirm])))

    def ask(self, what, objects=b"", answer=b"", iin=0, think_ms=20, **more):
        self.request(what, objects)
        self.wait(think_ms)
        self.respond(answer, iin, **more)

    def report(self, objects=b"", iin=0, confirmed=True):
        """An unsolicited response, and its confirmation; both with the bit 10."""
        body = bytes([0xD0 | confirmed << 5 | self.event, unsolicited_response]) + struct.pack(">H", iin) + objects
        self.raw(1, self.frames(1, body))
        if confirmed:
            self.wait(10)
            self.raw(0, self.frames(0, bytes([0xD0 | self.event, confirm])))
        self.event = (self.event + 1) & 15

    def on_tape(self, session):
        """Puts the steps on a scripted session that is open."""
        for side, delay, octets in self.steps:
            session.tape.wait(delay)
            session.data(side, octets)


# The points of the outstation in all captures.
def static_points():
    """A response to class 0: binary inputs, outputs, counters, analog inputs."""
    inputs = header(1, 2, 0, 0, 9) + bytes(0x81 if i % 3 == 0 else 0x01 for i in range(10))
    outputs = header(10, 2, 0, 0, 3) + bytes([0x01, 0x81, 0x01, 0x01])
    counters = header(20, 1, 0, 0, 1) + struct.pack("<BIBI", 1, 1234, 1, 99)
    analogs = header(30, 5, 0, 0, 3) + b"".join(struct.pack("<Bf", 1, 10.5 + i) for i in range(4))
    return inputs + outputs + counters + analogs

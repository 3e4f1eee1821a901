"""IEC 60870-5-104 messages as bytes, and conversations of a controlling and a controlled station.

Clauses: F = IEC 60870-5-104:2006, C = IEC 60870-5-101:2003.
"""

import struct
from datetime import datetime, timezone

from tools import edit

port = 2404  # F 5.4
unacknowledged = 8  # F 5.5: w, an S frame after so many I frames

# F 5, figures 6 to 9: the U frames.
startdt_act, startdt_con = 0x07, 0x0B
stopdt_act, stopdt_con = 0x13, 0x23
testfr_act, testfr_con = 0x43, 0x83

# C 7.2.3: cause of transmission.
periodic, background, spontaneous, initialized, request = 1, 2, 3, 4, 5
activation, activation_con, deactivation, deactivation_con, activation_term = 6, 7, 8, 9, 10
remote_command, file_transfer, interrogated, counters = 11, 13, 20, 37
unknown_type, unknown_cause, unknown_address, unknown_object = 44, 45, 46, 47


def apdu(control, asdu=b"", start=0x68, length=None):
    """F 5.1: start octet, length of what follows (at most 253), four control octets, ASDU."""
    size = len(control) + len(asdu) if length is None else length
    return bytes([start, size]) + control + asdu


def u_frame(function):
    return apdu(bytes([function, 0, 0, 0]))


def s_frame(received):
    return apdu(struct.pack("<HH", 1, received << 1))


def i_frame(asdu, sent, received, **broken):
    return apdu(struct.pack("<HH", sent << 1, received << 1), asdu, **broken)


def address(ioa):
    """C 7.2.5; three octets by F 7.1."""
    return ioa.to_bytes(3, "little")


def asdu(kind, objects, cause, station=1, originator=0, sequence=False, negative=False):
    """C 7.2.1 type, 7.2.2 structure qualifier (SQ and number), 7.2.3 cause with P/N and
    originator, 7.2.4 common address. objects: (address, element); with sequence the address of the
    first only, the others follow it."""
    head = bytes([kind, sequence << 7 | len(objects), negative << 6 | cause, originator])
    head += struct.pack("<H", station)
    if sequence:
        body = address(objects[0][0]) + b"".join(element for _, element in objects)
    else:
        body = b"".join(address(ioa) + element for ioa, element in objects)
    return head + body


def cp56(ns):
    """C 7.2.6.18: milliseconds, minute, hour, day of month and week, month, year."""
    t = datetime.fromtimestamp(ns // 10**9, timezone.utc)
    ms = t.second * 1000 + ns % 10**9 // 10**6
    day = t.isoweekday() << 5 | t.day
    return struct.pack("<HBBBBB", ms, t.minute, t.hour, day, t.month, t.year - 2000)


def single(on, quality=0):
    """C 7.2.6.1 SIQ: quality IV 80, NT 40, SB 20, BL 10."""
    return bytes([quality | bool(on)])


def double(state, quality=0):
    """C 7.2.6.2 DIQ: 1 off, 2 on."""
    return bytes([quality | state])


def normalized(value, quality=0):
    """C 7.2.6.6 NVA and 7.2.6.3 QDS (overflow 01)."""
    return struct.pack("<hB", round(value * 32768), quality)


def scaled(value, quality=0):
    """C 7.2.6.7 SVA and 7.2.6.3 QDS."""
    return struct.pack("<hB", value, quality)


def short_float(value, quality=0):
    """C 7.2.6.8 and 7.2.6.3 QDS."""
    return struct.pack("<fB", value, quality)


def counter(value, number=0):
    """C 7.2.6.9 BCR: value and sequence number."""
    return struct.pack("<iB", value, number)


def command(state, select=False, qualifier=0):
    """C 7.2.6.15 SCO, 7.2.6.16 DCO, 7.2.6.17 RCO with 7.2.6.26 QOC: S/E is 80 for select."""
    return bytes([select << 7 | qualifier << 2 | state])


def set_point(value, select=False):
    """C 7.2.6.8 and 7.2.6.39 QOS."""
    return struct.pack("<fB", value, select << 7)


class Conversation:
    """Steps of (side, wait in ms, bytes); side 0 is the controlling, 1 the controlled station.
    Keeps V(S) and V(R) of both (F 5.1) and sends S frames when w is reached."""

    def __init__(self, station=1, ns=edit.start_of_capture):
        self.station, self.ns = station, ns
        self.steps = []
        self.sent, self.heard, self.due = [0, 0], [0, 0], [0, 0]
        self.delay = 0

    def wait(self, ms):
        self.delay += ms
        self.ns += ms * 10**6

    def raw(self, side, data):
        self.steps.append((side, self.delay, data))
        self.delay = 0

    def u(self, function, side=0):
        self.raw(side, u_frame(function))

    def start(self):
        self.u(startdt_act)
        self.u(startdt_con, 1)

    def test(self, side=0):
        self.u(testfr_act, side)
        self.u(testfr_con, 1 - side)

    def stop(self):
        self.u(stopdt_act)
        self.u(stopdt_con, 1)

    def s(self, side=0):
        self.raw(side, s_frame(self.heard[side]))
        self.due[side] = 0

    def numbered(self, side, body, **broken):
        """The bytes of the next I frame of this side, counted as sent and heard."""
        frame = i_frame(body, self.sent[side], self.heard[side], **broken)
        self.sent[side] = (self.sent[side] + 1) & 0x7FFF
        self.due[side] = 0
        self.heard[1 - side] = self.sent[side]
        self.due[1 - side] += 1
        return frame

    def i(self, side, kind, objects, cause, **more):
        more.setdefault("station", self.station)
        self.raw(side, self.numbered(side, asdu(kind, objects, cause, **more)))
        if self.due[1 - side] >= unacknowledged:
            self.s(1 - side)

    def report(self, kind, objects, cause=spontaneous, **more):
        self.i(1, kind, objects, cause, **more)

    def order(self, kind, ioa, element, think_ms=20, terminate=False, refused=None, answer=True):
        """A command, its confirmation (or with refused the negative one) and its end."""
        self.i(0, kind, [(ioa, element)], activation)
        if not answer:
            return
        self.wait(think_ms)
        if refused:
            self.i(1, kind, [(ioa, element)], refused, negative=True)
            return
        self.i(1, kind, [(ioa, element)], activation_con)
        if terminate:
            self.wait(think_ms)
            self.i(1, kind, [(ioa, element)], activation_term)

    def select_and_execute(self, kind, ioa, state, pause_ms=800, make=command):
        """C 6.8: select, then execute."""
        self.order(kind, ioa, make(state, select=True))
        self.wait(pause_ms)
        self.order(kind, ioa, make(state), terminate=True)

    def interrogate(self, *reports):
        """C 6.6 and 7.3.4.1: C_IC, station interrogation (QOI 20), the reports, the end."""
        self.i(0, 100, [(0, b"\x14")], activation)
        self.wait(15)
        self.i(1, 100, [(0, b"\x14")], activation_con)
        for kind, objects, sequence in reports:
            self.report(kind, objects, interrogated, sequence=sequence)
        self.i(1, 100, [(0, b"\x14")], activation_term)

    def set_clock(self):
        """C 7.3.4.4: C_CS."""
        self.order(103, 0, cp56(self.ns))

    def on_tape(self, session):
        """Puts the steps on a scripted TCP session that is open."""
        for side, delay, data in self.steps:
            session.tape.wait(delay)
            session.data(side, data)


# The objects of the station in all captures.
breakers = [(100 + i, double(1 + i % 2)) for i in range(4)]
states = [(1 + i, single(i % 3 == 0)) for i in range(12)]
voltages = [(700 + i, short_float(10.5 + 0.25 * i)) for i in range(6)]
loads = [(800 + i, scaled(1200 + 10 * i)) for i in range(20)]

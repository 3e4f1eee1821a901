"""A merging unit publishes two sets of samples a frame, with data set, refresh time, rate and mode; a test set
publishes another stream, marked as simulated.

kind: S
expect: sv => 6
expect: sv.smpRate == 80 => 6
expect: sv.reserve1.s_bit == 1 => 2
"""

import struct

from tools.iec61850 import asdus, multicast, sv_ethertype, utc_time, value
from tools.lab import output
from tools.session import Tape, engineer, rtu

group = "01:0c:cd:04:00:02"  # IEC 61850-8-1 annex B: multicast sampled values
tape = Tape()


def members(sv_id, count):
    """IEC 61850-9-2:2011 8.5.2, in its order; mode 0 is samples per period."""
    sample = b"".join(struct.pack("!iI", 1000 * phase + count, 0) for phase in range(8))
    return (
        value(0x80, sv_id), value(0x81, b"LWMU02/LLN0$PhsMeas1"), value(0x82, struct.pack("!H", count)),
        value(0x83, struct.pack("!I", 1)), value(0x84, utc_time(tape.ns)), value(0x85, b"\2"),
        value(0x86, struct.pack("!H", 80)), value(0x87, sample), value(0x88, struct.pack("!H", 0)),
    )


for frame in range(6):
    tests = frame >= 4
    sv_id, count = (b"TESTSET", 2 * (frame - 4)) if tests else (b"LWMU02", 2 * frame)
    payload = asdus(members(sv_id, count), members(sv_id, count + 1), appid=0x4002 + tests, simulated=tests)
    multicast(tape, engineer if tests else rtu, group, sv_ethertype, payload)
    tape.wait(0.5)
tape.save(output())

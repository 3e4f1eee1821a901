"""A merging unit publishes samples over the full second, loses three of them, then its clock.

kind: S
expect: sv => 20
"""

import struct

from tools.iec61850 import multicast, sampled_values, sv_ethertype
from tools.lab import output
from tools.session import Tape, rtu

group = "01:0c:cd:04:00:01"  # IEC 61850-8-1 annex B: multicast sampled values
tape = Tape()
counts = [3990 + i for i in range(10)] + [0, 1, 2, 3, 4, 8, 9, 10, 11, 12]
for number, count in enumerate(counts):
    sample = b"".join(struct.pack("!iI", 1000 * phase + count, 0) for phase in range(8))
    multicast(tape, rtu, group, sv_ethertype, sampled_values(count, sample, synch=0 if number > 17 else 2))
    tape.wait(0.2)
tape.save(output())

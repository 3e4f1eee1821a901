"""A laptop with a node id of its own writes an object, stops a node and resets all.

kind: S
expect: epl.asnd.nmtcommand.cid == 34 => 1
expect: epl.asnd.nmtcommand.cid == 40 => 1
"""

import struct

from tools import wire
from tools.lab import output
from tools.session import Tape, laptop, rtu

ethertype = 0x88AB  # EPSG DS 301, 4.6
tape = Tape()
# DS 301 6.3.2: sequence layer, transaction, flags, command, size, index, subindex, value.
write = bytes([6, 17, 5, 5, 6, 10, 0, 0, 0, 1, 0, 1]) + struct.pack("<HHHBBI", 8, 0, 0x1006, 0, 0, 50_000)
for target, payload in (
    (rtu.mac, write),
    (rtu.mac, bytes([6, 17, 5, 4, 0x22, 0])),
    ("01:11:1e:00:00:04", bytes([6, 255, 5, 4, 0x28, 0])),
):
    tape.add(wire.ether(laptop.mac, target, ethertype, payload))
    tape.wait(200)
tape.save(output())

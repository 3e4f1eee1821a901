"""A managing node identifies a controlled node, starts it and polls it.

kind: S
expect: epl.mtyp == 4 => 6
expect: epl.asnd.nmtcommand.cid == 33 => 1
"""

import struct

from tools import wire
from tools.lab import output
from tools.session import Tape, plc, rtu

ethertype = 0x88AB  # EPSG DS 301, 4.6
tape = Tape()


def send(host, group, payload):
    tape.add(wire.ether(host.mac, group, ethertype, payload))


def cycle(state, service=0, target=0):
    """DS 301 4.6.1.1: start of cycle, then the invitation to send."""
    send(plc, "01:11:1e:00:00:01", bytes([1, 255, 240]) + bytes(19))
    send(plc, "01:11:1e:00:00:03", bytes([5, 255, 240, state, 0, 0, service, target, 0x20]))


cycle(0x1D, 1, 17)
# DS 301 7.3.3.2.1: state, version, then device type, vendor, product, revision, serial number, name.
body = bytes([0, 0, 0x1D, 0, 0x20, 0]) + bytes(16) + struct.pack("<IIIII", 0x191, 0x100006C, 7735, 2, 4711)
body += bytes(36) + b"LW-EPL-17".ljust(32, b"\0") + bytes(48)
send(rtu, "01:11:1e:00:00:04", bytes([6, 255, 17, 1]) + body)
tape.wait(5)
send(plc, rtu.mac, bytes([6, 17, 240, 4, 0x24, 0]))
tape.wait(5)
send(plc, rtu.mac, bytes([6, 17, 240, 4, 0x21, 0]))
for count in range(6):
    cycle(0xFD)
    send(plc, rtu.mac, bytes([3, 17, 240, 0, 1, 0, 0, 0]) + struct.pack("<HI", 4, count))
    send(rtu, "01:11:1e:00:00:02", bytes([4, 255, 17, 0xFD, 1, 0, 0, 0]) + struct.pack("<HI", 4, count))
    tape.wait(2)
tape.save(output())

"""Frames that are not IP: spanning tree in an 802.3 frame, LLDP, an ethertype nobody uses, MPLS,
and an 802.3 length longer than the frame.

kind: S
malformed: yes
expect: stp => 2
expect: lldp => 1
"""

import struct

from tools import wire
from tools.lab import output
from tools.session import Tape, plc

tape = Tape()


def frame(target, kind, body):
    tape.add(wire.ether(plc.mac, target, kind, body))
    tape.wait(500)


# IEEE 802.1D clause 9.3.1: a configuration BPDU behind LLC 42 42 03 (802.2), length in octets.
root = struct.pack("!H6s", 0x8000, wire.mac(plc.mac))
bpdu = struct.pack("!HBBB8sI8sHHHHH", 0, 0, 0, 0, root, 0, root, 0x8001, 0, 5120, 512, 3840)
frame("01:80:c2:00:00:00", 3 + len(bpdu), b"\x42\x42\x03" + bpdu)
# IEEE 802.1AB clause 8: chassis id, port id, time to live, system name, end.
chassis = (1, b"\x04" + wire.mac(plc.mac))
tlvs = [chassis, (2, b"\x07port-1"), (3, b"\0\x78"), (5, b"plc-11"), (0, b"")]
body = b"".join(struct.pack("!H", kind << 9 | len(value)) + value for kind, value in tlvs)
frame("01:80:c2:00:00:0e", 0x88CC, body)
frame("ff:ff:ff:ff:ff:ff", 0x9999, bytes(range(46)))
# RFC 3032 section 2.1: label 16, bottom of stack; then no IP packet.
frame("02:4c:59:00:00:01", 0x8847, struct.pack("!I", 16 << 12 | 1 << 8 | 64) + bytes(46))
frame("01:80:c2:00:00:00", 1400, b"\x42\x42\x03" + bytes(43))
tape.save(output())

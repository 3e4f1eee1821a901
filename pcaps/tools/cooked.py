"""Linux cooked headers in place of Ethernet's.

Layouts: tcpdump.org, link types LINUX_SLL and LINUX_SLL2. Packet type 0: to us, 4: sent by us.
"""

import struct

arphrd_ether = 1


def _kind(frame):
    return 1 if frame[:6] == b"\xff" * 6 else 0


def sll(frame):
    head = struct.pack("!HHH6s2x", _kind(frame), arphrd_ether, 6, frame[6:12])
    return head + frame[12:]


def sll2(frame, interface=2):
    kind = _kind(frame)
    head = struct.pack("!2s2xIHBB6s2x", frame[12:14], interface, arphrd_ether, kind, 6, frame[6:12])
    return head + frame[14:]

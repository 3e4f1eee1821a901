"""EtherCAT frames as bytes, for scripted captures.

Clauses: D = IEC 61158-4-12 (ETG.1000.4); A = IEC 61158-6-12 (ETG.1000.6).
"""

import struct

from tools import wire

ethertype = 0x88A4
group = "01:01:05:01:00:00"


def datagram(command, slave, offset, data, counter=0, index=1):
    """D 5.4; the bit that says more follow is set by frame()."""
    return struct.pack("<BBHHHH", command, index, slave, offset, len(data), 0) + data + struct.pack("<H", counter)


def frame(*datagrams):
    """D 4.4.2: length and type 1, then the datagrams."""
    body = b"".join(
        each[:7] + bytes([each[7] | (0x80 if i + 1 < len(datagrams) else 0)]) + each[8:] for i, each in enumerate(datagrams)
    )
    return struct.pack("<H", 0x1000 | len(body)) + body


def mailbox(kind, body, counter=1):
    """D 5.6: length, address of the master, priority, type and counter."""
    return struct.pack("<HHBB", len(body), 0, 0, kind | counter << 4) + body


def download(index, subindex, value):
    """A 5.6.2.1: expedited, two octets."""
    return mailbox(3, struct.pack("<HBHBHH", 2 << 12, 0x2B, index, subindex, value, 0))


def file_write(name, password=0):
    """A 5.8.3."""
    return mailbox(4, struct.pack("<BBI", 2, 0, password) + name)


def file_data(packet, data):
    """A 5.8.4."""
    return mailbox(4, struct.pack("<BBI", 3, 0, packet) + data)


def pass_through(tape, master, out, back):
    """A frame leaves the master and comes back; the first slave marks its source (D 4.4)."""
    tape.add(wire.ether(master.mac, group, ethertype, out))
    marked = f"{int(master.mac[:2], 16) ^ 2:02x}{master.mac[2:]}"
    tape.add(wire.ether(marked, group, ethertype, back))

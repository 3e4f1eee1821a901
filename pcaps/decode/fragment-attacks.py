"""Fragments made to deceive: overlaps that disagree, a header rewritten by a later fragment, a
packet longer than 65535, ends that disagree, a first fragment too short for TCP.

kind: S
malformed: yes
expect: ip.flags.mf == 1 || ip.frag_offset > 0 => 17
"""

from tools import modbus, wire
from tools.lab import output
from tools.session import Tape, laptop, plc

tape = Tape()
ident = 0x4100


def send(*parts):
    """parts: (offset, more, bytes) of one packet of the laptop to port 502."""
    global ident
    ident += 1
    for offset, more, body in parts:
        ends = laptop.ip, plc.ip
        packet = wire.ipv4(*ends, wire.protocol_tcp, body, ident, flags=more, offset=offset)
        tape.add(wire.ether(laptop.mac, plc.mac, wire.ethertype_ipv4, packet))
    tape.wait(200)


def pair(port):
    """A read and a write of register 4 in a segment each, of one connection."""
    payloads = modbus.read(3, 0, 2), modbus.write_register(4, 9000)
    flags = wire.psh | wire.ack
    return [wire.tcp(laptop.ip, plc.ip, port, 502, 1000, 2000, flags, modbus.adu(1, p))
            for p in payloads]


# RFC 791 section 3.2 leaves to the receiver which of two overlapping bytes wins: systems differ.
read, write = pair(49640)
send((0, 1, read[:24]), (16, 0, write[16:]), (24, 0, read[24:]))
read, write = pair(49641)
send((16, 0, write[16:]), (0, 1, read[:24]))
# RFC 1858 section 3: a first fragment that hides the TCP flags; section 4: offset 8 rewrites them.
read, write = pair(49642)
send((0, 1, write[:8]), (8, 0, write[8:]))
read, write = pair(49643)
send((0, 1, read[:16]), (8, 0, write[8:]))
# RFC 791 section 3.1: a total of at most 65535; this ends at 65528 + 64.
read, write = pair(49644)
send((0, 1, read[:24]), (65528, 0, bytes(64)))
# Two last fragments that end at different places.
read, write = pair(49645)
send((0, 1, read[:24]), (24, 0, read[24:]), (40, 0, bytes(24)))
# A fragment in the middle of another, with other bytes.
read, write = pair(49646)
send((0, 1, read[:32]), (8, 1, bytes(8)), (32, 0, read[32:] + bytes(8)))
tape.save(output())

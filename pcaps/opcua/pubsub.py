"""A controller publishes two datasets over UDP and over Ethernet: key frames, a delta, a keep-alive.

kind: S
stack: scripted sender
expect: udp.dstport == 4840 => 20
expect: eth.type == 0xb62c => 10
"""

import struct

from tools import wire
from tools.lab import output
from tools.opcua import int32
from tools.session import Tape, plc

group_mac, group_ip = "01:00:5e:00:02:0e", "224.0.2.14"
true = b"\x01\x01"


def dataset(kind, sequence, fields=None):
    """U 7.2.4.5.4: valid, sequence number, second flags with the kind."""
    head = struct.pack("<BBH", 0x89, kind, sequence)
    if fields is None:
        return head
    # U 7.2.4.5.5 and 7.2.4.5.6: a delta frame has an index before each value.
    body = b"".join((struct.pack("<H", index) if kind == 1 else b"") + value for index, value in fields)
    return head + struct.pack("<H", len(fields)) + body


def message(sequence, *sets):
    """U 7.2.4.4.2: publisher 2234, group 100 and its sequence number, writers 1, 2, … and sizes."""
    head = struct.pack("<BBH", 0xF1, 0x01, 2234) + struct.pack("<BHH", 0x09, 100, sequence)
    writers = struct.pack(f"<B{len(sets)}H", len(sets), *range(1, len(sets) + 1))
    sizes = struct.pack(f"<{len(sets)}H", *map(len, sets)) if len(sets) > 1 else b""
    return head + writers + sizes + b"".join(sets)


tape = Tape()
for number in range(20):
    level = [(0, int32(40 + number % 3)), (1, true)]
    first = dataset(1, number, level[:1]) if number % 5 == 4 else dataset(0, number, level)
    payload = message(number, first, dataset(3, number // 5))
    segment = wire.udp(plc.ip, group_ip, 4840, 4840, payload)
    packet = wire.ipv4(plc.ip, group_ip, wire.protocol_udp, segment, ident=number, ttl=1)
    tape.add(wire.ether(plc.mac, group_mac, wire.ethertype_ipv4, packet))
    if number % 2:
        tape.add(wire.ether(plc.mac, group_mac, 0xB62C, message(number, first)))  # U 7.3.3
    tape.wait(100)
tape.save(output())

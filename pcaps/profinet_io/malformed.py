"""Calls whose lengths lie, with good reads between.

kind: S
malformed: yes
expect: pn_io.opnum == 2 => 12
"""

from tools import profinet
from tools.lab import output
from tools.session import Tape, laptop, rtu

tape = Tape()
relation = bytes.fromhex("4c590002000040008000020000000077")
activity = bytes.fromhex("4c59b001000010008000024c59000077")
station = profinet.object_uuid(0x0313, 0x002A)
number = 0


def send(opnum, body, **broken):
    global number
    call = profinet.rpc(0, "device", opnum, activity, number, body, station, **broken)
    tape.add(profinet.datagram(laptop, rtu, 53001, profinet.port, call))
    tape.wait(20)
    number += 1


good = profinet.arguments(profinet.access(0x0009, relation, 0, 0, 1, 0xF830, 4096))
record = profinet.access(0x0008, relation, 0, 2, 1, 128, 4) + b"\1\2\3\4"
cases = [
    # C706 12.5.3: the body is said to be longer than the datagram.
    (profinet.write, profinet.arguments(record), {"length": 4000}),
    # IEC 61158-6-10 4.10.3.2.8: the array is said to be longer than the body.
    (profinet.write, profinet.arguments(record)[:-8], {}),
    # 5.2.1: a block's length past the end; a record longer than what follows.
    (profinet.write, profinet.arguments(b"\x00\x08\x0f\x00" + record[4:]), {}),
    (profinet.write, profinet.arguments(record[:-2]), {}),
    # An operation that the interface does not have.
    (77, profinet.arguments(record), {}),
    # A piece without its beginning.
    (profinet.write, profinet.arguments(record), {"flags": profinet.fragment, "number": 3}),
]
for opnum, body, broken in cases:
    send(profinet.read, good)
    send(opnum, body, **broken)
    send(profinet.read, good)
tape.save(output())

"""Messages that break the header, the integrity part, values or lengths between good reads, one session each.

kind: S
malformed: yes
expect: tcp.flags.syn == 1 && tcp.flags.ack == 0 => 8
"""

import struct

from tools import s7plus
from tools.lab import output
from tools.s7plus import dint, dt, framed, qualifier, request
from tools.session import Tape, TcpSession, laptop

stop = struct.pack("!I", s7plus.exec_unit) + b"\x01" + s7plus.number(2167)
deep = b"".join(b"\0\x17\0\0\0\x01\x01" for _ in range(40))


def body(content):
    return request(s7plus.set_variable, content, 9, 0x70000C10)


bare = body(stop + dint(1) + qualifier)
cases = [
    # W: the versions known are 1, 2, 3 and 0xfe.
    dt(struct.pack("!BBH", 0x72, 9, 0)),
    # W: the length reaches past the unit.
    dt(struct.pack("!BBH", 0x72, 3, 900) + bytes(20)),
    # W: version 3 promises a digest; here a stop comes without.
    dt(struct.pack("!BBH", 0x72, 3, len(bare)) + bare + b"\x72\x03\0\0"),
    # D Opcode: 0x45 is none.
    dt(framed(2, b"\x45" + bytes(14))),
    # D PValue: there is no type 0x7e.
    dt(framed(3, body(stop + b"\0\x7e\x01"))),
    # A stop cut before its value.
    dt(framed(3, body(stop + b"\0\x08")[:-4])),
    # D ValueStruct: structures deeper than any object has.
    dt(framed(3, body(stop + deep))),
    # W: what ends a message is no trailer.
    dt(framed(3, bare)[:-2] + b"\x07\x07"),
]
tape = Tape()
for number, bad in enumerate(cases):
    talk = s7plus.Talk(TcpSession(tape, laptop, s7plus.cpu, s7plus.port, 50800 + number))
    talk.connect()
    talk.sequence = 20
    talk.read([s7plus.db(1, 9)], [s7plus.uint(7)])
    talk.session.client(bad)
    tape.wait(40)
    talk.session.acknowledge(1)
    tape.wait(100)
    talk.read([s7plus.db(1, 9)], [s7plus.uint(7)])
    talk.session.close()
    tape.wait(300)
tape.save(output())

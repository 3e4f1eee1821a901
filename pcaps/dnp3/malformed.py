"""Frames that break a layer, between good polls, one session each; no outstation acts on them.

kind: S
stack: scripted ends
malformed: yes
expect: tcp.flags.syn == 1 && tcp.flags.ack == 0 => 17
expect: dnp.data_chunk.CRC.status == 0 => 1
"""

import struct

from tools import dnp3
from tools.lab import output
from tools.session import Tape, TcpSession, rtu, scada


def request(objects, function=dnp3.direct_operate, control=0xC5):
    return bytes([0xC5, control, function]) + objects


def user(octets, **broken):
    return dnp3.frame(dnp3.data | dnp3.from_master, 10, 1, octets, **broken)


good = user(request(dnp3.crob(5, 0x41)))
cases = [
    # 9.2.4: checksum of the header, of the second block; no user data; an unknown link function; a
    # reserved address.
    good[:8] + bytes([good[8] ^ 1]) + good[9:],
    good[:-1] + bytes([good[-1] ^ 1]),
    user(b""),
    dnp3.frame(0xC7, 10, 1),
    dnp3.frame(dnp3.link_status | dnp3.from_master, 0xFFF5, 1),
    # 8.2: the second and the fourth segment of a message.
    dnp3.frame(0xC4, 10, 1, bytes([0x41]) + request(b"")[1:]) + dnp3.frame(0xC4, 10, 1, bytes([0x83, 0, 0])),
    # 4.2.2: the application header cut; a function that is not assigned.
    user(bytes([0xC5, 0xC5])),
    user(request(b"", function=70)),
    # 4.2.2: two commands said, one there; a range that runs backwards; a reserved range code; an index
    # before objects of a range; objects that have no octets.
    user(request(dnp3.header(12, 1, 0x28, 2) + dnp3.crob(5, 0x41)[5:])),
    user(request(dnp3.header(1, 0, 0, 9, 3), function=dnp3.read)),
    user(request(dnp3.header(1, 0, 0x0A), function=dnp3.read)),
    user(request(dnp3.header(1, 0, 0x10, 1, 2), function=dnp3.read)),
    user(request(dnp3.header(112, 0, 1, 0, 0xFFFF), function=dnp3.write)),
    # A: no such group; A.8: a reserved operation.
    user(request(dnp3.header(200, 1, 0x17, 1) + bytes([5, 0]))),
    user(request(dnp3.crob(5, 0x4B))),
    # 9.2.4: an outstation that asks, by its direction bit.
    dnp3.frame(dnp3.data, 10, 1, request(b"", function=dnp3.warm_restart)),
    # A.27: a name that reaches past its object.
    user(request(dnp3.free(70, 3, struct.pack("<HH", 26, 200) + bytes(22) + b"a"), function=dnp3.delete_file)),
]

tape = Tape()
for number, broken in enumerate(cases):
    talk = dnp3.Conversation()
    talk.ask(dnp3.read, dnp3.every(dnp3.classes[1]))
    talk.wait(200)
    talk.raw(0, broken)
    talk.wait(200)
    talk.ask(dnp3.read, dnp3.every(dnp3.classes[1]))
    session = TcpSession(tape, scada, rtu, dnp3.port, 49850 + number)
    session.open()
    talk.on_tape(session)
    session.close()
    tape.wait(300)
tape.save(output())

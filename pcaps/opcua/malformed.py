"""Messages that break the transport or the encoding, between good reads, one connection each.

kind: S
malformed: yes
stack: scripted both ends
expect: tcp.flags.syn == 1 && tcp.flags.ack == 0 => 9
expect: opcua.servicenodeid.numeric == 634 => 14+
"""

import struct

from tools import opcua
from tools.lab import output
from tools.opcua import array, int32, node, text, u32
from tools.session import Tape, TcpSession, laptop, plc

one = node("Pump1.Level", 2) + u32(13) + text(None) + b"\0\0" + text(None)
reads = struct.pack("<dI", 0, 2)
written = node("Pump1.Level", 2) + u32(13) + text(None)


def good(talk):
    talk.ask(631, reads + array([one]), 634, array([b"\x01" + int32(7)]) + text(None))


# Each: what the client sends, made from the talk.
cases = [
    # S 5.11.2: two thousand million nodes said, one there.
    lambda t: t.chunk(0, t.request(631, reads + u32(0x7FFFFFFF) + one)),
    # P 5.2.2.4: a name longer than its message.
    lambda t: t.chunk(0, t.request(631, reads + u32(1) + b"\x03\x02\0" + u32(5000) + b"Pump")),
    # P 5.2.2.9: 9 is no encoding of a node id.
    lambda t: t.chunk(0, t.request(631, reads + u32(1) + b"\x09" + one[1:])),
    # P 5.2.2.16: a variant in a variant, three hundred times.
    lambda t: t.chunk(0, t.request(673, u32(1) + written + b"\x01" + b"\x18" * 300 + int32(1))),
    # P 6.7.2.4: the sequence number jumps.
    lambda t: t.chunk(0, t.request(631, reads + array([one])), step=40),
    # P 6.7.2.2: a channel that was not opened here.
    lambda t: t.chunk(0, t.request(631, reads + array([one])), channel=77),
    # NodeIds.csv has no request 4242.
    lambda t: t.chunk(0, t.request(4242, b"")),
    # Octets behind the last field.
    lambda t: t.chunk(0, t.request(631, reads + array([one]) + b"\0\0\0")),
    # P 6.7.2.1: a message is begun twice and the first never ended.
    lambda t: t.chunk(0, t.request(631, reads), b"MSGC") + t.chunk(0, t.request(631, reads + array([one]))),
]

tape = Tape()
for number, broken in enumerate(cases):
    session = TcpSession(tape, laptop, plc, opcua.port, 49800 + number)
    talk = opcua.Conversation(session)
    talk.open()
    good(talk)
    session.client(broken(talk))
    tape.wait(20)
    session.server(talk.chunk(1, talk.response(397, b"", 0x80070000)))
    tape.wait(100)
    good(talk)
    session.close()
    tape.wait(300)
tape.save(output())

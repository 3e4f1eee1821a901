"""Long Modbus answers whose IPv4 packets come in fragments: in order, backwards, each twice, with
an overlap that agrees, interleaved with another packet's, and never complete.

kind: S
expect: ip.flags.mf == 1 || ip.frag_offset > 0 => 57
expect: modbus.func_code == 3 && ip.src == 10.20.0.11 => 6
expect: ip.fragment.overlap => 1+
"""

from tools import modbus, wire
from tools.lab import output
from tools.session import Tape, TcpSession, hmi, plc

tape = Tape()
session = TcpSession(tape, hmi, plc, 502, 49630)
session.open()
size = 64


def answer(tid, order):
    """A read of 100 registers; `order` puts the fragments of the answer on the wire."""
    session.client(modbus.adu(tid, modbus.read(3, 0, 100)))
    tape.wait(2)
    reply = modbus.adu(tid, modbus.read_words_reply(3, [tid * 256 + i for i in range(100)]))
    index = session.server(reply)
    frame = tape.packets.pop(index).data
    for piece in order(frame):
        tape.add(piece)
    tape.wait(40)
    session.acknowledge(0)
    tape.wait(500)


def overlapping(frame):
    """The second fragment again, 8 bytes earlier and 8 longer: RFC 791 section 3.2 allows it."""
    parts = wire.fragments(frame, size)
    whole = frame[34:]
    ident = int.from_bytes(frame[18:20], "big")
    body = whole[size - 8 : 2 * size + 8]
    wide = wire.ipv4(plc.ip, hmi.ip, wire.protocol_tcp, body, ident, flags=1, offset=size - 8)
    return [parts[0], frame[:14] + wide, *parts[2:]]


def interleaved(frame):
    """Another packet of the same hosts with another identification, in between; a plain UDP one."""
    other = wire.udp(plc.ip, hmi.ip, 40000, 40001, bytes(120))
    other = wire.ipv4(plc.ip, hmi.ip, wire.protocol_udp, other, ident=0x7777)
    strange = wire.fragments(frame[:14] + other, size)
    parts = wire.fragments(frame, size)
    return [parts[0], strange[0], *parts[1:3], strange[1], *parts[3:]]


answer(1, lambda frame: wire.fragments(frame, size))
answer(2, lambda frame: wire.fragments(frame, size)[::-1])
answer(3, lambda frame: [p for p in wire.fragments(frame, size) for _ in range(2)])
answer(4, overlapping)
answer(5, interleaved)
answer(6, lambda frame: wire.fragments(frame, 8))
answer(7, lambda frame: wire.fragments(frame, size)[:2])
session.close()
tape.save(output())

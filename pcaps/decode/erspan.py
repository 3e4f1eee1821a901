"""A switch's mirror session over IP (ERSPAN type II, session 12, frames of VLAN 20): the short poll, then a laptop
that writes registers with requests and answers so long that the mirror's packets come in fragments. One write
each by type III, by type III with its subheader, and by type I.

kind: R, edited
stack: libmodbus 3.1.6, client and server; the laptop and the session are scripted
expect: erspan && modbus.func_code == 3 => 12
expect: erspan && modbus.func_code == 16 => 8
expect: ip.frag_offset > 0 => 2
"""

from dataclasses import replace

from tools import modbus, pcapfile, short_poll, tunnel, wire
from tools.lab import output
from tools.session import Host, Tape, TcpSession, laptop, plc

switch = Host("switch", "10.20.9.1", "02:4c:59:00:09:01")
sensor = Host("sensor", "10.20.9.9", "02:4c:59:00:09:09")
mtu = 1500
sequence = 0


def mirrored(packet, wrap=tunnel.erspan2, **options):
    """The frame as the switch sends it, in fragments where it is too long."""
    global sequence
    sequence += 1
    carried = wrap(packet.data, **(options or dict(sequence=sequence, session=12, vlan=20)))
    frame = tunnel.over_ip(switch, sensor, tunnel.protocol_gre, carried, ident=sequence)
    pieces = [frame] if len(frame) <= 14 + mtu else wire.fragments(frame, (mtu - 20) // 8 * 8)
    return [replace(packet, data=piece, wire_length=0, ns=packet.ns + 1_000 * i) for i, piece in enumerate(pieces)]


out = [piece for packet in short_poll.packets() for piece in mirrored(packet)]

tape = Tape(out[-1].ns + 10**9)
session = TcpSession(tape, laptop, plc, 502, 49700)
session.open()
for tid in range(3):
    asked = modbus.write_registers(0, list(range(100 * tid, 100 * tid + 100)))
    session.exchange(modbus.adu(tid, asked), modbus.adu(tid, modbus.write_registers_reply(0, 100)))
# Segments as long as they may be, of many messages each.
numbers = range(10, 131)
session.client(b"".join(modbus.adu(tid, modbus.read(4, tid, 2)) for tid in numbers))
session.server(b"".join(modbus.adu(tid, modbus.read_words_reply(4, [tid, 0])) for tid in numbers))
out += [piece for packet in tape.packets for piece in mirrored(packet)]

last = Tape(out[-1].ns + 10**9)
session = TcpSession(last, laptop, plc, 502, 49701)
session.open()
session.exchange(modbus.adu(7, modbus.write_registers(0, [1, 2])), modbus.adu(7, modbus.write_registers_reply(0, 2)))
ways = [
    (tunnel.erspan3, dict(sequence=900, session=13, vlan=20)),
    (tunnel.erspan3, dict(sequence=901, session=13, vlan=20, platform=True)),
    (tunnel.erspan1, {}),
]
for i, packet in enumerate(last.packets):
    wrap, options = ways[i % len(ways)]
    carried = wrap(packet.data, **options)
    frame = tunnel.over_ip(switch, sensor, tunnel.protocol_gre, carried, ident=5000 + i)
    out.append(replace(packet, data=frame, wire_length=0))
pcapfile.write(output(), out)

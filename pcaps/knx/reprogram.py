"""A laptop opens the bus monitor, then a tunnel in which it sets keys, memory and properties of a device and
restarts it; at last it resets the interface itself.

kind: S
expect: knxip.service == 0x0420 => 5
expect: knxip.service == 0x0310 => 1
"""

from tools import knx
from tools.lab import output
from tools.session import Tape, laptop, rtu
from tools.udp import UdpSession

tape = Tape()
tape.resolve(laptop, rtu)
session = UdpSession(tape, laptop, rtu, knx.port, 50200)
knx.open_tunnel(session, layer=0x80)
session.exchange(knx.message(0x209, b"\x07\0" + knx.endpoint(laptop, 50200)), knx.message(0x20A, b"\x07\0"))
tape.wait(500)
knx.open_tunnel(session)
steps = [(0x3D1, "00ffffffff"), (0x3D3, "0312345678"), (0x282, "4000aabb"), (0x3D7, "0036100101"), (0x381, "0200")]
for sequence, (service, data) in enumerate(steps):
    knx.ask(session, sequence, knx.telegram(0x11, 0x1105, service, bytes.fromhex(data), group=False))
    tape.wait(300)
knx.ask(session, 0, b"\xf1", service=0x310)
tape.save(output())

"""A visualisation finds an interface, opens a tunnel, switches a light and reads a temperature.

kind: S
expect: knxip.service == 0x0420 => 5
"""

import struct

from tools import knx
from tools.lab import output
from tools.session import Tape, hmi, rtu
from tools.udp import UdpSession

tape = Tape()
tape.resolve(hmi, rtu)
session = UdpSession(tape, hmi, rtu, knx.port, 50100)
# KNX Standard 3.8.1, 7.5.4: device information and supported families.
block = bytes([0x36, 1, 2, 0]) + struct.pack("!HH", 0x1100, 0) + bytes.fromhex("00c501020304e000170c024c59000021")
block += b"LW-KNX-Interface".ljust(30, b"\0") + bytes([8, 2, 2, 1, 3, 1, 4, 1])
me = knx.endpoint(hmi, 50100)
session.exchange(knx.message(0x203, me), knx.message(0x204, block))
knx.open_tunnel(session)
knx.ask(session, 0, knx.telegram(0x11, 0x0A03, 0x081))
knx.tell(session, 0, knx.telegram(0x2E, 0x0A03, 0x081, source=0x11FA))
knx.ask(session, 1, knx.telegram(0x11, 0x0B04, 0x000))
knx.tell(session, 1, knx.telegram(0x2E, 0x0B04, 0x000, source=0x11FA))
knx.tell(session, 2, knx.telegram(0x29, 0x0B04, 0x040, bytes.fromhex("0c1a"), source=0x1105))
tape.wait(60_000)
session.exchange(knx.message(0x207, b"\x07\0" + me), knx.message(0x208, b"\x07\0"))
session.exchange(knx.message(0x209, b"\x07\0" + me), knx.message(0x20A, b"\x07\0"))
tape.save(output())

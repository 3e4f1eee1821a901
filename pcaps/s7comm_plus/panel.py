"""A panel sets up a session, reads variables of a data block each second, subscribes two values, writes a setpoint.

kind: S
expect: cotp.type == 0x0e => 1
expect: cotp.type == 0x0f && data.data[0:1] == 72 => 32
"""

import struct

from tools import s7plus
from tools.lab import output
from tools.s7plus import db, dint, number, object_of, real, rid, text, typed, udint, uint
from tools.session import Tape, TcpSession, hmi

tape = Tape()
tape.resolve(hmi, s7plus.cpu)
talk = s7plus.Talk(TcpSession(tape, hmi, s7plus.cpu, s7plus.port, 49731))
talk.open("HMI_Line2_4711", "HMI USER", "WinCC RT", role="HMI")
level, pump = db(6, 22, crc=0x8AD8706F), db(6, 23)
for turn in range(5):
    talk.read([level, pump], [real(41.5 + turn / 4), uint(turn % 2)])
    tape.wait(800)

# D: a subscription is an object of class 1001; its list of references names the values, its cycle is 500 ms.
references = typed(4, number(8) + bytes.fromhex("00 01") + number(0x8A0E0006) + number(2) + number(2550) + number(22) + bytes(2), 0x20)
settings = [(233, text("Subscription_1")), (1048, references), (1049, udint(500)), (1053, typed(7, struct.pack("!h", 10)))]
ask = struct.pack("!I", talk.number + 1) + udint(0) + bytes(4) + object_of(0x7FFFC001, 1001, settings)
talk.exchange(3, s7plus.create_object, ask, b"\x01" + number(talk.number + 2))
for turn in range(6):
    talk.tell(s7plus.notification(talk.number + 2, turn, turn + 1, (27, real(41.5 + turn)), (26, real(12.25))))
    tape.wait(500)
talk.set(talk.number + 2, 1053, typed(7, struct.pack("!h", 20)))
talk.write([db(6, 30)], [real(55.0)])
talk.write([db(6, 31), db(6, 99)], [dint(-2), rid(1)], errors=[(2, 0x8318890001B3FF01)])
talk.session.server(s7plus.dt(s7plus.system_event(896)))
talk.close()
tape.save(output())

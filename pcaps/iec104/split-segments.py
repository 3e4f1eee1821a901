"""APDUs cut over segments at each kind of place, and many in one segment.

kind: S
expect: iec60870_asdu.typeid == 36 => 8+
expect: iec60870_104.type == 0x01 => 1+
"""

from tools import iec104
from tools.lab import output
from tools.session import Tape, TcpSession, rtu, scada

tape = Tape()
session = TcpSession(tape, scada, rtu, iec104.port, 49540)
session.open()
talk = iec104.Conversation()
talk.start()
talk.on_tape(session)


def frame(turn):
    value = iec104.short_float(10.5 + turn) + iec104.cp56(talk.ns + turn * 10**9)
    return talk.numbered(1, iec104.asdu(36, [(700, value)], iec104.spontaneous))


# F 5.1: start octet, length, control octets (to 6), then the ASDU.
for turn, cuts in enumerate(((6,), (2,), (1,), (12,), (2, 6, 12, 15), tuple(range(1, 20)))):
    session.parts(1, frame(turn), *cuts)
    tape.wait(40)
    session.acknowledge(0)
    tape.wait(300)
session.server(b"".join(frame(10 + turn) for turn in range(5)))
tape.wait(40)
session.acknowledge(0)
tape.wait(300)
whole = b"".join(frame(20 + turn) for turn in range(3))
session.parts(1, whole, 30, 60)
tape.wait(40)
session.client(iec104.s_frame(talk.heard[0]) + iec104.u_frame(iec104.testfr_act))
session.server(iec104.u_frame(iec104.testfr_con))
session.close()
tape.save(output())

"""A station sends 20 spontaneous points before the first is acknowledged, more than k = 12 allows; transfer is
stopped, and a point comes all the same.

kind: S
expect: iec60870_asdu.typeid == 1 => 22
expect: iec60870_104.utype => 4
"""

from tools import iec104
from tools.lab import output
from tools.session import Tape, TcpSession, rtu, scada

tape = Tape()
tape.resolve(scada, rtu)
session = TcpSession(tape, scada, rtu, iec104.port, 49520)
session.open()
sent = 0


def point(ioa):
    """C 7.3.1.1 M_SP_NA_1 in an I frame (F 5.1)."""
    global sent
    asdu = iec104.asdu(1, [(ioa, b"\x01")], iec104.spontaneous)
    session.server(iec104.i_frame(asdu, sent, 0))
    sent += 1
    tape.wait(20)


session.exchange(iec104.u_frame(iec104.startdt_act), iec104.u_frame(iec104.startdt_con))  # F 5.3
point(1)
session.client(iec104.s_frame(sent))
for ioa in range(2, 22):  # F 5.1: k is 12 where nothing else is agreed
    point(ioa)
session.client(iec104.s_frame(sent))
session.exchange(iec104.u_frame(iec104.stopdt_act), iec104.u_frame(iec104.stopdt_con))
tape.wait(500)
point(30)  # F 5.3: none may come before the next STARTDT
session.close()
tape.save(output())

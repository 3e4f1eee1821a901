"""Reads whose PDUs are cut: by COTP into several DT TPDUs, by TCP inside TPKT, COTP and S7 header,
and several PDUs in one segment.

kind: S
expect: cotp.segments => 2+
expect: s7comm.param.func == 0x04 && s7comm.header.rosctr == 3 => 6+
"""

from tools import s7
from tools.lab import output
from tools.session import Tape, TcpSession, hmi, plc

tape = Tape()
talk = s7.Talk(TcpSession(tape, hmi, plc, s7.port, 49440))
talk.open(local=0x0100, remote=0x0202)
session = talk.session
ref = 100


def messages(size=60):
    global ref
    ref += 1
    ask = s7.pdu(s7.job, ref, s7.read_param(s7.item(2, 0, size)))
    answer = s7.pdu(s7.ack_data, ref, bytes([s7.read, 1]), s7.read_data(bytes([ref] * size)))
    return ask, answer


def settle():
    tape.wait(40)
    session.acknowledge(0)
    tape.wait(400)


# X 13.7.3 e): only the last DT of a TSDU has the end mark.
ask, answer = messages()
session.client(s7.dt(ask[:10], last=False))
session.client(s7.dt(ask[10:]))
tape.wait(3)
session.server(s7.dt(answer[:20], last=False) + s7.dt(answer[20:50], last=False))
session.server(s7.dt(answer[50:]))
settle()

# R 6: a TPKT has no relation to TCP segments.
for cuts in ((4,), (7,), (12,), (4, 7, 9, 20)):
    ask, answer = messages()
    session.parts(0, s7.dt(ask), *cuts)
    tape.wait(3)
    session.parts(1, s7.dt(answer), *cuts)
    settle()

pairs = [messages(8) for _ in range(3)]
session.client(b"".join(s7.dt(ask) for ask, _ in pairs))
tape.wait(3)
session.server(b"".join(s7.dt(answer) for _, answer in pairs))
settle()
session.close()
tape.save(output())

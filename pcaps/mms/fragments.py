"""MMS messages cut by COTP into several data units, by TCP within headers, and joined in one segment.

kind: S
expect: cotp.segments => 2
expect: mms.confirmedServiceRequest == 4 => 3
expect: mms.confirmedServiceResponse == 4 => 3
"""

from tools import mms
from tools.lab import output
from tools.session import Host, Tape, TcpSession, scada

ied = Host("ied", "10.20.0.31", "02:4c:59:00:00:31")
tape = Tape()
talk = mms.Talk(TcpSession(tape, scada, ied, mms.port, 50610))
talk.open()
session = talk.session


def messages(number):
    names = [f"AA1J1Q01A1LD0/GGIO1$ST$Ind{i}$stVal" for i in range(number)]
    talk.invoke += 1
    ask = mms.data(mms.request(talk.invoke, mms.read(*names)))
    values = [mms.boolean(i % 3 == 0) for i in range(number)]
    return ask, mms.data(mms.response(talk.invoke, mms.read_answer(*values)))


# X.224 13.7.3 e): only the last DT of a TSDU has the end mark.
ask, answer = messages(12)
session.client(mms.dt(ask[:3], last=False))
session.client(mms.dt(ask[3:300], last=False) + mms.dt(ask[300:]))
tape.wait(3)
session.server(mms.dt(answer[:30], last=False))
session.server(mms.dt(answer[30:]))
talk.pause()
ask, answer = messages(1)
session.parts(0, mms.dt(ask), 2, 6, 9, 14)
tape.wait(3)
session.parts(1, mms.dt(answer), 5, 20)
talk.pause()
pairs = [messages(2) for _ in range(2)]
session.client(b"".join(mms.dt(each) for each, _ in pairs))
tape.wait(3)
session.server(b"".join(mms.dt(each) for _, each in pairs))
talk.pause()
talk.close()
tape.save(output())

"""A poll with retransmissions: a request twice, an answer twice, a retransmission that carries more
than the first did (a write behind the read, which tshark does not show), and keep-alives of one
byte already sent.

kind: S
expect: tcp.analysis.retransmission || tcp.analysis.spurious_retransmission => 3+
expect: tcp.analysis.keep_alive => 2
expect: modbus.func_code == 6 => 1
"""

from tools import wire
from tools.lab import output
from tools.modbus import adu, read, read_words_reply, write_register
from tools.session import Tape, TcpSession, hmi, plc

tape = Tape()
session = TcpSession(tape, hmi, plc, 502, 49710)
session.open()


def pair(tid):
    return adu(tid, read(3, 0, 10)), adu(tid, read_words_reply(3, [tid] * 10))


def settle():
    tape.wait(40)
    session.acknowledge(0)
    tape.wait(500)


request, reply = pair(1)
session.exchange(request, reply)
settle()

request, reply = pair(2)
session.client(request)
tape.wait(210)
session.repeat(0, request)
tape.wait(2)
session.server(reply)
settle()

request, reply = pair(3)
session.client(request)
tape.wait(2)
session.server(reply)
tape.wait(210)
session.repeat(1, reply)
settle()

# The first segment is lost on the way to the controller; the retransmission takes the write behind
# it along (RFC 9293 section 3.8: segments may be put together anew).
request, reply = pair(4)
order = adu(5, write_register(4, 530))
session.client(request)
tape.wait(100)
both = session.frame(0, wire.psh | wire.ack, request + order, seq=session.next[0] - len(request))
tape.add(both)
session.next[0] += len(order)
tape.wait(2)
session.server(reply)
session.server(order)
settle()

# RFC 9293 section 3.8.4: a keep-alive repeats the octet before the next one.
for _ in range(2):
    tape.wait(5000)
    tape.add(session.frame(0, wire.ack, b"\0", seq=session.next[0] - 1))
    session.acknowledge(1)
request, reply = pair(6)
session.exchange(request, reply)
settle()
session.close()
tape.save(output())

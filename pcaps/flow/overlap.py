"""Two segments for the same place in the stream with other bytes: first a read, then a write; and
the other way round on a second connection.

kind: S
expect: tcp.analysis.retransmission || tcp.analysis.out_of_order => 2
"""

from tools import wire
from tools.lab import output
from tools.modbus import adu, read, read_words_reply, write_register
from tools.session import Tape, TcpSession, laptop, plc

tape = Tape()
harmless = adu(1, read(3, 4, 1))
order = adu(1, write_register(4, 9000))
answer = {harmless: adu(1, read_words_reply(3, [520])), order: order}

for number, (first, second) in enumerate(((harmless, order), (order, harmless))):
    session = TcpSession(tape, laptop, plc, 502, 49720 + number)
    session.open()
    place = session.next[0]
    session.client(first)
    tape.wait(1)
    tape.add(session.frame(0, wire.psh | wire.ack, second, seq=place))
    tape.wait(2)
    session.server(answer[first])
    tape.wait(40)
    session.acknowledge(0)
    session.close()
    tape.wait(500)
tape.save(output())

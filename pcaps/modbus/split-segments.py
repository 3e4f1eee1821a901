"""Messages cut over segments behind the header, several in one segment, and a retransmission.

kind: S
expect: modbus.func_code == 3 && ip.src == 10.20.0.5 => 10
expect: modbus.func_code == 16 && modbus.func_code == 3 => 2
expect: tcp.analysis.retransmission => 1
"""

from tools.lab import output
from tools.modbus import adu, read, read_words_reply, write_registers, write_registers_reply
from tools.session import Tape, TcpSession, hmi, plc

tape = Tape()
session = TcpSession(tape, hmi, plc, 502, 49210)
session.open()
tid = 0


def turn(request_cuts=(), reply_cuts=(), count=10):
    """One read; both messages cut at these offsets (MBAP header: bytes 0 to 6, T 3.1.3)."""
    global tid
    tid += 1
    session.parts(0, adu(tid, read(3, 0, count)), *request_cuts)
    tape.wait(2)
    session.parts(1, adu(tid, read_words_reply(3, [tid + i for i in range(count)])), *reply_cuts)
    tape.wait(40)
    session.acknowledge(0)
    tape.wait(500)


turn()
turn(request_cuts=(8,))
turn(request_cuts=(9, 10, 11))
turn(request_cuts=(8,), reply_cuts=(9,))
turn(reply_cuts=(8, 9, 10, 11, 12))
turn(reply_cuts=(100,), count=125)

# Three requests in one segment, the answers in one segment and in two that cut the second answer.
batch = [adu(100 + i, read(3, 10 * i, 2)) for i in range(3)]
answers = [adu(100 + i, read_words_reply(3, [i, i])) for i in range(3)]
session.client(b"".join(batch))
tape.wait(2)
session.server(b"".join(answers))
tape.wait(500)
batch = [adu(110 + i, read(3, 10 * i, 2)) for i in range(3)]
answers = [adu(110 + i, read_words_reply(3, [i, i])) for i in range(3)]
session.parts(0, b"".join(batch), 18)
tape.wait(2)
session.parts(1, b"".join(answers), 18)
tape.wait(500)

# A write and the read behind it in one segment; the segment comes twice.
pair = adu(120, write_registers(10, [5, 6])) + adu(121, read(3, 10, 2))
session.client(pair)
tape.wait(220)
session.repeat(0, pair)
tape.wait(2)
session.server(adu(120, write_registers_reply(10, 2)) + adu(121, read_words_reply(3, [5, 6])))
tape.wait(40)
session.acknowledge(0)
session.close()
tape.save(output())

"""Messages cut over segments inside the header, down to a byte each. tshark 4.0 does not follow
these: it wants eight bytes in a first segment, so its word covers the uncut messages only.

kind: S
expect: modbus.func_code == 3 => 2+
expect: tcp.len == 1 => 30+
"""

from tools.lab import output
from tools.modbus import adu, read, read_words_reply
from tools.session import Tape, TcpSession, hmi, plc

tape = Tape()
session = TcpSession(tape, hmi, plc, 502, 49211)
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
turn(request_cuts=(7,))
turn(reply_cuts=(5, 6, 7, 8, 9))
turn(request_cuts=(2, 4, 6), reply_cuts=(1,))
turn(request_cuts=tuple(range(1, 12)), reply_cuts=tuple(range(1, 29)))
turn()
session.close()
tape.save(output())

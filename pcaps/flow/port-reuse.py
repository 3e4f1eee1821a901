"""The same addresses and ports in four connections one after the other: the first is closed, the
second reset, the third left open, so that the fourth begins while the third seems to live.

kind: S
expect: tcp.flags.syn == 1 && tcp.flags.ack == 0 => 4
expect: modbus.func_code == 3 => 8
"""

from tools.lab import output
from tools.modbus import adu, read, read_words_reply
from tools.session import Tape, TcpSession, hmi, plc

tape = Tape()
for number in range(4):
    session = TcpSession(tape, hmi, plc, 502, 49740)
    session.next = [1000 + 700000 * number, 9000 + 900000 * number]
    session.open()
    request, reply = adu(1, read(3, 0, 4)), adu(1, read_words_reply(3, [number] * 4))
    session.exchange(request, reply, settle=True)
    if number == 0:
        session.close()
    elif number == 1:
        session.reset(1)
    elif number == 3:
        session.close(side=1)
    tape.wait(3000)
tape.save(output())

"""The mirror port loses frames in mid-session: the middle of a long answer, the head of a write,
then a whole exchange; each time the session goes on.

kind: S
expect: tcp.analysis.lost_segment || tcp.analysis.ack_lost_segment => 3+
expect: modbus.func_code == 6 => 2+
"""

from tools import edit, pcapfile
from tools.lab import output
from tools.modbus import adu, read, read_words_reply, write_register, write_registers
from tools.modbus import write_registers_reply
from tools.session import Tape, TcpSession, hmi, plc

tape = Tape()
session = TcpSession(tape, hmi, plc, 502, 49220)
session.open()
lost = []
tid = 0


def poll(times):
    global tid
    for _ in range(times):
        tid += 1
        reply = read_words_reply(3, [100 + i for i in range(10)])
        session.exchange(adu(tid, read(3, 0, 10)), adu(tid, reply), settle=True)
        tape.wait(950)


poll(3)

# An answer of 125 registers (A 6.3: the most one answer holds) in three segments, the middle lost.
tid += 1
session.client(adu(tid, read(3, 0, 125)))
tape.wait(2)
long_reply = adu(tid, read_words_reply(3, [0x0300 + i for i in range(125)]))
lost.append(session.parts(1, long_reply, 90, 180) + 1)
tape.wait(40)
session.acknowledge(0)
tape.wait(950)
poll(3)

# A write of 100 registers in two segments, the first with the header lost. The registers spell
# MBAP headers of function 3 (0000 0000 0006 0103): a resynchronisation must not believe them.
tid += 1
decoy = [0x0000, 0x0000, 0x0006, 0x0103] * 25
lost.append(session.parts(0, adu(tid, write_registers(200, decoy)), 60))
tape.wait(2)
session.server(adu(tid, write_registers_reply(200, 100)))
tape.wait(950)
poll(3)

# A whole exchange lost, request and answer, then a write that must be seen.
tid += 1
first = session.exchange(adu(tid, read(3, 0, 10)), adu(tid, read_words_reply(3, [1] * 10)))
lost += [first, first + 1]
tape.wait(950)
tid += 1
order = adu(tid, write_register(4, 530))
session.exchange(order, order, settle=True)
tape.wait(950)
poll(2)
session.close()
pcapfile.write(output(), edit.dropped(tape.packets, lost))

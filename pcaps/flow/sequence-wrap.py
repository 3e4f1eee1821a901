"""A poll over the end of the sequence numbers, in both directions, one message across the edge.

kind: S
expect: modbus.func_code == 3 => 12
expect: modbus.func_code == 16 => 2
"""

from tools.lab import output
from tools.modbus import adu, read, read_words_reply, write_registers, write_registers_reply
from tools.session import Tape, TcpSession, hmi, plc

tape = Tape()
session = TcpSession(tape, hmi, plc, 502, 49730)
# RFC 9293 section 3.4: arithmetic modulo 2**32.
session.next = [2**32 - 60, 2**32 - 50]
session.open()
for tid in range(1, 4):
    session.exchange(adu(tid, read(3, 0, 8)), adu(tid, read_words_reply(3, [tid] * 8)), settle=True)
    tape.wait(500)
request = adu(4, write_registers(10, list(range(20))))
session.parts(0, request, 20)
tape.wait(2)
session.server(adu(4, write_registers_reply(10, 20)))
tape.wait(500)
for tid in range(5, 8):
    session.exchange(adu(tid, read(3, 0, 8)), adu(tid, read_words_reply(3, [tid] * 8)), settle=True)
    tape.wait(500)
session.close()
tape.save(output())

"""A poll whose segments overtake each other: an answer before its first half, two requests swapped,
an acknowledgement before the data it follows.

kind: S
tshark: -o tcp.reassemble_out_of_order:TRUE
expect: tcp.analysis.out_of_order || tcp.analysis.retransmission || tcp.analysis.lost_segment => 3+
expect: modbus.func_code == 6 => 2
"""

from tools import edit, pcapfile
from tools.lab import output
from tools.modbus import adu, read, read_words_reply, write_register
from tools.session import Tape, TcpSession, hmi, plc

tape = Tape()
session = TcpSession(tape, hmi, plc, 502, 49700)
session.open()
swaps = []


def poll(tid, parts=None):
    session.client(adu(tid, read(3, 0, 100)))
    tape.wait(2)
    reply = adu(tid, read_words_reply(3, [tid * 256 + i for i in range(100)]))
    first = session.parts(1, reply, *(parts or ()))
    tape.wait(40)
    session.acknowledge(0)
    tape.wait(500)
    return first


poll(1)
first = poll(2, parts=(100,))
swaps.append((first, first + 1))
first = poll(3, parts=(60, 120))
swaps.append((first, first + 2))
# Two requests sent one behind the other.
order = adu(4, write_register(4, 530))
first = session.client(order)
session.client(adu(5, read(3, 4, 1)))
swaps.append((first, first + 1))
tape.wait(2)
session.server(order)
session.server(adu(5, read_words_reply(3, [530])))
tape.wait(500)
first = poll(6)
swaps.append((first, first + 1))
session.close()
packets = tape.packets
for pair in swaps:
    packets = edit.swapped(packets, *pair)
pcapfile.write(output(), packets)

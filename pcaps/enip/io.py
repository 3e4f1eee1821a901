"""A controller opens an I/O connection to a remote rack: its outputs and the rack's inputs run over
UDP, the inputs first; the controller's program stops, and later somebody puts an output packet of his own between.

kind: S
stack: scripted ends
expect: cip.sc == 0x54 => 2
expect: udp.port == 2222 => 33
expect: cip.sc == 0x4e => 2
"""

import struct

from tools import enip
from tools.lab import output
from tools.session import Tape, TcpSession, plc, rtu
from tools.udp import UdpSession

tape = Tape()
talk = enip.Talk(TcpSession(tape, plc, rtu, enip.port, 50300))
talk.start()
# C C-1.4.2.5: the key says vendor 1, device type 12 and product 65; then configuration 102, outputs
# 100, inputs 101 of the Assembly object. C 3-4.4.3: class 1, cyclic.
key = struct.pack("<BBHHHBB", 0x34, 4, 1, 12, 65, 2, 3)
path = bytes([1, 9]) + key + enip.object_path(4, 102) + bytes([0x2C, 100, 0x2C, 101])
out_id, in_id = 0x00E10001, 0x00E10002
talk.ask(
    enip.forward_open(9, in_id, path, 0x01, 20_000, 0x480A, 0x4806),
    enip.opened(9, out_id, in_id, 20_000),
)
cyclic = UdpSession(tape, plc, rtu, enip.io_port, enip.io_port)
for turn in range(1, 17):
    cyclic.server(enip.io(in_id, turn, struct.pack("<HHH", turn, 0x1234, turn)))
    tape.wait(12)
    # C 3-6.1.4: a word before the outputs; its first bit says run.
    run = 0 if turn > 12 else 1
    cyclic.client(enip.io(out_id, turn, struct.pack("<HIHH", turn, run, 0x00FF, 7)))
    if turn == 8:  # the same number with other outputs: somebody else sent it
        cyclic.client(enip.io(out_id, turn, struct.pack("<HIHH", turn, run, 0xFFFF, 9)))
    tape.wait(8)
talk.ask(enip.forward_close(9, path), enip.closed(9))
talk.end()
tape.save(output())

"""A connection to an assembly that somebody owns already is refused with the reason in the extended status.

kind: S
stack: scripted packets
expect: cip.sc == 0x54 => 2
expect: cip.genstat == 0x01 => 1
"""

from tools import enip
from tools.lab import output
from tools.session import Tape, TcpSession, laptop, plc

in_use = 0x0100  # CIP volume 1, 3-5.6: connection in use or duplicate forward open
tape = Tape()
talk = enip.Talk(TcpSession(tape, laptop, plc, enip.port, 50420))
talk.start()
wanted = enip.forward_open(0x31, 0x2A, enip.object_path(4, 100), 0xA3, 100_000, 0x43F4, 0x43F4)
talk.ask(wanted, enip.answer(0x54, b"\x31\0\x2a\0\1\0\0\0\0\0", 1, (in_use,)))
talk.end()
tape.save(output())

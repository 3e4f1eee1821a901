"""A client asks for one identifier after the other, forty of which do not exist, then floods the service.

kind: S
expect: udp.dstport == 2641 => 150
"""

from tools.handle import message, resolution
from tools.lab import output
from tools.session import Tape, laptop, server
from tools.udp import UdpSession

tape = Tape()
session = UdpSession(tape, laptop, server, 2641, 49370)
for number in range(40):
    ask = message(1, 0, number + 1, resolution(f"86.1/{number}"))
    session.exchange(ask, message(1, 100, number + 1, b""), think_ms=0.5)
    tape.wait(50)
for number in range(110):
    session.client(message(1, 0, 1000 + number, resolution("86.1/x")))
    tape.wait(2)
tape.save(output())

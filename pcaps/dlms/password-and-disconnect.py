"""A client signs in at a meter with its password in clear, reads the energy, and opens the relay.
tshark has no dissector for the wrapper and takes a request for a STUN message.

kind: S
malformed: yes
"""

import struct

from tools.lab import output
from tools.session import Tape, TcpSession, rtu, scada

tape = Tape()
tape.resolve(scada, rtu)
session = TcpSession(tape, scada, rtu, 4059, 50300)
session.open()


def exchange(ask, tell):
    """DLMS UA 1000-2, 7.3.3.2: version 1, source and destination port, length."""
    ask, tell = bytes.fromhex(ask), bytes.fromhex(tell)
    session.exchange(struct.pack("!HHHH", 1, 1, 1, len(ask)) + ask, struct.pack("!HHHH", 1, 1, 1, len(tell)) + tell)
    tape.wait(200)


# DLMS UA 1000-2, 9.4.2.3: context of logical names, mechanism low level, a password.
exchange(
    "601f a109060760857405080101 8b0760857405080201 ac09 8007 31323334353637".replace(" ", ""),
    "6110 a109060760857405080101 a203020100".replace(" ", ""),
)
exchange("c001c1 0003 0100010800ff 02 00".replace(" ", ""), "c401c1 00 06 000004d2".replace(" ", ""))
exchange("c301c1 0046 000060030aff 01 01 0f00".replace(" ", ""), "c701c1 00 00".replace(" ", ""))
exchange("6200", "6300")
session.close()
tape.save(output())

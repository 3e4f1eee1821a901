"""A stranger identifies a Unitronics controller, stops it, clears its operands, sets its clock, and sends what is damaged.

kind: S
expect: pcomascii.command_code == "CCS" => 2
expect: pcomascii.command_code == "CCI" => 1
"""

from tools.lab import output
from tools.pcom import ascii_message, port
from tools.session import Tape, TcpSession, laptop, plc

steps = [
    ("00ID", "00ID13T38 A00300941B"),  # N: model, hardware, version, build
    ("00UG", "00UG01"),
    ("00CCS", "00CC"),
    ("00CCI", "00CC"),
    ("00US02", "00US"),
    ("00SC0030120228112623", "00SC"),
    ("00CCE", "00CC"),
    ("00CCR", "00CC"),
]
tape = Tape()
tape.resolve(laptop, plc)
talk = TcpSession(tape, laptop, plc, port, 50990)
talk.open()
for number, (ask, told) in enumerate(steps):
    talk.exchange(ascii_message(number + 1, ask), ascii_message(number + 1, told, True))
    tape.wait(400)
talk.client(ascii_message(40, "00CCS", check=0))
tape.wait(100)
talk.client(ascii_message(41, "00ZZ"))
tape.wait(100)
talk.close()
tape.save(output())

"""An engineering station reads the identity of a CPU, takes its program, stops it, loads a block, sets the clock, starts it.

kind: S
expect: cotp.type == 0x0e => 1
"""

import struct

from tools import s7plus
from tools.lab import output
from tools.s7plus import blob, dint, framed, number, object_of, qualifier, request, text, timestamp, uint
from tools.session import Tape, TcpSession, engineer

tape = Tape()
tape.resolve(engineer, s7plus.cpu)
talk = s7plus.Talk(TcpSession(tape, engineer, s7plus.cpu, s7plus.port, 51032))
talk.open("ES-0451_7830796")
talk.get(49, 3753, blob(s7plus.identity_record("6ES7 515-2AM01-0AB0", "S C-L5XX00000001", 3, (2, 6, 0))))
talk.get(talk.number, 1842, s7plus.udint(1))
# The password is an answer to a challenge; D Legitimation.
talk.set(talk.number, 1846, blob(bytes(range(32))))
# D ExploreRequest: children of the program, with name, number and code.
ask = struct.pack("!I", s7plus.program) + b"\0\1\1\0\0" + number(3) + number(233) + number(2521) + number(2580) + b"\1"
told = struct.pack("!I", s7plus.program) + object_of(s7plus.program, 2520, [(233, text("PLCProgram"))], object_of(
    0x8A0C0001, 2578, [(233, text("Mixer")), (2521, uint(1)), (2580, blob(bytes(range(64))))]
))  # fmt: skip
talk.exchange(3, s7plus.explore, ask, told)
talk.set(s7plus.exec_unit, 2167, dint(1))

# A block is an object below the program, too long for one unit: W, pieces without a trailer but the last.
code = blob(bytes((i * 37) & 0xFF for i in range(1400)))
block = object_of(0x8A0C0001, 2578, [(233, text("Mixer")), (2521, uint(1)), (2523, uint(4)), (2580, code)])
body = request(s7plus.create_object, struct.pack("!I", s7plus.program) + s7plus.udint(0) + bytes(4) + block, 8, talk.number)
talk.sequence = 8
for at in range(0, len(body), 900):
    talk.session.client(s7plus.dt(framed(3, body[at : at + 900], last=at + 900 >= len(body))))
    tape.wait(3)
talk.session.server(s7plus.dt(framed(3, s7plus.answer(s7plus.create_object, b"\x01" + number(0x8A0C0001), 8))))
tape.wait(200)
talk.set(s7plus.exec_unit, 2421, timestamp(1772438400 * 10**9))
talk.exchange(3, s7plus.delete_object, struct.pack("!I", 0x8A0E0063) + qualifier, struct.pack("!I", 0x8A0E0063))
talk.set(s7plus.exec_unit, 2167, dint(3))
talk.close()
tape.save(output())

"""An interrogation answered with SQ = 1: one address, many elements, up to 127;
and a long one with SQ = 0.

kind: S
stack: scripted ends over TCP sockets of Linux
expect: iec60870_asdu.sq == 1 => 4
expect: iec60870_asdu.numix == 127 => 1
"""

from tools import iec104
from tools.lab import output
from tools.replay import play
from tools.session import rtu, scada

talk = iec104.Conversation()
talk.start()
many = [(1000 + i, iec104.single(i % 5 == 0)) for i in range(127)]  # C 7.2.2: at most 127
talk.interrogate(
    (1, many, True),
    (11, iec104.loads, True),
    (13, iec104.voltages, True),
    (3, iec104.breakers, True),
    # SQ = 0 with 40 addresses: an APDU length of 250, near the 253 of F 5.1.
    (9, [(740 + i, iec104.normalized(i / 40)) for i in range(40)], False),
)
talk.s()
play(rtu, iec104.port, (scada, 0, talk.steps)).save(output())

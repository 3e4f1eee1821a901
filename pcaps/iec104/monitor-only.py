"""A station reports: spontaneous values with and without time, S frames, tests of the link in both
directions. Nobody commands anything.

kind: S
stack: scripted ends over TCP sockets of Linux
expect: iec60870_asdu.typeid in {45..64, 100..106} => 0
expect: iec60870_asdu.typeid == 36 => 10+
expect: iec60870_104.type == 0x01 => 3+
"""

from tools import iec104
from tools.lab import output
from tools.replay import play
from tools.session import rtu, scada

talk = iec104.Conversation()
talk.start()
for turn in range(10):
    talk.wait(600)
    when = iec104.cp56(talk.ns)
    talk.report(36, [(700 + turn % 6, iec104.short_float(10.5 + turn / 8) + when)])
    talk.report(13, [(720, iec104.short_float(50.0 + turn / 100))], iec104.periodic)
    talk.report(9, [(740, iec104.normalized(0.25)), (741, iec104.normalized(-0.125))])
    if turn % 4 == 1:
        talk.report(30, [(3, iec104.single(turn % 8 == 1) + when)])
    if turn % 5 == 4:
        talk.wait(700)
        talk.test(side=turn % 2)
talk.s()
play(rtu, iec104.port, (scada, 0, talk.steps)).save(output())

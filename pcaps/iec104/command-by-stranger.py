"""The control center listens; a laptop connects and switches one breaker, nothing else.

kind: S
stack: scripted ends over TCP sockets of Linux
expect: ip.src == 10.20.0.77 && iec60870_asdu.typeid == 46 => 1
expect: ip.src == 10.20.0.6 && iec60870_asdu.typeid == 46 => 0
"""

from tools import iec104
from tools.lab import output
from tools.replay import play
from tools.session import laptop, rtu, scada

regular = iec104.Conversation()
regular.start()
for turn in range(4):
    regular.wait(800)
    regular.report(36, [(700, iec104.short_float(10.5 + turn) + iec104.cp56(regular.ns))])
regular.s()

strange = iec104.Conversation()
strange.start()
strange.wait(100)
strange.order(46, 6101, iec104.command(1), terminate=True)
strange.report(31, [(100, iec104.double(1) + iec104.cp56(strange.ns))], iec104.remote_command)
strange.s()
play(rtu, iec104.port, (scada, 0, regular.steps), (laptop, 1.2, strange.steps)).save(output())

"""The control center listens; a laptop connects, interrogates and commands every object address
from 6000 to 6029 off, selected and then executed, whether it was refused or not.

kind: S
stack: scripted ends over TCP sockets of Linux
expect: ip.src == 10.20.0.77 && iec60870_asdu.typeid == 45 => 60
expect: ip.src == 10.20.0.6 && iec60870_asdu.typeid == 45 => 0
expect: iec60870_asdu.nega == 1 => 24
"""

from tools import iec104
from tools.lab import output
from tools.replay import play
from tools.session import laptop, rtu, scada

known = range(6001, 6004)

regular = iec104.Conversation()
regular.start()
regular.interrogate((1, iec104.states, False))
for turn in range(4):
    regular.wait(1000)
    regular.report(36, [(700, iec104.short_float(10.5 + turn) + iec104.cp56(regular.ns))])
regular.s()

sweep = iec104.Conversation()
sweep.test()
sweep.start()
sweep.interrogate((1, iec104.states, False))
select, execute = iec104.command(0, select=True), iec104.command(0)
for ioa in range(6000, 6030):
    if ioa in known:
        sweep.order(45, ioa, select, think_ms=5)
        sweep.order(45, ioa, execute, think_ms=5, terminate=True)
    else:
        # The station leaves each tenth select and each execute of an unknown object unanswered.
        answered = ioa % 10 != 9
        sweep.order(45, ioa, select, think_ms=5, refused=iec104.unknown_object, answer=answered)
        sweep.order(45, ioa, execute, answer=False)
    sweep.wait(20)
sweep.s()
play(rtu, iec104.port, (scada, 0, regular.steps), (laptop, 1.5, sweep.steps)).save(output())

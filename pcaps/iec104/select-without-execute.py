"""Commands that do not go through: a select nobody executes, an execute nobody selected, a select
that is taken back (deactivation), refused ones (unknown object, unknown type, negative).

kind: S
stack: scripted ends over TCP sockets of Linux
expect: iec60870_asdu.typeid == 45 => 12
expect: iec60870_asdu.nega == 1 => 4
expect: iec60870_asdu.causetx == 8 => 1
"""

from tools import iec104
from tools.lab import output
from tools.replay import play
from tools.session import rtu, scada

talk = iec104.Conversation()
talk.start()
talk.wait(200)
talk.order(45, 6001, iec104.command(1, select=True))
talk.wait(3000)
talk.order(45, 6002, iec104.command(1), refused=iec104.activation_con)
talk.wait(500)
# C 6.8: break off by deactivation.
talk.order(45, 6003, iec104.command(1, select=True))
talk.wait(300)
talk.i(0, 45, [(6003, iec104.command(1, select=True))], iec104.deactivation)
talk.i(1, 45, [(6003, iec104.command(1, select=True))], iec104.deactivation_con)
talk.wait(500)
talk.order(45, 9999, iec104.command(1), refused=iec104.unknown_object)
talk.wait(200)
talk.order(46, 6101, iec104.command(2), refused=iec104.unknown_type)
talk.wait(200)
talk.order(45, 6001, iec104.command(0), answer=False)
talk.wait(200)
talk.i(1, 45, [(6001, iec104.command(0))], iec104.unknown_cause, negative=True)
talk.s()
play(rtu, iec104.port, (scada, 0, talk.steps)).save(output())

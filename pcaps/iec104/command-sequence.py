"""The control center starts, interrogates, sets the clock, then commands: single (select and
execute), double, step, three kinds of set point; counters, a read, spontaneous reports with time.

kind: S
stack: scripted ends over TCP sockets of Linux
expect: iec60870_asdu.typeid == 45 => 5
expect: iec60870_asdu.typeid == 46 => 3
expect: iec60870_asdu.typeid == 50 => 3
expect: iec60870_asdu.typeid == 100 => 2+
expect: iec60870_asdu.typeid == 103 => 2
expect: iec60870_asdu.typeid == 30 => 1+
"""

from tools import iec104
from tools.lab import output
from tools.replay import play
from tools.session import rtu, scada

talk = iec104.Conversation()
talk.start()
talk.interrogate(
    (1, iec104.states, False),
    (3, iec104.breakers, False),
    (13, iec104.voltages, False),
)
talk.s()
talk.wait(300)
talk.set_clock()
talk.wait(500)
# C 7.3.2.1 C_SC_NA_1, then the return information: C 7.3.1.22 M_SP_TB_1 with cause 11.
talk.select_and_execute(45, 6001, 1)
talk.report(30, [(1, iec104.single(1) + iec104.cp56(talk.ns))], iec104.remote_command)
talk.wait(400)
# C 7.3.2.2 C_DC_NA_1, executed at once; M_DP_TB_1 (C 7.3.1.23).
talk.order(46, 6101, iec104.command(2, qualifier=1), terminate=True)
talk.report(31, [(100, iec104.double(2) + iec104.cp56(talk.ns))], iec104.remote_command)
talk.wait(400)
# C 7.3.2.3 C_RC_NA_1: step higher.
talk.order(47, 6201, iec104.command(2), terminate=True)
talk.wait(400)
# C 7.3.2.4 C_SE_NA_1, 7.3.2.5 C_SE_NB_1, 7.3.2.6 C_SE_NC_1.
talk.order(48, 6301, iec104.normalized(0.5))
talk.order(49, 6302, iec104.scaled(1250))
talk.order(50, 6303, iec104.set_point(52.5), terminate=True)
talk.wait(200)
talk.report(36, [(700, iec104.short_float(10.75) + iec104.cp56(talk.ns))])
talk.report(36, [(701, iec104.short_float(0, quality=0x80) + iec104.cp56(talk.ns))])
talk.s()
talk.wait(300)
# C 7.3.4.2 C_CI_NA_1 (QCC 5: all counters), M_IT_NA_1 (C 7.3.1.15).
talk.order(101, 0, b"\x05")
talk.report(15, [(900, iec104.counter(123456, 1)), (901, iec104.counter(-7, 1))], iec104.counters)
talk.i(1, 101, [(0, b"\x05")], iec104.activation_term)
talk.wait(200)
# C 7.3.4.3 C_RD_NA_1: one object is asked for and reported with cause 5.
talk.i(0, 102, [(702, b"")], iec104.request)
talk.report(13, [(702, iec104.short_float(11.0))], iec104.request)
talk.wait(500)
talk.test()
talk.s()
talk.stop()
play(rtu, iec104.port, (scada, 0, talk.steps)).save(output())

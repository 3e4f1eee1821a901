"""Commands with a time tag, which the 104 standard added, and parameters: a single and a double
command, a set point, a threshold and its activation.

kind: S
stack: scripted ends over TCP sockets of Linux
expect: iec60870_asdu.typeid == 58 => 3
expect: iec60870_asdu.typeid == 59 => 3
expect: iec60870_asdu.typeid == 63 => 2
expect: iec60870_asdu.typeid == 112 => 2
expect: iec60870_asdu.typeid == 113 => 2
"""

from tools import iec104
from tools.lab import output
from tools.replay import play
from tools.session import rtu, scada

talk = iec104.Conversation()
talk.start()
talk.wait(200)
# F 8.1 C_SC_TA_1, F 8.2 C_DC_TA_1, F 8.6 C_SE_TC_1: the element of 45, 46, 50 and a CP56Time2a.
talk.order(58, 6001, iec104.command(1) + iec104.cp56(talk.ns), terminate=True)
talk.wait(400)
talk.order(59, 6101, iec104.command(2) + iec104.cp56(talk.ns), terminate=True)
talk.wait(400)
talk.order(63, 6303, iec104.set_point(-3.25) + iec104.cp56(talk.ns))
talk.wait(400)
# C 7.3.5.3 P_ME_NC_1 with C 7.2.6.24 QPM 1 (threshold); C 7.3.5.4 P_AC_NA_1, C 7.2.6.25 QPA 3.
talk.order(112, 700, iec104.short_float(0.5, quality=1))
talk.wait(200)
talk.order(113, 700, b"\x03")
talk.s()
play(rtu, iec104.port, (scada, 0, talk.steps)).save(output())

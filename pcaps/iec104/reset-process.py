"""The station is reset (C_RP, general reset), comes back with end of initialization, and is tested.

kind: S
stack: scripted ends over TCP sockets of Linux
expect: iec60870_asdu.typeid == 105 => 2
expect: iec60870_asdu.typeid == 70 => 1
"""

from tools import iec104
from tools.lab import output
from tools.replay import play
from tools.session import engineer, rtu

talk = iec104.Conversation()
talk.start()
talk.wait(300)
# C 7.3.4.6 with C 7.2.6.27 QRP 1.
talk.order(105, 0, b"\x01")
talk.wait(1500)
# C 7.3.3.1 M_EI_NA_1, C 7.2.6.21 COI 2: after remote reset.
talk.report(70, [(0, b"\x02")], iec104.initialized)
talk.wait(200)
# F 8.7 C_TS_TA_1: test sequence counter and time.
talk.order(107, 0, b"\x01\x00" + iec104.cp56(talk.ns))
talk.s()
play(rtu, iec104.port, (engineer, 0, talk.steps)).save(output())

"""APDUs that break the framing or the ASDU, between good reports, one session each.

kind: S
malformed: yes
expect: tcp.flags.syn == 1 && tcp.flags.ack == 0 => 11
expect: iec60870_asdu.typeid == 13 => 20+
"""

from tools import iec104
from tools.lab import output
from tools.session import Tape, TcpSession, rtu, scada

value = [(700, iec104.short_float(10.5))]
good = iec104.asdu(13, value, iec104.spontaneous)

# Clauses as in tools/iec104.py; each is the ASDU and what is broken in its APDU.
cases = [
    # F 5.1: the start octet is 68.
    (good, {"start": 0x67}),
    # F 5.1: a length of 2 does not hold the four control octets; of 254 is above 253.
    (b"", {"length": 2}),
    (good, {"length": 254}),
    # F 5.1: the length ends inside the element, and reaches into the next APDU.
    (good, {"length": 4 + len(good) - 3}),
    (good, {"length": 4 + len(good) + 6}),
    # C 7.2.1: type 0 is not used; 200 is in the private range.
    (iec104.asdu(0, value, iec104.spontaneous), {}),
    (iec104.asdu(200, value, iec104.spontaneous), {}),
    # C 7.2.2: 20 objects said, one present; and none said.
    (good[:1] + bytes([20]) + good[2:], {}),
    (good[:1] + bytes([0]) + good[2:9], {}),
    # C 7.2: the data unit identifier is six octets; here three.
    (good[:3], {}),
    # C 7.2.3: cause 0 is not used; C 7.2.4: common address 0 is not used.
    (iec104.asdu(13, value, 0, station=0), {}),
]

tape = Tape()
for number, (body, broken) in enumerate(cases):
    talk = iec104.Conversation()
    talk.start()
    talk.report(13, value)
    talk.wait(200)
    talk.raw(1, talk.numbered(1, body, **broken))
    talk.wait(200)
    talk.report(13, value)
    talk.wait(100)
    talk.test()
    session = TcpSession(tape, scada, rtu, iec104.port, 49500 + number)
    session.open()
    talk.on_tape(session)
    session.close()
    tape.wait(300)
tape.save(output())

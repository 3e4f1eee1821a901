"""The mirror port loses the middle of a long report, then I frames of both sides; N(S) jumps, and a
command behind the gap must be seen.

kind: S
expect: tcp.analysis.lost_segment || tcp.analysis.ack_lost_segment => 2+
expect: iec60870_asdu.typeid == 45 => 5
"""

from tools import edit, iec104, pcapfile
from tools.lab import output
from tools.session import Tape, TcpSession, rtu, scada

tape = Tape()
session = TcpSession(tape, scada, rtu, iec104.port, 49530)
session.open()
talk = iec104.Conversation(station=3)
lost = []


def flush():
    first = len(tape.packets)
    talk.on_tape(session)
    talk.steps.clear()
    return first


def reports(times):
    for turn in range(times):
        talk.wait(400)
        talk.report(36, [(700, iec104.short_float(10.5 + turn) + iec104.cp56(talk.ns))])


talk.start()
reports(3)
flush()
# 58 scaled values whose bytes spell start octets and lengths (68 04 ...): not APDUs.
decoy = [(1000 + i, b"\x68\x04\x00") for i in range(58)]
body = iec104.asdu(11, decoy, iec104.spontaneous, station=3, sequence=True)
lost.append(session.parts(1, talk.numbered(1, body), 50, 110) + 1)
session.acknowledge(0)
reports(3)
flush()
reports(2)
first = flush()
lost += [first, first + 1]
talk.wait(300)
talk.select_and_execute(45, 6001, 1)
reports(2)
talk.test(side=1)
flush()
session.close()
pcapfile.write(output(), edit.dropped(tape.packets, lost))

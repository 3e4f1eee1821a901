"""Over UDP: polls, the clock and a freeze for all stations, a command for all stations.

kind: S
stack: scripted ends
expect: udp.port == 20000 => 12
expect: dnp3.dst == 65535 => 3
expect: dnp3.al.func == 6 => 1
expect: dnp.hdr.CRC.status == 0 || dnp.data_chunk.CRC.status == 0 => 0
"""

from tools import dnp3
from tools.lab import output
from tools.session import Tape, rtu, scada
from tools.udp import UdpSession

talk = dnp3.Conversation()
for turn in range(4):
    talk.ask(dnp3.read, dnp3.every(dnp3.classes[1]), dnp3.header(2, 1, 0x17, 1) + bytes([turn, 0x81]))
    talk.wait(1000)
talk.report(dnp3.header(22, 1, 0x17, 1) + bytes([0, 1]) + (1240).to_bytes(4, "little"), confirmed=False)
talk.wait(200)
everyone = 0xFFFF  # 9.2.4
talk.request(dnp3.write, dnp3.header(50, 1, 7, 1) + dnp3.time48(talk.ns), outstation=everyone)
talk.wait(200)
talk.request(8, dnp3.every((20, 0)), outstation=everyone)  # immediate freeze without acknowledgement
talk.wait(200)
talk.request(dnp3.direct_operate_no_ack, dnp3.crob(0, 0x81), outstation=everyone)

tape = Tape()
session = UdpSession(tape, scada, rtu, dnp3.port, dnp3.port)
talk.on_tape(session)
tape.save(output())

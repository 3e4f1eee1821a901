"""The mirror port loses the middle of a long answer and later a whole exchange; then the CPU is
stopped, which must still be seen.

kind: S
expect: tcp.analysis.lost_segment || tcp.analysis.ack_lost_segment => 2+
expect: s7comm.param.func == 0x29 => 2
"""

from tools import edit, pcapfile, s7
from tools.lab import output
from tools.session import Tape, TcpSession, hmi, plc

tape = Tape()
talk = s7.Talk(TcpSession(tape, hmi, plc, s7.port, 49450))
talk.open(local=0x0100, remote=0x0102)
lost = []


def poll(times):
    for _ in range(times):
        talk.read_bytes(1, 0, bytes.fromhex("44202000 00d7"))
        talk.session.acknowledge(0)
        tape.wait(900)


poll(2)
# The data of this answer holds TPKT headers; a resynchronisation must not believe them.
decoy = (bytes.fromhex("0300001f02f08032") * 25)[:200]
reply = s7.pdu(s7.ack_data, 77, bytes([s7.read, 1]), s7.read_data(decoy))
talk.session.client(s7.dt(s7.pdu(s7.job, 77, s7.read_param(s7.item(2, 0, 200)))))
tape.wait(3)
lost.append(talk.session.parts(1, s7.dt(reply), 60, 120) + 1)
talk.session.acknowledge(0)
tape.wait(900)
poll(2)
first = len(tape.packets)
talk.read_bytes(1, 0, bytes(6))
lost += [first, first + 1]
tape.wait(900)
# W s7comm_decode_plc_controls_param_hex29.
talk.call(bytes([s7.plc_stop, 0, 0, 0, 0, 0, 9]) + b"P_PROGRAM", bytes([s7.plc_stop]))
poll(1)
talk.session.close()
pcapfile.write(output(), edit.dropped(tape.packets, lost))

"""Messages that break TPKT, COTP or S7comm, between good reads, one session each.

kind: S
malformed: yes
expect: tcp.flags.syn == 1 && tcp.flags.ack == 0 => 9
expect: s7comm.param.func == 0x04 => 20+
"""

from tools import s7
from tools.lab import output
from tools.session import Tape, TcpSession, hmi, plc

ask = s7.read_param(s7.item(1, 0, 6))
value = bytes.fromhex("44202000 00d7")
whole = s7.dt(s7.pdu(s7.job, 9, ask))

# Clauses as in tools/s7.py.
cases = [
    # R 6: the length counts the four bytes of the header, so 3 is too small and 7 the least
    # that holds a TPDU.
    s7.tpkt(b"", length=3),
    # R 6: the version is 3.
    s7.tpkt(whole[4:], version=2),
    # R 6: a length larger than what follows; the next message is taken for its rest.
    s7.tpkt(whole[4:], length=len(whole) + 5),
    # X 13.2.1: a length indicator of 200 in a packet of 31 bytes.
    s7.tpkt(bytes([200]) + whole[5:]),
    # X 13.2.2.1: TPDU code 10 is not defined.
    s7.tpkt(whole[4:5] + b"\x10" + whole[6:]),
    # W rosctr_names: 9 is none of 1, 2, 3, 7.
    s7.dt(s7.pdu(9, 9, ask)),
    # W dissect_s7comm: the parameter length reaches behind the end of the PDU.
    s7.dt(s7.pdu(s7.job, 9, ask, param_length=4000)),
    # W s7comm_decode_req_resp: the item count says 20, one item follows.
    s7.dt(s7.pdu(s7.job, 9, bytes([s7.read, 20]) + ask[2:])),
    # W dissect_s7comm: the header is ten bytes; here it ends after six.
    s7.dt(s7.pdu(s7.job, 9, ask)[:6]),
]

tape = Tape()
for number, bad in enumerate(cases):
    talk = s7.Talk(TcpSession(tape, hmi, plc, s7.port, 49430 + number))
    talk.open(local=0x0100, remote=0x0202)
    talk.read_bytes(1, 0, value)
    tape.wait(100)
    talk.session.client(bad)
    tape.wait(40)
    talk.session.acknowledge(1)
    tape.wait(100)
    talk.read_bytes(1, 0, value)
    talk.session.acknowledge(0)
    talk.session.close()
    tape.wait(300)
tape.save(output())

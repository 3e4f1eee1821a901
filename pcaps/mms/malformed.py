"""Messages that break COTP, session, presentation, BER or MMS between good reads, one session each.

kind: S
malformed: yes
expect: tcp.flags.syn == 1 && tcp.flags.ack == 0 => 12
"""

from tools import ber, mms
from tools.lab import output
from tools.mms import context, data, dt, integer, primitive, request, structure
from tools.session import Host, Tape, TcpSession, laptop

ied = Host("ied", "10.20.0.31", "02:4c:59:00:00:31")
name = "AA1J1Q01A1LD0/GGIO1$ST$Ind1$stVal"
whole = data(request(9, mms.read(name)))

deep = mms.int_value(1)
for _ in range(45):
    deep = structure(deep)

cases = [
    # X.224 13.2.1: a length indicator of 200 in a shorter packet.
    mms.tpkt(bytes([200]) + dt(whole)[5:]),
    # S 8.3: 66 is no session unit.
    dt(b"\x42\x00" + whole),
    # S 8.2.5: the parameters of the unit reach past it.
    dt(b"\x19\x7f\x11\x01"),
    # P 8.4.2: the length of the presentation data is larger than what follows.
    dt(whole[:5] + bytes([whole[5] + 40]) + whole[6:]),
    # M 7.1: the choice of PDUs ends at 13.
    dt(data(context(20, integer(9)))),
    # M 7.1: a request without its invoke id.
    dt(data(context(0, mms.read(name)))),
    # M 8.2.1: there is no service 79 nor 99.
    dt(data(request(9, primitive(99, b"")))),
    # X.690 8.1.3: the list of variables is said to be larger than the service that holds it.
    dt(data(request(9, context(4, context(1, ber.tlv(0xA0, 0, b"\x30\x03\xa0\x01\x80", said=120)))))),
    # M Write-Request: two variables, one value.
    dt(data(request(9, context(5, mms.variables(name, name), context(0, mms.boolean(True)))))),
    # M Data: a boolean of four octets.
    dt(data(request(9, mms.write((name, primitive(3, bytes(4))))))),
    # M 8.3: deeper than any nesting level that is negotiated.
    dt(data(request(9, mms.write((name, deep))))),
    # P 8.4.2: a read, and behind it in the same unit a control.
    dt(data(request(9, mms.read(name)), request(10, mms.write((name, mms.boolean(True)))))),
]

tape = Tape()
for number, bad in enumerate(cases):
    talk = mms.Talk(TcpSession(tape, laptop, ied, mms.port, 50700 + number))
    talk.open()
    talk.session.client(bad)
    tape.wait(40)
    talk.session.acknowledge(1)
    tape.wait(100)
    talk.ask(mms.read(name), mms.read_answer(mms.boolean(True)))
    talk.session.close()
    tape.wait(300)
tape.save(output())

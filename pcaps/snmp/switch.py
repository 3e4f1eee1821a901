"""A management station reads what a switch is and walks its ports again and again; an engineer renames it, a
laptop tries to and is refused; the switch reports a broken link; version 3 with a user, once in clear and once
encrypted.

kind: S
stack: scripted messages
expect: snmp.data == 0 => 2
expect: snmp.data == 2 => 9
expect: snmp.data == 3 => 2
expect: snmp.msgVersion == 3 => 4
"""

from tools import snmp
from tools.lab import output
from tools.session import Host, Tape, engineer, laptop, scada
from tools.snmp import get, get_bulk, get_next, integer, message, null, oid, pdu, response, set_, text, trap2
from tools.udp import UdpSession

switch = Host("switch", "10.20.0.3", "02:4c:59:00:00:03")
tape = Tape()
talk = UdpSession(tape, scada, switch, 161, 50161)
system = "1.3.6.1.2.1.1."
part = "1.3.6.1.2.1.47.1.1.1.1."
talk.exchange(
    message(1, "plant-ro", pdu(get, 1, (system + "1.0", null), (system + "2.0", null), (system + "5.0", null), (system + "6.0", null))),
    message(
        1,
        "plant-ro",
        pdu(
            response,
            1,
            (system + "1.0", text("Example managed switch, 8 ports")),
            (system + "2.0", oid("1.3.6.1.4.1.8691.7.1")),
            (system + "5.0", text("sw-7")),
            (system + "6.0", text("pump station 7")),
        ),
    ),
)
talk.exchange(
    message(1, "plant-ro", pdu(get_bulk, 2, (part + "9.1", null), (part + "11.1", null), (part + "13.1", null), second=3)),
    message(
        1, "plant-ro", pdu(response, 2, (part + "9.1", text("V3.4.2")), (part + "11.1", text("0042-77")), (part + "13.1", text("EX-508")))
    ),
)
for turn in range(4):
    counter = "1.3.6.1.2.1.2.2.1.10.1"
    value = bytes([0x41, 2]) + (2000 + turn).to_bytes(2, "big")
    talk.exchange(
        message(1, "plant-ro", pdu(get_next, 10 + turn, ("1.3.6.1.2.1.2.2.1.10", null))),
        message(1, "plant-ro", pdu(response, 10 + turn, (counter, value))),
    )
    tape.wait(10_000)
name = (system + "5.0", text("sw-7b"))
UdpSession(tape, engineer, switch, 161, 50162).exchange(
    message(1, "plant-rw", pdu(set_, 20, name)), message(1, "plant-rw", pdu(response, 20, name))
)
UdpSession(tape, laptop, switch, 161, 50163).exchange(
    message(0, "public", pdu(set_, 30, name)), message(0, "public", pdu(response, 30, name, second=4, third=1))
)
UdpSession(tape, switch, scada, 162, 161).client(
    message(
        1,
        "plant-ro",
        pdu(trap2, 40, (system + "3.0", b"\x43\x02\x10\0"), ("1.3.6.1.6.3.1.1.4.1.0", oid("1.3.6.1.6.3.1.1.5.3")), ("1.3.6.1.2.1.2.2.1.1.4", integer(4))),
    )
)
scoped = lambda content: snmp.sequence(text(b"\x80\0\x1f\x88\x80"), text(b""), content)
third = UdpSession(tape, scada, switch, 161, 50164)
third.exchange(
    snmp.v3(50, 4, "monitor", scoped(pdu(get, 51, (system + "5.0", null)))),
    snmp.v3(50, 0, "monitor", scoped(pdu(response, 51, (system + "5.0", text("sw-7b"))))),
)
third.exchange(snmp.v3(60, 7, "operator", text(bytes(range(64)))), snmp.v3(60, 3, "operator", text(bytes(range(72)))))
tape.save(output())

"""Messages that break the virtual link, the network header, tags and services, between good ones.

kind: S
malformed: yes
expect: udp.port == 47808 => 58
expect: bvlc => 38+
"""

from tools import bacnet as b
from tools.bacnet import controller, everyone, operator
from tools.lab import output

site = b.Site()
site.tape.resolve(operator, controller)
good = b.read(1, b.analog_input, 5, b.present_value)
head = b.reference(b.analog_output, 1, b.present_value)
deep = b"\x0e" * 40 + b"\x0f" * 40

# Each is a datagram and the clause it breaks.
cases = [
    b.bvlc(10, b.npdu(good), length=8),  # J.2: shorter than the datagram
    b.bvlc(10, b.npdu(good), length=400),  # J.2: longer
    b.bvlc(10, b""),  # 6.2: no network layer
    b.bvlc(13, b"\0\0"),  # J.2: no such function
    b.bvlc(10, b"\2\4" + good),  # 6.2.1: version 2
    b.bvlc(10, b"\1\x54" + good),  # 6.2.2: reserved bits
    b.bvlc(10, b"\1\x28\0\2\xff\1"),  # 6.2.2: an address of 255 octets
    b.bvlc(10, b.npdu(b"\x90\1\2")),  # 20.1: no such type of APDU
    b.bvlc(10, b.npdu(b.confirmed(2, 77))),  # 21: no such service
    b.bvlc(10, b.npdu(b"\0\5")),  # 20.1.2: ends before the service
    b.bvlc(10, b.npdu(b.confirmed(3, 12, b"\x0c\0\0"))),  # 20.2.1.3: content is cut
    b.bvlc(10, b.npdu(b.confirmed(4, 15, head, b"\x3e\x75\xff\xff\xff\xff\xf0A\x3f"))),  # a length of 4 GiB
    b.bvlc(10, b.npdu(b.confirmed(5, 15, head, b"\x3e\x44\x42\x70\0\0\x4f"))),  # another group's end
    b.bvlc(10, b.npdu(b.confirmed(6, 15, head, b"\x3e" + deep + b"\x3f"))),  # 40 groups in each other
    b.bvlc(10, b.npdu(b.write(7, b.analog_output, 1, b.present_value, b.real(1), 17))),  # 19.2: priority 17
    b.bvlc(10, b.npdu(good + b"\x19\1\x19\2")),  # octets behind the parameters
    b.bvlc(10, b.npdu(bytes([0x0C, 0x75, 8, 3, 4, 15]) + head)),  # 5.4: a fourth segment without a first
    b.bvlc(1, b"\x0a\x14\0"),  # J.2.2: an entry of three octets
    b"\x80\0\0\4",  # no BACnet at all
]
for number, payload in enumerate(cases):
    site.exchange(
        operator,
        controller,
        b.read(100 + number, b.analog_input, 5, b.present_value),
        b.read_ack(100 + number, b.analog_input, 5, b.present_value, b.real(21.5)),
    )
    site.raw(operator, controller, payload, wait=300)
# 5.2.1: a restart asked of everyone.
site.say(operator, everyone, b.reinitialize(9, 0))
site.tape.save(output())

"""A program signs in to a peer of AMQP 1.0, receives from one address and sends to another.

kind: S
stack: scripted frames
expect: amqp => 10+
"""

from tools import amqp
from tools.amqp import false, null, performative, symbol, terminus, text, true, zero
from tools.lab import output
from tools.session import Tape, TcpSession, scada, server

tape = Tape()
talk = TcpSession(tape, scada, server, amqp.port, 50240)
talk.open()
talk.exchange(amqp.header_sasl, amqp.header_sasl + performative(0x40, symbol("PLAIN"), kind=1))
secret = b"\0historian\0example"
init = performative(0x41, symbol("PLAIN"), b"\xa0" + bytes([len(secret)]) + secret, text("plant"), kind=1)
talk.exchange(init, performative(0x44, b"\x50\0", kind=1))
talk.exchange(amqp.header_10, amqp.header_10)
talk.exchange(performative(0x10, text("historian"), text("plant")), performative(0x10, text("broker")))
window = [b"\x52\x64"] * 2
talk.exchange(performative(0x11, null, zero, *window), performative(0x11, b"\x60\0\0", zero, *window))
talk.exchange(
    performative(0x12, text("in"), zero, true, null, null, terminus(0x28, "tank/level"), terminus(0x29, "historian")),
    performative(0x12, text("in"), zero, false, null, null, terminus(0x28, "tank/level"), terminus(0x29, "historian")),
)
talk.client(performative(0x13, zero, b"\x52\x64", zero, b"\x52\x64", zero, zero, b"\x52\x0a"))
tape.wait(500)
sections = b"\0\x53\x73\xc0" + bytes([len("tank/level") + 5, 3]) + null + null + text("tank/level")
talk.server(performative(0x14, zero, zero, b"\xa0\x01\x01", zero, true, more=sections + b"\0\x53\x77" + text("3.25")))
talk.client(performative(0x15, true, zero, zero, true))
tape.wait(500)
talk.exchange(performative(0x18), performative(0x18))
talk.close()
tape.save(output())

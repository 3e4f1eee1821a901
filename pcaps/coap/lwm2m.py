"""A meter registers at its LwM2M server, which reads it, sends firmware in blocks, has it installed and
restarts the meter; then a few malformed messages from a laptop.

kind: S
malformed: yes
stack: scripted messages
expect: coap.code == 2 => 3
expect: coap.opt.block_number => 2+
"""

from tools import coap
from tools.coap import ack, con, message, path
from tools.lab import output
from tools.session import Tape, laptop, rtu, scada
from tools.udp import UdpSession

tape = Tape()
talk = UdpSession(tape, rtu, scada, coap.port, coap.port)
register = [*path("rd"), *((coap.uri_query, q) for q in ("ep=meter-7", "lt=300", "lwm2m=1.1")), (coap.content_format, 40)]
talk.exchange(
    message(con, coap.post, 1, b"\x01", register, b"</3/0>,</5/0>"),
    message(ack, coap.created, 1, b"\x01", [(8, "rd"), (8, "7")]),
)
tape.wait(500)


def order(code, ident, where, answer, options=(), payload=b"", said=b""):
    """The server asks its client, over the flow the client opened."""
    token = bytes([0x80 + ident])
    talk.server(message(con, code, ident, token, [*path(where), *options], payload))
    tape.wait(3)
    talk.client(message(ack, answer, ident, token, (), said))
    tape.wait(500)


order(coap.get, 2, "3/0/3", coap.content, said=b"2.1.0")
# RFC 7959 section 2.2: number, more, size exponent 2 for 64 octets.
order(coap.put, 3, "5/0/0", 0x5F, [(coap.block1, 0 << 4 | 8 | 2)], bytes(64))
order(coap.put, 4, "5/0/0", coap.changed, [(coap.block1, 1 << 4 | 2)], bytes(20))
order(coap.post, 5, "5/0/2", coap.changed)
order(coap.post, 6, "3/0/4", coap.changed)
stranger = UdpSession(tape, laptop, rtu, coap.port, 49160)
for wrong in (
    message(con, coap.get, 0x11, b"", path("a")) + b"\xff",  # RFC 7252 section 3: a marker without a payload
    message(con, coap.get, 0x12, b"", [(7, b"\1\2\3")]),  # Uri-Port of three octets
    message(con, coap.get, 0x13, b"", [(35, "coap://10.20.0.11/valve")]),
    b"\x49\x01\0\x10" + bytes(9),  # RFC 7252 section 3: token lengths 9 to 15 are reserved
):
    stranger.client(wrong)
    tape.wait(200)
tape.save(output())

"""A controller discovers a room device, reads and observes its temperature, sets a lamp, makes and
deletes a schedule, repeats a request that got lost, and is reset; a laptop is refused.

kind: S
stack: scripted messages
expect: coap.code == 1 => 5
expect: coap.code == 3 => 3
expect: coap.code == 69 => 5
expect: coap.code == 129 => 1
expect: coap.type == 3 => 1
"""

from tools import coap
from tools.coap import ack, con, message, non, path
from tools.lab import output
from tools.session import Tape, hmi, laptop, rtu
from tools.udp import UdpSession

tape = Tape()
talk = UdpSession(tape, hmi, rtu, coap.port, 49152)
stranger = UdpSession(tape, laptop, rtu, coap.port, 49153)

found = b'</room/temp>;rt="temperature";obs,</room/lamp>;rt="light"'
talk.exchange(
    message(con, coap.get, 1, b"\x01", path(".well-known/core")),
    message(ack, coap.content, 1, b"\x01", [(coap.content_format, 40)], found),
)
tape.wait(500)
talk.exchange(
    message(con, coap.get, 2, b"\x02", path("room/temp")),
    message(ack, coap.content, 2, b"\x02", [(coap.content_format, 0)], b"21.5"),
)
tape.wait(500)
# RFC 7641 section 3: registered with 0, then told of each change.
talk.exchange(
    message(con, coap.get, 3, b"\x03", [(coap.observe, 0), *path("room/temp")]),
    message(ack, coap.content, 3, b"\x03", [(coap.observe, 10)], b"21.5"),
)
for turn in range(2):
    tape.wait(1000)
    talk.server(message(non, coap.content, 0x4000 + turn, b"\x03", [(coap.observe, 11 + turn)], b"21.%d" % (6 + turn)))
tape.wait(500)
# RFC 7252 section 4.2: the same message again after two seconds; the answer comes later by itself.
lamp = message(con, coap.put, 4, b"\x04", path("room/lamp"), b"on")
talk.client(lamp)
tape.wait(2000)
talk.client(lamp)
tape.wait(5)
talk.server(message(ack, 0, 4))
tape.wait(800)
talk.server(message(con, coap.changed, 0x5000, b"\x04"))
talk.client(message(ack, 0, 0x5000))
tape.wait(500)
talk.exchange(
    message(con, coap.post, 5, b"\x05", [*path("schedule"), (coap.uri_query, "day=1")], b"07:00 on"),
    message(ack, coap.created, 5, b"\x05", [(8, "schedule"), (8, "1")]),
)
talk.exchange(message(con, coap.delete, 6, b"\x06", path("schedule/1")), message(ack, coap.deleted, 6, b"\x06"))
talk.exchange(message(con, coap.get, 7, b"\x07", path("room/door")), message(ack, coap.not_found, 7, b"\x07"))
talk.exchange(message(con, coap.get, 8, b"\x08", path("room/temp")), message(coap.rst, 0, 8))
tape.wait(500)
stranger.exchange(
    message(con, coap.put, 9, b"\x09", path("room/lamp"), b"off"), message(ack, coap.unauthorized, 9, b"\x09")
)
tape.save(output())

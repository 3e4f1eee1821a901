"""A gateway signs in to a broker of 0-9-1 in clear, declares an exchange and publishes; a historian
consumes; a laptop guesses a password, then signs in as guest and deletes the queue.

kind: S
stack: scripted frames
expect: amqp.method.class == 10 && amqp.method.method == 11 => 4
expect: amqp.method.class == 60 && amqp.method.method == 40 => 3
expect: amqp.method.class == 60 && amqp.method.method == 60 => 3
"""

from struct import pack

from tools import amqp
from tools.amqp import content, long, method, short, table
from tools.lab import output
from tools.session import Tape, TcpSession, laptop, rtu, scada, server

tape = Tape()


def arrive(host, sport, user, password, product, enters=True):
    """4.2.2 and the reference of class connection."""
    talk = TcpSession(tape, host, server, amqp.port, sport)
    talk.open()
    broker = table(product="ExampleMQ", version="3.1.0", platform="Linux")
    talk.exchange(amqp.header_091, method(0, 10, 10, b"\0\x09" + broker + long("PLAIN AMQPLAIN") + long("en_US")))
    secret = b"\0" + user.encode() + b"\0" + password.encode()
    entry = method(0, 10, 11, table(product=product, version="1.0") + short("PLAIN") + long(secret) + short("en_US"))
    if not enters:
        talk.exchange(entry, method(0, 10, 50, pack(">H", 403) + short("ACCESS_REFUSED") + pack(">HH", 10, 11)))
        talk.client(method(0, 10, 51))
        talk.close(1)
        return talk
    limits = pack(">HIH", 2047, 131072, 60)
    talk.exchange(entry, method(0, 10, 30, limits))
    talk.client(method(0, 10, 31, limits))
    talk.exchange(method(0, 10, 40, short("plant") + b"\0\0"), method(0, 10, 41, b"\0"))
    talk.exchange(method(1, 20, 10, b"\0"), method(1, 20, 11, bytes(4)))
    return talk


edge = arrive(rtu, 50210, "gateway", "example", "EdgeGateway")
edge.exchange(method(1, 40, 10, b"\0\0" + short("telemetry") + short("topic") + b"\2" + table()), method(1, 40, 11))
history = arrive(scada, 50220, "historian", "example", "Historian")
asks = method(1, 50, 10, b"\0\0" + short("history") + b"\2" + table())
history.exchange(asks, method(1, 50, 11, short("history") + pack(">II", 0, 0)))
history.exchange(method(1, 50, 20, b"\0\0" + short("history") + short("telemetry") + short("#") + b"\0" + table()), method(1, 50, 21))
history.exchange(method(1, 60, 20, b"\0\0" + short("history") + short("h") + b"\0" + table()), method(1, 60, 21, short("h")))
for turn in range(3):
    tape.wait(1000)
    body = b"%d.5" % (20 + turn)
    edge.client(method(1, 60, 40, b"\0\0" + short("telemetry") + short("pump1.temperature") + b"\0") + content(1, body))
    tape.wait(2)
    given = method(1, 60, 60, short("h") + pack(">QB", turn + 1, 0) + short("telemetry") + short("pump1.temperature"))
    history.server(given + content(1, body))
    history.client(method(1, 60, 80, pack(">QB", turn + 1, 0)))
edge.exchange(amqp.heartbeat, amqp.heartbeat)
arrive(laptop, 50230, "gateway", "guess", "tool", enters=False)
stranger = arrive(laptop, 50231, "guest", "guest", "tool")
stranger.exchange(method(1, 50, 40, b"\0\0" + short("history") + b"\0"), method(1, 50, 41, pack(">I", 0)))
tape.save(output())

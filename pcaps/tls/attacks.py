"""What no ordinary program sends: heartbeats that ask for more than they bring, SSL 2.0 and 3.0, lengths that lie, between good hellos.

kind: S
malformed: yes
stack: scripted packets
expect: tcp.flags.syn == 1 && tcp.flags.ack == 0 => 7
expect: tls.record.content_type == 24 => 1+
"""

from tools.lab import output
from tools.session import Tape, TcpSession, laptop, server


def record(kind, body, version=0x0301):  # RFC 5246 section 6.2.1
    return bytes([kind]) + version.to_bytes(2, "big") + len(body).to_bytes(2, "big") + body


def message(kind, body, length=None):  # section 7.4
    return bytes([kind]) + (len(body) if length is None else length).to_bytes(3, "big") + body


def extension(kind, body, length=None):
    return kind.to_bytes(2, "big") + (len(body) if length is None else length).to_bytes(2, "big") + body


def client_hello(extensions, version=0x0303, suites="c02fc030009c009d002f0035000a"):
    suites = bytes.fromhex(suites)
    body = version.to_bytes(2, "big") + bytes(range(32)) + b"\0" + len(suites).to_bytes(2, "big") + suites + b"\1\0"
    return body + len(extensions).to_bytes(2, "big") + extensions


def server_hello(version=0x0303, suite=0x002F):
    return version.to_bytes(2, "big") + bytes(range(32, 64)) + b"\0" + suite.to_bytes(2, "big") + b"\0"


name = b"historian.plant.example"
sni = extension(0, (len(name) + 3).to_bytes(2, "big") + b"\0" + len(name).to_bytes(2, "big") + name)
heartbeat = extension(15, b"\1")  # RFC 6520 section 2
done = message(14, b"")
tape = Tape()
sport = 49600


def session():
    global sport
    sport += 1
    made = TcpSession(tape, laptop, server, 443, sport)
    made.open()
    return made


# Heartbleed: a heartbeat request of three octets that says it has 16384 (RFC 6520 section 4).
one = session()
one.client(record(22, message(1, client_hello(sni + heartbeat))))
one.server(record(22, message(2, server_hello()) + done))
one.client(record(24, bytes([1, 0x40, 0x00])))
one.server(record(24, bytes([2, 0x40, 0x00]) + bytes(1000)))
one.close()
# SSL 3.0 and a suite for export.
two = session()
two.client(record(22, message(1, client_hello(b"", 0x0300)[:-2], ), 0x0300))
two.server(record(22, message(2, server_hello(0x0300, 0x0003)) + done, 0x0300))
two.close()
# SSL 2.0: RFC 6101 appendix E.2, and the server's hello of SSL 2.0.
three = session()
three.client(bytes.fromhex("802e 01 0002 0015 0000 0010 010080 020080 030080 040080 050080 060040 0700c0") + bytes(range(16)))
three.server(bytes.fromhex("8027 04 00 01 0002 0009 0003 0010".replace(" ", "")) + b"not a der" + bytes.fromhex("0700c0") + bytes(range(16)))
three.close()
# A name whose length reaches past the message; an extension whose length does.
for lie in (extension(0, b"\0\x40\0\0\x3dhistorian"), extension(0, b"\0\x05", length=900)):
    four = session()
    four.client(record(22, message(1, client_hello(lie))))
    four.server(record(21, bytes([2, 50])))
    four.close()
# A handshake of 16 MiB, and an empty record.
five = session()
five.client(record(22, message(1, client_hello(sni), length=0xFFFFFF)))
five.close()
six = session()
six.client(record(22, message(1, client_hello(sni))))
six.server(record(22, b""))
six.server(record(22, message(2, server_hello()) + done))
six.close()
tape.save(output())

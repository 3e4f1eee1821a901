"""A newer engineering station asks for TLS, and all that follows is wrapped in it.

kind: S
malformed: yes
expect: cotp.type == 0x0e => 1
"""

from tools import s7plus
from tools.lab import output
from tools.s7plus import dt
from tools.session import Tape, TcpSession, engineer

tape = Tape()
tape.resolve(engineer, s7plus.cpu)
talk = s7plus.Talk(TcpSession(tape, engineer, s7plus.cpu, s7plus.port, 51040))
talk.connect()
# D InitSslRequest: nothing but the head, with flags 0x30.
talk.exchange(1, s7plus.init_ssl, b"", b"", session=0, flags=0x30)


def record(kind, body):  # RFC 8446 section 5.1
    return bytes([kind, 3, 3]) + len(body).to_bytes(2, "big") + body


hello = bytes.fromhex("0303") + bytes(range(32)) + b"\0" + b"\0\x02\x13\x01" + b"\x01\0" + b"\0\x07\0\x2b\0\x03\x02\x03\x04"
answer = bytes.fromhex("0303") + bytes(range(32, 64)) + b"\0\x13\x01\0" + b"\0\x06\0\x2b\0\x02\x03\x04"
talk.session.client(dt(record(22, b"\x01" + len(hello).to_bytes(3, "big") + hello)))
tape.wait(5)
talk.session.server(dt(record(22, b"\x02" + len(answer).to_bytes(3, "big") + answer) + record(20, b"\x01")))
for turn in range(3):
    talk.session.client(dt(record(23, bytes(range(turn, turn + 60)))))
    tape.wait(8)
    talk.session.server(dt(record(23, bytes(range(turn, turn + 90)))))
    tape.wait(500)
talk.session.close()
tape.save(output())

"""Screens: one with a password, one whose password was wrong, one without any, one of version 3.3, and a choice not offered.

kind: S
stack: scripted packets
expect: vnc.server_proto_ver => 5
expect: vnc.auth_result == 0 => 2+
expect: vnc.desktop_name => 3
"""

from tools.lab import output
from tools.session import Tape, TcpSession, engineer, hmi, laptop

# RFC 6143; clauses in parentheses.
new, old = b"RFB 003.008\n", b"RFB 003.003\n"  # (7.1.1)
challenge, response = bytes(range(16)), bytes(range(16, 32))  # (7.2.2)
ok, bad = bytes(4), b"\0\0\0\1" + (22).to_bytes(4, "big") + b"Authentication failure"  # (7.1.3)
pixels = bytes.fromhex("20180001 00ff00ff00ff 100800 000000")


def screen(name):  # (7.3.2)
    return (1280).to_bytes(2, "big") + (1024).to_bytes(2, "big") + pixels + len(name).to_bytes(4, "big") + name


update = b"\0\0\0\1" + bytes(4) + bytes.fromhex("00100010 00000000") + bytes(1024)  # (7.6.1)
ask = b"\3\0" + bytes(4) + bytes.fromhex("05000400")  # (7.5.3)
tape = Tape()


def session(client, sport, port, *turns):
    made = TcpSession(tape, client, hmi, port, sport)
    made.open()
    for side, octets in turns:
        made.data(side, octets)
        tape.wait(15)
    made.close()
    tape.wait(200)


begin = [(1, new), (0, new)]
signed = [*begin, (1, b"\2\2\x10"), (0, b"\2"), (1, challenge), (0, response)]
work = [(0, ask), (1, update), (0, ask), (1, update)]
session(engineer, 49901, 5900, *signed, (1, ok), (0, b"\1"), (1, screen(b"HMI-05 line 2")), *work)
session(laptop, 49902, 5900, *signed, (1, bad))
session(engineer, 49903, 5901, *begin, (1, b"\1\1"), (0, b"\1"), (1, ok), (0, b"\0"), (1, screen(b"packer")), *work)
session(engineer, 49904, 5902, (1, old), (0, old), (1, b"\0\0\0\2"), (1, challenge), (0, response), (1, ok), (0, b"\1"), (1, screen(b"boiler")), *work)
session(laptop, 49905, 5900, *begin, (1, b"\1\2"), (0, b"\x10"), (1, bad))
tape.save(output())

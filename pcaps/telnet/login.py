"""Signing in to a serial gateway: let in, refused twice, a switch that shows only a prompt, and a user that is an option.

kind: S
stack: scripted packets
expect: telnet.cmd => 10+
expect: telnet.subcmd == 39 => 1+
expect: tcp.flags.syn == 1 && tcp.flags.ack == 0 => 4
"""

from tools.lab import output
from tools.session import Tape, TcpSession, engineer, laptop, plc, rtu

# RFC 854, options of RFC 857, 858, 1091, 1572.
ask_options, answer_options = bytes.fromhex("fffd18fffd27fffb03fffb01"), bytes.fromhex("fffb18fffb27fffd03fffd01")
ask_type, tell_type = bytes.fromhex("fffa1801fff0"), b"\xff\xfa\x18\0xterm\xff\xf0"
tape = Tape()


def session(client, host, sport, *turns):
    made = TcpSession(tape, client, host, 23, sport)
    made.open()
    for side, octets in turns:
        made.data(side, octets if isinstance(octets, bytes) else octets.encode())
        tape.wait(40)
    made.close()
    tape.wait(200)


def typed(text, echo=True):  # a key at a time, as terminals send them
    turns = []
    for key in text:
        turns += [(0, key)] + ([(1, key)] if echo else [])
    return [*turns, (0, b"\r\0")]


begin = [(1, ask_options), (0, answer_options), (1, ask_type), (0, tell_type)]
session(engineer, plc, 50001, *begin, (1, "Serial gateway 5110\r\n\r\nlogin: "), *typed("admin"), (1, "\r\nPassword: "), *typed("moxa", False),
        (1, "\r\nLast login: Mon Mar  2\r\n# "), *typed("show"), (1, "\r\nport 1: 9600 8N1\r\n# "))
session(laptop, plc, 50002, *begin, (1, "Serial gateway 5110\r\n\r\nlogin: "), *typed("root"), (1, "\r\nPassword: "), *typed("root", False),
        (1, "\r\nLogin incorrect\r\nlogin: "), *typed("admin"), (1, "\r\nPassword: "), *typed("1234", False), (1, "\r\nLogin incorrect\r\nlogin: "))
session(engineer, rtu, 50003, (1, "\r\nUser Access Verification\r\n\r\nUsername: "), (0, "ops\r\n"), (1, "ops\r\nPassword: "), (0, "pump\r\n"),
        (1, "\r\nswitch>"), (0, "show version\r\n"), (1, "show version\r\nSwitch 2.1\r\nswitch>"))
session(laptop, rtu, 50004, (1, bytes.fromhex("fffd27")), (0, bytes.fromhex("fffb27")), (1, bytes.fromhex("fffa2701fff0")),
        (0, b"\xff\xfa\x27\0\0USER\1-f root\xff\xf0"), (1, "\r\n# "))
tape.save(output())

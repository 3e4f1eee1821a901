"""A client identifies a meter, logs on, shows its password in clear, reads a table and starts a procedure.

kind: S
expect: c1222.cmd == 0x40 => 1
"""

from tools.iec61850 import unsigned, value
from tools.lab import output
from tools.session import Tape, TcpSession, rtu, scada

tape = Tape()
tape.resolve(scada, rtu)
session = TcpSession(tape, scada, rtu, 1153, 50400)
meter = bytes.fromhex("2b0601040182856301")
client = bytes.fromhex("2b0601040182856302")


def message(called, calling, invocation, services, answer=False):
    """ANSI C12.22, 5.3.4: titles, invocation, then flags and services, each after its length."""
    body = value(0xA2, value(0x06, called))
    if answer:
        body += value(0xA4, unsigned(0x02, invocation))
    body += value(0xA6, value(0x06, calling)) + value(0xA8, unsigned(0x02, invocation))
    epsem = b"\x80" + bytes([len(services)]) + services
    return value(0x60, body + value(0xBE, value(0x28, value(0x81, epsem))))


session.open()
for number, (ask, tell) in enumerate(
    (
        (b"\x20", b"\0\x03\x01\0\0"),
        (b"\x50\0\x02" + b"operator".ljust(10) + b"\0\x3c", b"\0\0\x3c"),
        (b"\x51" + b"11111111".ljust(20), b"\0"),
        (b"\x30\0\x01", b"\0\0\x04ABCD\xf6"),
        (b"\x40\0\x07\0\x03\x0a\0\x01\xf5", b"\0"),
        (b"\x52", b"\0"),
    ),
    1,
):
    session.exchange(message(meter, client, number, ask), message(client, meter, number, tell, True))
    tape.wait(300)
session.close()
tape.save(output())

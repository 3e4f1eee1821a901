"""A concentrator asks a measurement unit for its configuration and turns the stream on; then a laptop turns
it off, and one frame comes with a wrong checksum.

kind: S
malformed: yes
expect: synphasor.command == 0x0001 => 1
expect: synphasor.frtype == 0 => 6
"""

import struct

from tools.lab import output
from tools.session import Tape, laptop, rtu, scada
from tools.udp import UdpSession

base = 1_000_000


def frame(kind, body, ns, id_code=60):
    """IEEE C37.118.2-2011, 6.2: SYNC, size, ID code, second, fraction, body; annex B: CRC-CCITT."""
    fraction = ns % 1_000_000_000 * base // 1_000_000_000
    head = struct.pack("!BBHHII", 0xAA, kind << 4 | 2, len(body) + 16, id_code, ns // 1_000_000_000, fraction)
    value = 0xFFFF
    for octet in head + body:
        value ^= octet << 8
        for _ in range(8):
            value = (value << 1 ^ 0x1021 if value & 0x8000 else value << 1) & 0xFFFF
    return head + body + struct.pack("!H", value)


def command(code, ns):
    """6.6, Table 15."""
    return frame(4, struct.pack("!H", code), ns)


def configuration(ns):
    """6.4: one unit, real frequency, one phasor of whole numbers, 50 Hz, 25 frames a second."""
    unit = b"LW STATION 1".ljust(16) + struct.pack("!HHHHH", 7, 8, 1, 0, 0) + b"VA".ljust(16) + struct.pack("!IHH", 0, 1, 3)
    return frame(3, struct.pack("!IH", base, 1) + unit + struct.pack("!h", 25), ns)


def data(ns, frequency):
    """6.3: STAT, phasor, frequency, its rate."""
    return frame(0, struct.pack("!Hhhff", 0, 100, -3, frequency, 0.0), ns)


tape = Tape()
tape.resolve(scada, rtu)
session = UdpSession(tape, scada, rtu, 4713, 49340)
session.exchange(command(5, tape.ns), configuration(tape.ns))
session.client(command(2, tape.ns))
for step in range(5):
    tape.wait(40)
    session.server(data(tape.ns, 50.0 + step / 1000))
damaged = bytearray(data(tape.ns, 49.0))
damaged[20] ^= 0xFF
tape.wait(40)
session.server(bytes(damaged))
tape.resolve(laptop, rtu)
UdpSession(tape, laptop, rtu, 4713, 49341).client(command(1, tape.ns))
tape.save(output())

"""An asset management host opens a session, identifies a transmitter and reads it; then a laptop ranges it,
holds its loop current and resets it.

kind: S
expect: hart_ip.pt.command == 42 => 2
expect: hart_ip.pt.command == 35 => 2
"""

import struct

from tools.lab import output
from tools.session import Tape, laptop, rtu, scada
from tools.udp import UdpSession

device = bytes.fromhex("2606010203")


def message(kind, number, sequence, body=b""):
    """HCF_SPEC-085, 10.3: version, type, id, status, sequence number, size."""
    return struct.pack("!BBBBHH", 1, kind, number, 0, sequence, 8 + len(body)) + body


def frame(delimiter, command, data=b""):
    """HCF_SPEC-081, 5.2: delimiter, unique address, command, count, data, exclusive or."""
    octets = bytes([delimiter]) + device + bytes([command, len(data)]) + data
    check = 0
    for octet in octets:
        check ^= octet
    return octets + bytes([check])


def exchange(session, sequence, command, ask=b"", tell=b""):
    """The answer begins with response code and device status (HCF_SPEC-307)."""
    session.exchange(message(0, 3, sequence, frame(0x82, command, ask)), message(1, 3, sequence, frame(0x86, command, b"\0\0" + tell)))
    session.tape.wait(300)


def start(session):
    """HCF_SPEC-085, 10.3.5: master type and inactivity timer."""
    body = struct.pack("!BI", 1, 60_000)
    session.exchange(message(0, 0, 1, body), message(1, 0, 1, body))


tape = Tape()
tape.resolve(scada, rtu)
manager = UdpSession(tape, scada, rtu, 5094, 49350)
start(manager)
# HCF_SPEC-127, 6.1: 254, device type, preambles, revisions, flags, device id.
exchange(manager, 2, 0, tell=bytes.fromhex("fe2606050703 0a 29 01 010203 05 04 0001 00 0026 0026 01"))
exchange(manager, 3, 20, tell=b"LW-TIC-101".ljust(32, b"\0"))
exchange(manager, 4, 1, tell=b"\x20" + struct.pack("!f", 48.5))
stranger = UdpSession(tape, laptop, rtu, 5094, 49351)
start(stranger)
limits = b"\x20" + struct.pack("!ff", 500.0, 0.0)
exchange(stranger, 2, 35, limits, limits)
exchange(stranger, 3, 40, struct.pack("!f", 4.0), struct.pack("!f", 4.0))
exchange(stranger, 4, 42)
tape.save(output())

"""Somebody asks a tank gauge for its inventory and writes another label for a tank.

kind: S
expect: tcp.port == 10001 && tcp.len > 0 => 6
"""

from tools.lab import output
from tools.session import Tape, TcpSession, laptop, rtu

tape = Tape()
tape.resolve(laptop, rtu)
session = TcpSession(tape, laptop, rtu, 10001, 49410)
session.open()
report = b"\x01\r\nI20100\r\nMAR  2, 2026  8:00 AM\r\n\r\nIN-TANK INVENTORY\r\nTANK PRODUCT  VOLUME\r\n  1  DIESEL     4200\r\n\x03"
session.exchange(b"\x01I20100\r\n", report, settle=True)
session.exchange(b"\x01S60201H2O\r\n", b"\x01\r\nS60201\r\nTANK 1 H2O\r\n\x03", settle=True)
session.exchange(b"\x01I99900\r\n", b"\x019999FF1B\x03", settle=True)
session.close()
tape.save(output())

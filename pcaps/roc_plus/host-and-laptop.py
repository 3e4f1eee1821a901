"""A host reads a flow computer twice a minute and sets its clock; then a laptop logs in, is refused, tries again,
writes a parameter, and takes a file away.

kind: S
expect: tcp.port == 4000 && tcp.len > 0 => 28
"""

import struct

from tools.lab import output
from tools.session import Tape, TcpSession, hmi, laptop, rtu


def message(data_to, data_from, opcode, data=b""):
    """[PLUS] 1.2: destination, source, opcode, length, data, the CRC of Modbus."""
    octets = bytes([*data_to, *data_from, opcode, len(data)]) + data
    value = 0xFFFF
    for octet in octets:
        value ^= octet
        for _ in range(8):
            value = value >> 1 ^ 0xA001 if value & 1 else value >> 1
    return octets + struct.pack("<H", value)


device, host, tool = (1, 2), (3, 1), (1, 0)


def ask(session, who, opcode, data=b"", answer=b"", answer_opcode=None):
    session.exchange(message(device, who, opcode, data), message(who, device, answer_opcode or opcode, answer), 15.0)
    session.tape.wait(300)


tape = Tape()
tape.resolve(hmi, rtu)
session = TcpSession(tape, hmi, rtu, 4000, 49381)
session.open()
ask(session, host, 6, b"", bytes([1, 0, 2, 0, 2, 1, 1]) + bytes(11) + bytes([6]) + bytes(196))
for pressure in (41.5, 41.6, 41.4, 41.5):
    address = bytes([103, 0, 5])
    ask(session, host, 180, b"\x01" + address, b"\x01" + address + struct.pack("<f", pressure))
    tape.wait(30_000)
ask(session, host, 8, struct.pack("<BBBBBHB", 30, 45, 12, 15, 3, 2024, 6))
session.close()
tape.resolve(laptop, rtu)
session = TcpSession(tape, laptop, rtu, 4000, 49382)
session.open()
ask(session, tool, 17, b"LOI" + struct.pack("<H", 1), b"\x3f\x01", 255)
ask(session, tool, 17, b"LOI" + struct.pack("<H", 1000))
ask(session, tool, 203, b"\x06/flash/".ljust(101, b"\0"), b"\x06\x00\x01config.ini\0")
ask(session, tool, 203, b"\x01\x00" + b"/flash/".ljust(100, b"\0") + b"config.ini".ljust(20, b"\0"), b"\x01\0\0\0\0")
ask(session, tool, 203, b"\x02" + bytes(8), b"\x02" + bytes(12) + b"\x04abcd")
ask(session, tool, 203, b"\x04" + bytes(4), b"\x04")
ask(session, tool, 181, bytes([1, 103, 0, 9]) + struct.pack("<f", 1000.0))
ask(session, tool, 17, b"LOI" + struct.pack("<H", 1000) + b"LOGOUT")
session.close()
tape.save(output())

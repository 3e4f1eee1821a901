"""A gateway passes RTU frames of a serial line on in TCP, without the header of Modbus/TCP.

kind: S
expect: tcp.port == 4001 && tcp.len > 0 => 8
"""

from tools.lab import output
from tools.modbus import read, read_words_reply, write_register
from tools.session import Tape, TcpSession, hmi, plc


def rtu(address, pdu):
    """MODBUS over Serial Line V1.02, 2.5.1 and 6.2.2: address, PDU, CRC with its low octet first."""
    frame = bytes([address]) + pdu
    value = 0xFFFF
    for octet in frame:
        value ^= octet
        for _ in range(8):
            value = value >> 1 ^ 0xA001 if value & 1 else value >> 1
    return frame + value.to_bytes(2, "little")


tape = Tape()
tape.resolve(hmi, plc)
session = TcpSession(tape, hmi, plc, 4001, 49310)
session.open()
session.exchange(rtu(1, read(3, 0, 2)), rtu(1, read_words_reply(3, [100, 110])), settle=True)
tape.wait(500)
session.exchange(rtu(2, read(4, 8, 1)), rtu(2, read_words_reply(4, [7])), settle=True)
tape.wait(500)
session.exchange(rtu(2, write_register(4, 900)), rtu(2, write_register(4, 900)), settle=True)
tape.wait(500)
# A 7: exception 2, the address is not there.
session.exchange(rtu(1, read(3, 9000, 1)), rtu(1, bytes([0x83, 2])), settle=True)
session.close()
tape.save(output())

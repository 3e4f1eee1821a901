"""Messages that break the framing or contradict themselves, between good ones, one session each.

kind: S
malformed: yes
expect: modbus.func_code => 10+
expect: tcp.flags.syn == 1 && tcp.flags.ack == 0 => 9
"""

from tools.lab import output
from tools.modbus import adu, read, read_words_reply, write_registers
from tools.session import Tape, TcpSession, hmi, plc

ask = read(3, 0, 4)
good = read_words_reply(3, [100, 110, 120, 130])

# Clauses as in tools/modbus.py. (request, reply) pairs; each stands between two good exchanges.
cases = [
    # T 3.1.3: the protocol identifier is 0 for Modbus.
    (adu(2, ask, protocol=0x0100), adu(2, good)),
    # T 3.1.3: the length counts unit and PDU, so it is at least 2; here 1: a unit and no function.
    (adu(2, b"", length=1), b""),
    (adu(2, b"", length=0)[:6], b""),
    # A 4.1: a PDU is at most 253 bytes, so a length is at most 254; here 255, and 65535.
    (adu(2, bytes([16]) + bytes(253), length=255), b""),
    (adu(2, ask, length=0xFFFF), b""),
    # A 6.3: the reply's byte count is twice the quantity; here it says 20 and 8 bytes follow.
    (adu(2, ask), adu(2, bytes([3, 20]) + good[2:])),
    # A 6.12: the byte count is twice the quantity; here 4 registers and a byte count of 2.
    (adu(2, bytes.fromhex("1000000004020001")), b""),
    # A 6.12: the length of the MBAP header stops in the middle of the registers.
    (adu(2, write_registers(0, [1, 2, 3, 4])[:9]), b""),
    # A 6.3: a request of function 3 is five bytes; here two.
    (adu(2, ask[:2]), b""),
]

tape = Tape()
tape.resolve(hmi, plc)
for number, (request, reply) in enumerate(cases):
    session = TcpSession(tape, hmi, plc, 502, 49200 + number)
    session.open()
    session.exchange(adu(1, ask), adu(1, good), settle=True)
    tape.wait(100)
    session.client(request)
    tape.wait(2)
    if reply:
        session.server(reply)
    tape.wait(40)
    session.acknowledge(0 if reply else 1)
    tape.wait(100)
    session.exchange(adu(3, ask), adu(3, good), settle=True)
    session.close()
    tape.wait(300)
tape.save(output())

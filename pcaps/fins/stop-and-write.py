"""A laptop asks an Omron controller over UDP who it is, reads and writes memory, forces a bit, stops it and
tries to write a protected area.

kind: S
malformed: yes
expect: omron.command == 0x0402 => 2
expect: omron.response.code == 0x2102 => 1
"""

from tools.fins import frame, memory, response
from tools.lab import output
from tools.session import Tape, laptop, plc
from tools.udp import UdpSession

# The parameter of 0501 is optional, and of its answer the first forty octets are made (W 5-3-15); tshark
# reads the parameter always and the whole answer.
model = b"LW2M-CPU33".ljust(20) + b"02.00".ljust(20)
steps = [
    (0x0501, b"", model, 0),  # W 5-3-15
    (0x0601, b"", bytes([1, 4]) + bytes(8) + b" " * 16, 0),  # W 5-3-17
    (0x0101, memory(0x82, 100, 2), bytes.fromhex("0064006e"), 0),  # W 5-3-2
    (0x0102, memory(0x82, 100, 2) + bytes.fromhex("012c0190"), b"", 0),  # W 5-3-3
    (0x2301, bytes.fromhex("0001 0001 30 0000 05"), b"", 0),  # W 5-3-42
    (0x0402, b"", b"", 0),  # W 5-3-14
    (0x0102, memory(0x82, 200, 1) + bytes(2), b"", 0x2102),
]
tape = Tape()
tape.resolve(laptop, plc)
session = UdpSession(tape, laptop, plc, 9600, 49320)
for number, (command, ask, tell, code) in enumerate(steps):
    session.exchange(frame(command, ask, sid=number + 1), response(command, tell, code, sid=number + 1))
    tape.wait(300)
tape.save(output())

"""A poll whose IPv4 headers carry options: router alert, record route, time stamp, no-operation and
end; up to the longest header there is (60 bytes).

kind: S
expect: ip.hdr_len == 60 && modbus => 2
expect: ip.opt.type && modbus.func_code == 3 => 10
"""

from tools import modbus, wire
from tools.lab import output
from tools.session import Tape, TcpSession, hmi, plc

# RFC 791 section 3.1 (options), RFC 2113 (router alert).
options = [
    bytes([148, 4, 0, 0]),
    bytes([7, 11, 4]) + bytes(8) + b"\0",
    bytes([68, 12, 5, 0]) + bytes(8),
    b"\x01" * 7 + b"\0",
    bytes([7, 39, 4]) + bytes(36) + b"\0",
]

tape = Tape()
session = TcpSession(tape, hmi, plc, 502, 49610)
session.open()
for tid, option in enumerate(options):
    request = modbus.adu(tid, modbus.read(3, 0, 2))
    reply = modbus.adu(tid, modbus.read_words_reply(3, [tid, 7]))
    first = session.exchange(request, reply, settle=True)
    for index in (first, first + 1):
        frame = tape.packets[index].data
        total = int.from_bytes(frame[16:18], "big")
        segment = frame[34 : 14 + total]
        side = 0 if index == first else 1
        ends = (hmi.ip, plc.ip) if side == 0 else (plc.ip, hmi.ip)
        packet = wire.ipv4(*ends, wire.protocol_tcp, segment, ident=1 + index, options=option)
        tape.packets[index].data = frame[:14] + packet
    tape.wait(500)
session.close()
tape.save(output())

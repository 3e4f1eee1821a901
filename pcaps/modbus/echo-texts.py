"""A laptop has a PLC echo texts (function 8, subfunction 0): addresses, headers, an encoded command.
Nothing here asks for an action; the texts are what rules on a buffer look into.

kind: S
expect: modbus.func_code == 8 => 18
expect: modbus.func_code == 8 && tcp.dstport == 502 => 9
"""

import struct

from tools.lab import output
from tools.session import Tape, TcpSession, laptop, plc

texts = [
    b"Host: PLC-1\r\nX-Plant: Hall 2\r\n",
    b":method: GET\nhost: plc\n:path: /\n",
    b"GET /a%20b+c",
    b"much  white\t \nspace",
    b"cmd=dGVzdCBpdA==&x=1",
    b"dGVzdCBpdA==",
    b"plant.example.org",
    bytes(octet ^ (0x5A, 0xA5)[i % 2] for i, octet in enumerate(b"attack at dawn")),
    b"\x00\x05Alice\x03Bob 12 end",
]

tape = Tape()
session = TcpSession(tape, laptop, plc, 502, 49200)
session.open()
for number, text in enumerate(texts, 1):
    message = struct.pack(">HHHBBH", number, 0, 4 + len(text), 1, 8, 0) + text
    tape.wait(100)
    session.client(message)
    session.server(message)
session.close()
tape.save(output())

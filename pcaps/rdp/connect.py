"""Connections of the remote desktop: with CredSSP, refused without it, old security in clear, and one that asks for MS_T120.

kind: S
stack: scripted packets
expect: rdp.rt_cookie => 4
expect: rdp.negReq.selectedProtocol => 2
expect: rdp.negFailure.failureCode == 5 => 1
expect: rdp.client.name => 2
"""

from tools.lab import output
from tools.session import Tape, TcpSession, engineer, hmi, laptop, server

# Clauses of MS-RDPBCGR in parentheses.


def tpkt(tpdu):  # RFC 1006 section 6
    return b"\3\0" + (len(tpdu) + 4).to_bytes(2, "big") + tpdu


def connection(code, content):  # X.224 13.3, 13.4
    return tpkt(bytes([6 + len(content), code, 0, 0, 0, 0, 0]) + content)


def ask(user, protocols):  # (2.2.1.1)
    return connection(0xE0, f"Cookie: mstshash={user}\r\n".encode() + bytes([1, 0, 8, 0]) + protocols.to_bytes(4, "little"))


def tell(kind, value):  # (2.2.1.2)
    return connection(0xD0, bytes([kind, 0, 8, 0]) + value.to_bytes(4, "little"))


def block(kind, body):
    return kind.to_bytes(2, "little") + (len(body) + 4).to_bytes(2, "little") + body


def initial(name, channels):  # (2.2.1.3): MCS Connect-Initial, GCC Conference Create Request, client data
    core = (0x00080004).to_bytes(4, "little") + (1280).to_bytes(2, "little") + (1024).to_bytes(2, "little")
    core += bytes.fromhex("01ca03aa") + (0x407).to_bytes(4, "little") + (2600).to_bytes(4, "little")
    core += name.encode("utf-16-le").ljust(32, b"\0") + (4).to_bytes(4, "little") + bytes(4) + (12).to_bytes(4, "little") + bytes(64)
    core += bytes.fromhex("01ca 0100 00000000 1000 0700 0100") + bytes(64) + bytes(2) + bytes(4)
    names = b"".join(c.encode().ljust(8, b"\0") + (0x80800000).to_bytes(4, "little") for c in channels)
    data = block(0xC001, core) + block(0xC002, bytes.fromhex("1b00000000000000")) + block(0xC003, len(channels).to_bytes(4, "little") + names)
    gcc = bytes.fromhex("000500147c0001") + (len(data) + 14 | 0x8000).to_bytes(2, "big") + bytes.fromhex("000800100001c00044756361")
    gcc += (len(data) | 0x8000).to_bytes(2, "big") + data
    domain = bytes.fromhex("30190201220201020201000201010201000201010202ffff020102")
    body = bytes.fromhex("040101040101 0101ff") + domain * 3 + b"\4\x82" + len(gcc).to_bytes(2, "big") + gcc
    return tpkt(bytes([2, 0xF0, 0x80]) + b"\x7f\x65\x82" + len(body).to_bytes(2, "big") + body)


tape = Tape()


def session(client, sport, *turns):
    made = TcpSession(tape, client, server, 3389, sport)
    made.open()
    for side, octets in turns:
        made.data(side, octets)
        tape.wait(20)
    made.close()
    tape.wait(200)


hello = bytes.fromhex("16030100040e000000")
session(engineer, 49801, (0, ask("engineer", 0x0B)), (1, tell(2, 2)), (0, hello), (1, b"\x17\3\3\0\x20" + bytes(range(32))))
session(hmi, 49802, (0, ask("operator", 0)), (1, tell(3, 5)))
session(hmi, 49803, (0, ask("operator", 0)), (1, tell(2, 0)), (0, initial("HMI-05", ["rdpdr", "cliprdr"])))
session(laptop, 49804, (0, ask("a", 0)), (1, connection(0xD0, b"")), (0, initial("x", ["MS_T120", "rdpsnd"])))
tape.save(output())

"""What a worm of the WannaCry kind shows: a probe for MS17-010, transactions of the form of EternalBlue, a question to DoublePulsar. No exploit: data is zeros.

kind: S
expect: smb.cmd == 0x33 => 3
expect: smb.mid == 81 => 1
"""

import struct

from tools.lab import output
from tools.session import Tape, TcpSession, laptop, server
from tools.smb import smb1, transaction, wide

tape = Tape()
tape.resolve(laptop, server)
talk = TcpSession(tape, laptop, server, 445, 51111)
talk.open()
andx = b"\xff\x00\x00\x00"
talk.exchange(smb1(0x72, octets=b"\x02NT LM 0.12\0", tree=0), smb1(0x72, struct.pack("<H", 0) + bytes(32), answer=True, tree=0))
setup = andx + struct.pack("<HHHIHHII", 4356, 10, 0, 0, 0, 0, 0, 0xD4)
talk.exchange(smb1(0x73, setup, b"\0" + b"\0\0" * 2 + wide("Windows 2000 2195\0") + wide("Windows 2000 5.0\0"), tree=0),
              smb1(0x73, andx + bytes(2), b"\0" + wide("Windows 7 Professional 7601 Service Pack 1\0") + wide("Windows 7 Professional 6.1\0"), answer=True, tree=0))
talk.exchange(smb1(0x75, andx + struct.pack("<HH", 0, 1), b"\0" + wide("\\\\10.20.0.40\\IPC$\0") + b"?????\0", tree=0),
              smb1(0x75, andx + bytes(2), b"IPC\0" + bytes(3), answer=True))
# Peek at pipe 0, which was never opened: "insufficient resources" tells a host without the patch.
talk.exchange(smb1(0x25, transaction([0x23, 0], b""), wide("\\PIPE\\\0")), smb1(0x25, answer=True, status=0xC0000205))
# DoublePulsar is asked: not implemented, multiplex 16 higher.
talk.exchange(smb1(0x32, transaction([0x0E], b""), bytes(13), multiplex=65), smb1(0x32, answer=True, status=0xC0000002, multiplex=81))
# A transaction of 66,512 octets, continued as one that counts in 16 bits.
large = struct.pack("<BHIIIIIIIIBH", 1, 0, 30, 66512, 30, 0, 30, 75, 976, 104, 1, 0) + struct.pack("<H", 0)
talk.exchange(smb1(0xA0, large, bytes(1008), multiplex=64), smb1(0xA0, answer=True, multiplex=64))
for part in range(3):
    talk.client(smb1(0x33, struct.pack("<HHHHHHHHH", 0, 4096, 0, 0, 0, 1000, 53, 4096 * part, 0), bytes(1001)))
    tape.wait(1)
talk.close()
tape.save(output())

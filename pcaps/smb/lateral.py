"""A program is written to an administrative share and started as a service over the pipe svcctl, as PsExec does.

kind: S
expect: smb2.cmd == 9 && smb2.flags.response == 0 => 4
expect: dcerpc.pkt_type == 11 => 1
"""

import uuid

from tools.lab import output
from tools.session import Tape, TcpSession, laptop, server
from tools.smb import Client, bind, call

tape = Tape()
tape.resolve(laptop, server)
talk = TcpSession(tape, laptop, server, 445, 50211)
talk.open()
client = Client(talk)
client.negotiate()
client.sign_in()
client.connect(r"\\10.20.0.40\ADMIN$", 1)
client.open(r"PSEXESVC.exe", 1, file=11)
client.write(b"MZ\x90\x00" + bytes(600), 1, file=11)
client.close(1, file=11)
client.connect(r"\\10.20.0.40\IPC$", 2, kind=2)
client.open("svcctl", 2, file=12)
# [MS-SCMR] 3.1.4: the interface; open the manager (15), create (12) and start (19) a service.
client.write(bind(uuid.UUID("367abb81-9844-35f1-ad32-98f038001003"), 2), 2, file=12)
client.write(call(12, b"PSEXESVC".ljust(64, b"\0")), 2, file=12)
client.write(call(19, bytes(28)), 2, file=12)
client.close(2, file=12)
talk.close()
tape.save(output())

"""A laptop with the link address of the master stops the reports, changes classes, deadband and clock, reads
and writes files, activates a configuration, stops the application and restarts the outstation, at last by
broadcast; a file password goes over the wire in clear. A challenge of secure authentication is not met.

kind: S
stack: scripted ends
expect: dnp3.al.func == 13 => 2
expect: dnp3.al.func == 14 => 1
expect: dnp3.al.func == 18 => 1
expect: dnp3.al.func == 21 => 1
expect: dnp3.al.func == 22 => 1
expect: dnp3.al.func == 25 => 3
expect: dnp3.al.func == 27 => 1
expect: dnp3.al.obj == 0x4605 => 4
expect: dnp3.al.file.status == 1 => 1
expect: dnp3.al.func == 131 => 2
expect: dnp3.dst == 65535 => 1
expect: dnp.hdr.CRC.status == 0 || dnp.data_chunk.CRC.status == 0 => 0
"""

import struct

from tools import dnp3
from tools.lab import output
from tools.session import Tape, TcpSession, laptop, rtu

talk = dnp3.Conversation()
talk.ask(dnp3.disable_unsolicited, dnp3.every(*(dnp3.classes[n] for n in (1, 2, 3))))
talk.ask(dnp3.assign_class, dnp3.every(dnp3.classes[0], (1, 0), (30, 0)))  # 4.4.13: events of these are no longer kept
talk.ask(dnp3.write, dnp3.header(34, 3, 0x17, 1) + struct.pack("<Bf", 2, 10000.0))  # A.18: a deadband
talk.ask(dnp3.write, dnp3.header(50, 1, 7, 1) + dnp3.time48(talk.ns - 365 * 86400 * 10**9))
talk.wait(500)
# 5.3: files. Authentication first (A.27.2), the password in clear.
user, secret = b"admin", b"admin"
offsets = struct.pack("<HHHHI", 12, len(user), 12 + len(user), len(secret), 0)
talk.ask(dnp3.authenticate_file, dnp3.free(70, 2, offsets + user + secret),
         dnp3.free(70, 2, struct.pack("<HHHHI", 12, 0, 12, 0, 0x1234)))


def opened(name, mode, size, handle, status=0):
    talk.ask(dnp3.open_file, dnp3.file_command(name, mode, size), dnp3.file_status(handle, size, status))


old = b"rate=9600;mode=remote;"
opened("/config/io.cfg", 1, len(old), 7)
talk.ask(dnp3.read, dnp3.free(70, 5, struct.pack("<II", 7, 0)), dnp3.file_block(7, 0, old, last=True))
talk.ask(dnp3.close_file, dnp3.file_status(7), dnp3.file_status(7))
new = [b"rate=9600;mode=remote;" * 2, b"scale.2=0.1;"]
opened("/config/io.cfg", 2, sum(map(len, new)), 8)
for number, block in enumerate(new):
    last = number + 1 == len(new)
    talk.ask(dnp3.write, dnp3.file_block(8, number, block, last), dnp3.block_status(8, number, last=last))
talk.ask(dnp3.close_file, dnp3.file_status(8), dnp3.file_status(8))
opened("/firmware/boot.bin", 2, 4096, 0, status=1)  # A.27: 1 permission denied
talk.ask(dnp3.delete_file, dnp3.file_command("/log/events.txt", 0), dnp3.file_status(0))
talk.ask(dnp3.activate, dnp3.free(70, 8, b"/config/io.cfg"))
talk.wait(500)
# 7.5: a critical request is challenged and not answered rightly.
talk.request(dnp3.direct_operate, dnp3.crob(0, 0x81))
talk.wait(20)
talk.respond(dnp3.free(120, 1, struct.pack("<IHBB4s", 3, 0, 4, 1, b"\x11\x22\x33\x44")), function=dnp3.authenticate_response)
talk.sequence -= 1
talk.request(dnp3.authenticate, dnp3.free(120, 2, struct.pack("<IH16s", 3, 1, bytes(16))))
talk.wait(20)
error = struct.pack("<IHHB6s", 3, 1, 10, 1, dnp3.time48(talk.ns)) + b"wrong mac"
talk.respond(dnp3.free(120, 7, error), function=dnp3.authenticate_response)
talk.wait(500)
talk.ask(dnp3.stop_application, dnp3.free(90, 1, b"ladder"))
talk.wait(300)
talk.ask(dnp3.warm_restart, iin=dnp3.no_function)
talk.ask(dnp3.cold_restart, answer=dnp3.header(52, 2, 7, 1) + struct.pack("<H", 30000))
talk.wait(300)
talk.request(dnp3.cold_restart, outstation=0xFFFF)  # 9.2.4: all stations

tape = Tape()
session = TcpSession(tape, laptop, rtu, dnp3.port, 49802)
session.open()
talk.on_tape(session)
session.close()
tape.save(output())

"""Session keys of secure authentication are asked for and changed; confirmed link frames with frame count
bits, one answered with a full buffer; a device in trouble sets its indications; numbers of a device, what a
file and a directory are, a data set, forced points, a queued command, a duplicate and a missing segment.

kind: S
stack: scripted ends
expect: dnp3.al.func == 32 => 2
expect: dnp3.al.func == 131 => 2
expect: dnp3.ctl.prifunc == 3 => 2
expect: dnp3.ctl.secfunc == 0 => 2
expect: dnp3.al.func == 130 => 5
expect: dnp3.al.func == 28 => 1
expect: dnp.hdr.CRC.status == 0 || dnp.data_chunk.CRC.status == 0 => 0
"""

import struct

from tools import dnp3
from tools.lab import output
from tools.session import Tape, TcpSession, rtu, scada

talk = dnp3.Conversation()


def key_status(number, status):
    """A.45.5: g120v5 with key wrap 1, no MAC yet, a challenge of four octets."""
    return dnp3.free(120, 5, struct.pack("<IHBBBH4s", number, 1, 1, status, 0, 4, b"\x01\x02\x03\x04"))


# 7.5: key status request (v4), key change (v6).
talk.ask(dnp3.authenticate, dnp3.header(120, 4, 7, 1) + b"\x01\x00", key_status(1, 2), function=dnp3.authenticate_response)
talk.wait(100)
change = dnp3.free(120, 6, struct.pack("<IH", 1, 1) + bytes(range(40)))
talk.ask(dnp3.authenticate, change, key_status(2, 1), function=dnp3.authenticate_response)
talk.wait(300)
# 9.2.4: confirmed user data; frame count valid 10, frame count 20; the second answer has data flow control 10.
for count, control in ((0x20, dnp3.ack), (0x00, 0x10)):
    talk.sequence = (talk.sequence + 1) & 15
    body = bytes([0xC0 | talk.sequence, dnp3.read]) + dnp3.every(dnp3.classes[1])
    talk.raw(0, talk.frames(0, body, control=dnp3.confirmed_data | 0x10 | count))
    talk.wait(5)
    talk.link(1, control)
    talk.wait(20)
    talk.respond()
    talk.wait(200)
# 4.2.2: IIN1.1 to 1.3 events wait; 1.5 local; 1.6 trouble; 2.3 buffer overflow; 2.5 configuration corrupt.
talk.report(iin=0x0E00)
talk.wait(300)
forced = dnp3.header(2, 1, 0x17, 2) + bytes([1, 0x91, 2, 0x09])  # 11.6: 10 locally forced, 08 remotely
talk.report(forced, iin=0x2000)
talk.wait(300)
talk.report(iin=0x4008)
talk.wait(300)
talk.report(iin=0x4028)
talk.wait(300)
numbers = dnp3.header(0, 241, 0, 0, 0) + bytes([2, 2]) + struct.pack("<H", 2048)
talk.ask(dnp3.read, dnp3.header(0, 241, 0, 0, 0), numbers)
descriptor = dnp3.free(70, 7, struct.pack("<HHHI6sHH", 20, 7, 0, 3, dnp3.time48(talk.ns), 0o755, 9) + b"/config")
talk.ask(dnp3.file_info, dnp3.free(70, 7, struct.pack("<HHHI6sHH", 20, 7, 0, 0, bytes(6), 0, 9) + b"/config"), descriptor)
talk.ask(dnp3.read, dnp3.header(86, 1, 0, 0, 0), dnp3.free(86, 1, bytes([4, 1, 0, 0, 0, 0])), iin=0x0100)
queued = dnp3.crob(0, 0x71)  # A.8: queue 10 and clear 20, both obsolete, with close
talk.ask(dnp3.direct_operate, queued, queued, iin=0x0010)
talk.wait(300)
# 8.2: a report of two segments whose first comes twice, then one whose second is missing.
strings = b"".join(dnp3.header(111, 50, 0x17, 1) + bytes([i]) + b"a message of some length".ljust(50) for i in range(6))
body = bytes([0xD0 | talk.event, dnp3.unsolicited_response, 0, 0]) + strings
both = talk.frames(1, body)
first = 10 + 250 + 2 * 16  # a full frame
talk.raw(1, both[:first])
talk.raw(1, both[:first])
talk.raw(1, both[first:])
talk.wait(300)
talk.raw(1, talk.frames(1, body)[:first])
talk.wait(300)
talk.ask(dnp3.read, dnp3.every(dnp3.classes[1]), iin=dnp3.class_1)

tape = Tape()
session = TcpSession(tape, scada, rtu, dnp3.port, 49803)
session.open()
talk.on_tape(session)
session.close()
tape.save(output())

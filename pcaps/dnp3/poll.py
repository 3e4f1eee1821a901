"""A master resets the link, clears the restart bit, sets the clock, asks the device who it is, reads all
classes (a response of two frames), then the events; the outstation reports changes unasked.

kind: S
stack: scripted ends
expect: dnp3.al.func == 130 => 3
expect: dnp3.al.func == 0 => 4
expect: dnp3.al.obj == 0x3c01 => 1
expect: dnp3.ctl.prifunc == 0 => 1
expect: dnp3.ctl.secfunc == 11 => 1
expect: dnp3.al.obj == 0x00fc => 1
expect: dnp.hdr.CRC.status == 0 || dnp.data_chunk.CRC.status == 0 => 0
"""

import struct

from tools import dnp3
from tools.lab import output
from tools.session import Tape, TcpSession, rtu, scada

talk = dnp3.Conversation()
# 9.2.4: reset of the link states, then its status.
talk.link(0, dnp3.reset_link)
talk.link(1, dnp3.ack)
talk.link(0, dnp3.link_status)
talk.link(1, dnp3.status_of_link)
talk.wait(50)
# 5.1: the first unsolicited response after a restart has no objects.
talk.report(iin=dnp3.restarted | dnp3.need_time)
talk.ask(dnp3.disable_unsolicited, dnp3.every(*(dnp3.classes[n] for n in (1, 2, 3))), iin=dnp3.restarted)
talk.ask(dnp3.write, dnp3.header(80, 1, 0, 7, 7) + b"\x00", iin=dnp3.need_time)
# 10.3: setting the clock over a local network.
talk.ask(dnp3.record_current_time, iin=dnp3.need_time)
talk.ask(dnp3.write, dnp3.header(50, 3, 7, 1) + dnp3.time48(talk.ns))
told = {252: "Langyan Works", 250: "RTU 700", 242: "2.4.1", 243: "C", 248: "LW-0042", 247: "Pump house", 245: "North"}
talk.ask(dnp3.read, dnp3.header(0, 254, 0, 0, 0), b"".join(dnp3.attribute(v, text) for v, text in told.items()))
events = dnp3.header(2, 2, 0x28, 2) + b"".join(
    struct.pack("<HB6s", i, 0x81, dnp3.time48(talk.ns - i * 10**9)) for i in (1, 4)
)
# More than 249 octets, so two segments (8.2).
strings = b"".join(dnp3.header(110, 30, 0, i, i) + f"feeder {i} measured by line".ljust(30).encode() for i in range(6))
talk.ask(dnp3.read, dnp3.integrity, events + dnp3.static_points() + strings, confirmed=True)
talk.ask(dnp3.enable_unsolicited, dnp3.every(*(dnp3.classes[n] for n in (1, 2, 3))))
for turn in range(5):
    talk.wait(1000)
    talk.ask(dnp3.read, dnp3.every(dnp3.classes[1], dnp3.classes[2], dnp3.classes[3]))
    if turn == 2:
        talk.wait(300)
        talk.report(dnp3.header(51, 1, 7, 1) + dnp3.time48(talk.ns) + dnp3.header(2, 3, 0x17, 1) + bytes([3, 0x81, 40, 0]))
        talk.wait(200)
        talk.report(dnp3.header(32, 7, 0x28, 1) + struct.pack("<HBf6s", 2, 1, 12.75, dnp3.time48(talk.ns)))
values = dnp3.header(30, 2, 0, 0, 3) + struct.pack("<BhBhBhBh", 1, 10, 1, -20, 0, 30, 9, 40)
talk.ask(dnp3.read, dnp3.header(30, 0, 0, 0, 3), values)
talk.ask(dnp3.read, dnp3.every((99, 0)), iin=dnp3.unknown_object)

tape = Tape()
session = TcpSession(tape, scada, rtu, dnp3.port, 49800)
session.open()
talk.on_tape(session)
session.close()
tape.save(output())

"""Commands: select and operate, direct operate with and without acknowledgement, analog outputs, a freeze;
refused ones (no select, local control, unknown point, out of range); an operate whose select was of another
point, and one that is injected behind a poll.

kind: S
stack: scripted ends
expect: dnp3.al.func == 3 => 4
expect: dnp3.al.func == 4 => 4
expect: dnp3.al.func == 5 => 6
expect: dnp3.al.func == 6 => 1
expect: dnp3.al.ctrlstatus > 0 => 6
expect: dnp.hdr.CRC.status == 0 || dnp.data_chunk.CRC.status == 0 => 0
"""

from tools import dnp3
from tools.lab import output
from tools.session import Tape, TcpSession, rtu, scada

close, trip, latch_on = 0x41, 0x81, 3  # A.8: pulse on with close or trip; latch on

talk = dnp3.Conversation()
talk.ask(dnp3.read, dnp3.integrity, dnp3.static_points())


def select_operate(index, code, refused=0):
    command = dnp3.crob(index, code)
    talk.ask(dnp3.select, command, dnp3.crob(index, code, status=refused))
    if not refused:
        talk.wait(400)
        talk.ask(dnp3.operate, command, command)
    talk.wait(800)


select_operate(0, close)
select_operate(0, trip)
select_operate(77, close, refused=4)  # A.8: 4 not supported
talk.ask(dnp3.direct_operate, dnp3.crob(2, latch_on), dnp3.crob(2, latch_on))
talk.wait(200)
talk.ask(dnp3.direct_operate, dnp3.crob(3, close), dnp3.crob(3, close, status=7))  # 7 local
two = dnp3.header(12, 1, 0x17, 2) + bytes([4, 3, 1]) + bytes(8) + b"\x00" + bytes([5, 4, 1]) + bytes(8) + b"\x00"
talk.ask(dnp3.direct_operate, two, two[:-1] + b"\x06")  # 6 hardware error, of the second only
talk.wait(200)
talk.ask(dnp3.direct_operate, dnp3.analog_output(3, 42.5), dnp3.analog_output(3, 42.5))
talk.ask(dnp3.direct_operate, dnp3.analog_output(3, 4250), dnp3.analog_output(3, 4250, status=12))  # 12 out of range
talk.wait(200)
talk.request(dnp3.direct_operate_no_ack, dnp3.crob(6, latch_on))
talk.wait(200)
talk.ask(dnp3.immediate_freeze, dnp3.every((20, 0)))
talk.wait(500)
# 4.4.4: an operate without its select is refused with 2.
talk.ask(dnp3.operate, dnp3.crob(1, trip), dnp3.crob(1, trip, status=2))
talk.wait(500)
talk.ask(dnp3.select, dnp3.crob(1, close), dnp3.crob(1, close))
talk.wait(100)
talk.ask(dnp3.operate, dnp3.crob(8, close), dnp3.crob(8, close, status=2))
talk.wait(500)
talk.ask(dnp3.direct_operate, dnp3.analog_output(9, 1), iin=dnp3.parameter_error)

tape = Tape()
session = TcpSession(tape, scada, rtu, dnp3.port, 49801)
session.open()
talk.on_tape(session)
session.close()
tape.save(output())

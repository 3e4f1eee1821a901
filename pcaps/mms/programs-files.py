"""An engineering station of a controller that speaks MMS: a domain is downloaded, a program stopped,
killed, made and started, a file read, renamed and deleted, a journal emptied.

kind: S
expect: mms.confirmedServiceRequest == 26 => 1
expect: mms.confirmedServiceRequest == 27 => 2
expect: mms.confirmedServiceRequest == 28 => 1
expect: mms.confirmedServiceRequest == 41 => 1
expect: mms.confirmedServiceRequest == 44 => 1
expect: mms.confirmedServiceRequest == 38 => 1
expect: mms.confirmedServiceRequest == 40 => 1
expect: mms.confirmedServiceRequest == 72 => 1
expect: mms.confirmedServiceRequest == 73 => 2
expect: mms.confirmedServiceRequest == 75 => 1
expect: mms.confirmedServiceRequest == 76 => 2
expect: mms.confirmedServiceRequest == 77 => 1
expect: mms.confirmedServiceRequest == 67 => 1
expect: mms.confirmed_ErrorPDU_element => 1
"""

from tools import ber, mms
from tools.lab import output
from tools.mms import context, primitive, visible
from tools.session import Tape, TcpSession, engineer, plc

tape = Tape()
talk = mms.Talk(TcpSession(tape, engineer, plc, mms.port, 50410))
talk.open()
domain, program = "Boiler", "Boiler_Main"


def done(number):
    return primitive(number, b"")


def serve(service, answer):
    """The device asks: it fetches a download piece by piece (M DownloadSegment-Request)."""
    talk.invoke += 1
    talk.session.server(mms.dt(mms.data(mms.request(100 + talk.invoke, service))))
    tape.wait(2)
    talk.session.client(mms.dt(mms.data(mms.response(100 + talk.invoke, answer))))
    talk.pause(20)


talk.ask(primitive(0, b"\x00"), context(0, primitive(0, b"\x00"), primitive(1, b"\x00")))
talk.ask(context(41, primitive(0, program.encode())), done(41))
talk.ask(context(44, primitive(0, program.encode())), done(44))
# M InitiateDownloadSequence: domain [0], capabilities [1], sharable [2].
talk.ask(context(26, primitive(0, domain.encode()), context(1), primitive(2, b"\x00")), done(26))
for piece, more in ((bytes(range(64)), True), (bytes(range(40)), False)):
    serve(primitive(27, domain.encode()), context(27, primitive(0, piece), primitive(1, bytes([more]))))
serve(context(28, primitive(0, domain.encode())), done(28))
# M CreateProgramInvocation: name [0], domains [1], reusable [2]. Start: argument [1].
talk.ask(
    context(38, primitive(0, program.encode()), context(1, visible(domain)), primitive(2, b"\x01")), done(38)
)
talk.ask(context(40, primitive(0, program.encode()), primitive(1, b"cold")), done(40))
# M annex D: FileOpen, FileRead until nothing follows, FileClose; a rename, a delete that is refused, one
# that is not; the directory.
record, kept = "COMTRADE/R0001.DAT", "COMTRADE/OLD.DAT"
attributes = context(1, primitive(0, ber.signed(3000)), primitive(1, b"20260302075900Z"))
talk.ask(context(72, context(0, mms.file_name(record)), primitive(1, b"\x00")), context(72, primitive(0, b"\x05"), attributes))
for piece, more in ((bytes(120), True), (bytes(40), False)):
    talk.ask(primitive(73, b"\x05"), context(73, primitive(0, piece), primitive(1, bytes([more]))))
talk.ask(primitive(74, b"\x05"), done(74))
talk.ask(context(75, context(0, mms.file_name(record)), context(1, mms.file_name(kept))), done(75))
talk.ask(context(76, mms.file_name(record)), (11, 7))
talk.ask(context(76, mms.file_name(kept)), done(76))
entry = mms.sequence(context(0, mms.file_name("COMTRADE/R0002.CFG")), attributes)
talk.ask(
    context(77, context(0, mms.file_name("COMTRADE"))), context(77, context(0, mms.sequence(entry)), primitive(1, b"\x00"))
)
# M InitializeJournal: name [0]; the answer is how many entries are gone.
talk.ask(context(67, context(0, mms.name(f"{domain}/GeneralLog"))), primitive(67, ber.signed(412)))
talk.close()
tape.save(output())

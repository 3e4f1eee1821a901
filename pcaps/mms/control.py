"""Controls of IEC 61850: a breaker is selected with its value and operated; then operated with another
value than selected, and after a refused select; a direct control, a switch to test mode, a cancel;
a set point, a substitution and a configuration are written.

kind: S
expect: mms.confirmedServiceRequest == 5 => 13
expect: mms.unconfirmedService == 0 => 2
expect: mms.failure => 3
"""

from tools import mms
from tools.lab import output
from tools.mms import bit_string, boolean, int_value, real, string, structure, unsigned
from tools.session import Host, Tape, TcpSession, laptop

ied = Host("ied", "10.20.0.31", "02:4c:59:00:00:31")
domain = "AA1J1Q01A1LD0"
breaker, earth = f"{domain}/CSWI1$CO$Pos", f"{domain}/CSWI3$CO$Pos"

tape = Tape()
talk = mms.Talk(TcpSession(tape, laptop, ied, mms.port, 50310))
talk.open()


def order(name, service, value, number, result=mms.success, **more):
    talk.ask(
        mms.write((f"{name}${service}", mms.control(value, talk.ns, number, **more))),
        mms.write_answer(result),
    )


denied = mms.failure(3)
# E 20.5: select with value, operate; E 20.9: the end is reported with the value operated.
order(breaker, "SBOw", boolean(True), 1, check="11")
order(breaker, "Oper", boolean(True), 1, check="11")
talk.tell(mms.report([mms.control(boolean(True), talk.ns, 1)], [f"{breaker}$Oper"]))
# Selected to open, operated to close.
order(breaker, "SBOw", boolean(False), 2)
order(breaker, "Oper", boolean(True), 2)
# The select is refused, and yet it is operated.
order(earth, "SBOw", boolean(True), 3, denied, category=7, who=b"")
# E 20.11: LastApplError says why: 18, the object is not selected; the write is refused.
name = f"{earth}$Oper"
error = structure(string(name), int_value(1), structure(int_value(7), mms.octets(b"")), unsigned(4), int_value(18))
talk.session.server(mms.dt(mms.data(mms.report([error], ["LastApplError"]))))
order(earth, "Oper", boolean(True), 4, denied, category=7, who=b"")
order(breaker, "SBOw", boolean(True), 5)
order(breaker, "Cancel", boolean(True), 5)
# Direct controls: a lamp, a set point of a tap changer, the mode of the device (3 is test).
order(f"{domain}/GGIO1$CO$SPCSO1", "Oper", boolean(False), 1)
order(f"{domain}/LLN0$CO$Mod", "Oper", int_value(3), 1)
# Functional constraints SP, SV and CF of IEC 61850-7-2 annex B; the last is not to be written.
for item, value, result in (
    ("PTOC1$SP$StrVal$setMag$f", real(4.5), mms.success),
    ("MMXU1$SV$TotW$subEna", boolean(True), mms.success),
    ("CSWI1$CF$Pos$ctlModel", int_value(1), mms.failure(3)),
):
    talk.ask(mms.write((f"{domain}/{item}", value)), mms.write_answer(result))
talk.close()
tape.save(output())

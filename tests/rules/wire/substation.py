"""IEC 61850: one MMS service each, and frames of GOOSE and sampled values with one thing wrong."""

from tools import iec61850, mms
from tools.iec61850 import unsigned as ber_unsigned
from tools.iec61850 import value as ber
from tools.mms import context, primitive, visible
from tools.session import Host, Tape, TcpSession, laptop, rtu, scada
from wire.exchange import Captures

ied = Host("ied", "10.20.0.31", "02:4c:59:00:00:31")
domain = "AA1J1Q01A1LD0"


def captures():
    out = Captures()

    def talk(name, *steps, client=scada):
        tape = Tape()
        tape.resolve(client, ied)
        conversation = mms.Talk(TcpSession(tape, client, ied, mms.port, 50411))
        conversation.open()
        for step in steps:
            step(conversation)
        conversation.close()
        out[name] = tape.packets

    def serve(name, service, answer, **more):
        talk(name, lambda c: c.ask(service, answer), **more)

    def done(number):
        return primitive(number, b"")

    def order(point, service, value, result=mms.success):
        return lambda c: c.ask(mms.write((f"{domain}/{point}${service}", mms.control(value, c.ns, 1))), mms.write_answer(result))

    def written(name, item, value, **more):
        serve(name, mms.write((f"{domain}/{item}", value)), mms.write_answer(mms.success), **more)

    program = primitive(0, b"Boiler_Main")
    breaker = "CSWI1$CO$Pos"
    serve("routine", mms.read(f"{domain}/MMXU1$MX$TotW"), mms.read_answer(mms.real(1.5)))
    for number, name in ((40, "start"), (41, "stop"), (42, "resume"), (43, "reset"), (44, "kill")):
        serve(f"program-{name}", context(number, program), done(number))
    serve("program-attributes", primitive(45, b"Boiler_Main"), (2, 1))
    load = context(26, primitive(0, domain.encode()), context(1), primitive(2, b"\0"))
    serve("load-domain", load, done(26))
    serve("read-domain", primitive(29, domain.encode()), (2, 0))
    serve("delete-domain", primitive(36, domain.encode()), done(36))
    serve("create-program", context(38, program, context(1, visible(domain)), primitive(2, b"\1")), done(38))
    serve("delete-file", context(76, mms.file_name("COMTRADE/OLD.DAT")), done(76))
    attributes = context(1, primitive(0, b"\x0b\xb8"), primitive(1, b"20260302075900Z"))
    opened = context(72, primitive(0, b"\5"), attributes)
    serve("open-file", context(72, context(0, mms.file_name("COMTRADE/R1.DAT")), primitive(1, b"\0")), opened)
    serve("obtain-file", context(46, context(1, mms.file_name("new.cid")), context(2, mms.file_name("ied.cid"))), done(46))
    serve("empty-journal", context(67, context(0, mms.name(f"{domain}/GeneralLog"))), primitive(67, b"\1"))
    names = context(1, mms.name(f"{domain}/LLN0$dsTrip"))
    serve("delete-data-set", context(13, primitive(0, b"\0"), names), context(13, primitive(0, b"\1"), primitive(1, b"\1")))
    control = order(breaker, "SBOw", mms.boolean(True)), order(breaker, "Oper", mms.boolean(True))
    talk("control", *control)
    talk("control-by-stranger", *control, client=laptop)
    talk("mode-test", order("LLN0$CO$Mod", "Oper", mms.int_value(3)))
    talk("mode-on", order("LLN0$CO$Mod", "Oper", mms.int_value(1)))
    written("substitute", "MMXU1$SV$TotW$subEna", mms.boolean(True))
    written("block", "MMXU1$BL$TotW$blkEna", mms.boolean(True))
    written("set-point", "PTOC1$SP$StrVal$setMag$f", mms.real(4.5))
    written("setting-group", "LLN0$SP$SGCB$ActSG", mms.unsigned(2))
    written("edit-setting", "PTOC1$SE$StrVal$setMag$f", mms.real(9.5))
    written("goose-control", "LLN0$GO$gcbTrip$GoEna", mms.boolean(False))
    written("sv-control", "LLN0$MS$MSVCB01$SvEna", mms.boolean(False))
    written("configuration", "CSWI1$CF$Pos$ctlModel", mms.int_value(1))
    written("report-control", "LLN0$RP$rcbState01$RptEna", mms.boolean(True))

    def interlocked(c):
        order("CSWI3$CO$Pos", "Oper", mms.boolean(True), mms.failure(3))(c)
        error = mms.structure(
            mms.string(f"{domain}/CSWI3$CO$Pos$Oper"), mms.int_value(1),
            mms.structure(mms.int_value(2), mms.octets(b"")), mms.unsigned(1), mms.int_value(10),
        )  # fmt: skip
        c.tell(mms.report([error], ["LastApplError"]))

    talk("interlocked", *[interlocked] * 5)
    talk("interlocked-once", interlocked)

    def refused(name, times):
        tape = Tape()
        tape.resolve(scada, ied)
        for number in range(times):
            conversation = mms.Talk(TcpSession(tape, scada, ied, mms.port, 50420 + number))
            conversation.connect()
            conversation.exchange(
                mms.dt(mms.associate_request(mms.initiate(8))),
                mms.dt(mms.associate_answer(mms.initiate(9, 32000), result=1, diagnostic=1)),
            )
            conversation.session.close()
        out[name] = tape.packets

    refused("refused-associations", 6)
    refused("refused-association", 1)
    bad = context(0, primitive(0, b"\0"), primitive(1, b"\2"))
    serve("not-well", primitive(0, b"\0"), bad)
    serve("well", primitive(0, b"\0"), context(0, primitive(0, b"\0"), primitive(1, b"\0")))
    serve("rename", context(3, primitive(0, b"\0"), context(1, mms.name(f"{domain}/a")), primitive(2, b"b")), done(3))

    group = "01:0c:cd:01:00:01"

    def goose(name, pdu):
        tape = Tape()
        for _ in range(3):
            iec61850.multicast(tape, rtu, group, iec61850.goose_ethertype, pdu(tape.ns))
            tape.wait(1000)
        out[name] = tape.packets

    data = [iec61850.boolean(False), iec61850.quality()]

    def goose_with(ns, st=1, live=2000, test=0, commission=0, reserved=0):
        members = (
            ber(0x80, b"LW1LD0/LLN0$GO$gcbTrip") + ber_unsigned(0x81, live) + ber(0x82, b"LW1LD0/LLN0$dsTrip")
            + ber(0x83, b"trip") + ber(0x84, iec61850.utc_time(0)) + ber_unsigned(0x85, st) + ber_unsigned(0x86, ns // 10**9 % 100)
            + ber(0x87, bytes([test])) + ber_unsigned(0x88, 1) + ber(0x89, bytes([commission])) + ber_unsigned(0x8A, len(data))
            + ber(0xAB, b"".join(data))
        )
        frame = iec61850.header(0x3001, ber(0x61, members))
        return frame[:4] + reserved.to_bytes(2, "big") + frame[6:]

    goose("goose", goose_with)
    goose("goose-test", lambda ns: goose_with(ns, test=1))
    goose("goose-simulated", lambda ns: goose_with(ns, reserved=0x8000))
    goose("goose-commissioning", lambda ns: goose_with(ns, commission=1))
    goose("goose-long-life", lambda ns: goose_with(ns, live=3_600_000))
    goose("goose-high-state", lambda ns: goose_with(ns, st=0xFFFFFFF0))

    def samples(name, synch=2, reserved=0):
        tape = Tape()
        for count in range(4):
            frame = iec61850.sampled_values(count, bytes(64), synch=synch)
            frame = frame[:4] + reserved.to_bytes(2, "big") + frame[6:]
            iec61850.multicast(tape, rtu, "01:0c:cd:04:00:01", iec61850.sv_ethertype, frame)
            tape.wait(0.25)
        out[name] = tape.packets

    samples("samples")
    samples("samples-simulated", reserved=0x8000)
    samples("samples-unsynchronised", synch=0)
    return out

"""A station controller associates with a protection device of IEC 61850, asks who it is, browses its
logical device, reads values and a data set, enables a report and gets two.

kind: S
expect: mms.initiate_RequestPDU_element => 1
expect: mms.confirmedServiceRequest == 2 => 1
expect: mms.confirmedServiceRequest == 1 => 3
expect: mms.confirmedServiceRequest == 6 => 1
expect: mms.confirmedServiceRequest == 4 => 6
expect: mms.confirmedServiceRequest == 5 => 1
expect: mms.unconfirmedService == 0 => 2
expect: mms.conclude_ResponsePDU_element => 1
"""

from tools import mms
from tools.lab import output
from tools.mms import bit_string, context, primitive, real, string, structure, unsigned, utc
from tools.session import Host, Tape, TcpSession, scada

ied = Host("ied", "10.20.0.31", "02:4c:59:00:00:31")
domain = "AA1J1Q01A1LD0"
position, current = f"{domain}/XCBR1$ST$Pos", f"{domain}/MMXU1$MX$TotW"
block = f"{domain}/LLN0$BR$brcbStat01"
data_set = f"{domain}/LLN0$Stat"

tape = Tape()
talk = mms.Talk(TcpSession(tape, scada, ied, mms.port, 50210))
talk.open()


def status(bits, quality=mms.good):
    return structure(bit_string(bits), bit_string(quality), utc(talk.ns))


def power(value):
    return structure(structure(real(value)), bit_string(mms.good), utc(talk.ns))


talk.ask(primitive(2, b""), mms.identity("Example Relays", "PX-200", "4.20.1"))
# M GetNameList: domains (9) of the device, named variables (0) and lists (2) of the domain.
talk.ask(mms.names(9), mms.names_answer(domain))
talk.ask(
    mms.names(0, domain),
    mms.names_answer("LLN0", "LLN0$BR", "MMXU1$MX$TotW", "XCBR1", "XCBR1$CO$Pos", "XCBR1$ST$Pos", more=True),
)
talk.ask(mms.names(2, domain), mms.names_answer("LLN0$Stat"))
# M GetVariableAccessAttributes: a structure [2] of components [1], bit strings [4], utc-time [17].
kinds = (("stVal", primitive(4, b"\xfe")), ("q", primitive(4, b"\xf3")), ("t", primitive(17, b"")))
components = [mms.sequence(primitive(0, word.encode()), context(1, kind)) for word, kind in kinds]
talk.ask(
    context(6, context(0, mms.name(position))),
    context(6, primitive(0, b"\x00"), context(2, context(2, context(1, *components)))),
)
plate = f"{domain}/LPHD1$DC$PhyNam$"
talk.ask(mms.read(plate + "serNum"), mms.read_answer(string("SN-004711")))
talk.ask(mms.read(plate + "hwRev"), mms.read_answer(mms.failure(10)))
for turn in range(2):
    talk.ask(mms.read(position, current), mms.read_answer(status("10"), power(41.5 + turn)))
talk.ask(mms.read(f"{domain}/XCBR9$ST$Pos"), mms.read_answer(mms.failure(10)))
talk.ask(mms.read_list(data_set), mms.read_answer(status("10"), power(43.25)))
talk.ask(mms.write((block + "$RptEna", mms.boolean(True))), mms.write_answer(mms.success))

# E 17.2.2: OptFlds with sequence number, time, reason, data set and data reference, entry and revision.
options = bit_string("0111110110")
references = (f"{domain}/XCBR1$ST$Pos", f"{domain}/MMXU1$MX$TotW")
for number in range(2):
    included = "11" if number == 0 else "10"
    values = [status("01" if number else "10"), power(44.0)][: included.count("1")]
    talk.tell(
        mms.report(
            [
                string("AA1J1Q01A1LD0/LLN0$brcbStat"),
                options,
                unsigned(7 + number),
                mms.binary_time(talk.ns),
                string(data_set),
                mms.octets(bytes(7) + bytes([number + 1])),
                unsigned(1),
                bit_string(included),
                *(string(each) for each in references[: len(values)]),
                *values,
                *(bit_string("010000") for _ in values),
            ]
        )
    )
talk.close()
tape.save(output())

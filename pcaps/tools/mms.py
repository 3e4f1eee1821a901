"""MMS over ISO on TCP as bytes, for scripted captures.

Sources: M = ISO 9506-2:2003 (the names of its ASN.1 types), S = ITU-T X.225 (session), P = ITU-T
X.226 (presentation), A = ITU-T X.227 (ACSE), E = IEC 61850-8-1:2011, T = IEC 60870-6-503:2014.
"""

import struct

from tools import ber, edit
from tools.ber import context, integer, primitive, sequence, visible
from tools.s7 import dt, tpkt

port = 102

# --- transport, session, presentation, association ---


def connect_unit(code, dst, src, local=b"\x00\x01", remote=b"\x00\x01"):
    """X.224 13.3 and 13.4: CR and CC; class 0, TPDU size 2^13, transport selectors."""
    options = b"\xc0\x01\x0d"
    for kind, selector in ((0xC1, local), (0xC2, remote)):
        options += bytes([kind, len(selector)]) + selector
    body = struct.pack("!BHHB", code, dst, src, 0) + options
    return tpkt(bytes([len(body)]) + body)


def disconnect_unit(dst, src, reason):
    """X.224 13.5."""
    body = struct.pack("!BHHB", 0x80, dst, src, reason)
    return tpkt(bytes([len(body)]) + body)


def parameter(code, content):
    size = bytes([len(content)]) if len(content) < 255 else b"\xff" + struct.pack("!H", len(content))
    return bytes([code]) + size + content


def session_unit(code, *parameters):
    """S 8.2: the unit's code, its length, parameters."""
    return parameter(code, b"".join(parameters))


def session_connect(code, user):
    """S 8.3.1 CONNECT (13) and 8.3.4 ACCEPT (14): connect/accept item (5) with protocol options (19)
    and version (22); session requirements (20): duplex; selectors 51 and 52; user data (193)."""
    item = parameter(5, parameter(19, b"\x00") + parameter(22, b"\x02"))
    selectors = parameter(52, b"\x00\x01")
    if code == 13:
        selectors = parameter(51, b"\x00\x01") + selectors
    return session_unit(code, item, parameter(20, b"\x00\x02"), selectors, parameter(193, user))


def data(*pdus, context_id=3):
    """S 7.3: GIVE TOKENS, DATA TRANSFER. P 8.4.2: fully encoded data, one PDV list each."""
    lists = [sequence(integer(context_id), context(0, pdu)) for pdu in pdus]
    return bytes([1, 0, 1, 0]) + ber.application(1, *lists)


def external(pdu):
    """EXTERNAL of A 9.1's user information: indirect reference 3, single ASN.1 type."""
    return context(30, ber.tlv(0x20, 8, integer(3) + context(0, pdu)))


def titles(called, calling):
    """A 9.1 AARQ: called title [2] and qualifier [3], calling [6] and [7]."""
    out = b""
    for number, (title, qualifier) in ((2, called), (6, calling)):
        out += context(number, ber.oid(title)) + context(number + 1, integer(qualifier))
    return out


mms_context = "1.0.9506.2.3"  # M 24: the application context
abstract_syntaxes = ((1, "2.2.1.0.1"), (3, "1.0.9506.2.1"))  # ACSE, MMS


def associate_request(initiate, called=("1.1.1.999.1", 12), calling=("1.1.1.999", 12), more=b""):
    """P 8.2 CP: mode normal, selectors, the contexts defined; A 9.1 AARQ."""
    aarq = ber.application(
        0, context(1, ber.oid(mms_context)), titles(called, calling), more, external(initiate)
    )
    contexts = [
        sequence(integer(number), ber.oid(syntax), sequence(ber.oid("2.1.1")))
        for number, syntax in abstract_syntaxes
    ]
    values = sequence(integer(1), context(0, aarq))
    normal = context(
        2,
        primitive(1, bytes(3) + b"\x01"),
        primitive(2, bytes(3) + b"\x01"),
        context(4, *contexts),
        ber.application(1, values),
    )
    return session_connect(13, ber.tlv(0x20, 17, context(0, primitive(0, b"\x01")) + normal))


def associate_answer(initiate, result=0, diagnostic=0, responding="1.1.1.999.1"):
    """P 8.2 CPA; A 9.2 AARE: result [2], diagnostic of the user [3][1]."""
    aare = ber.application(
        1,
        context(1, ber.oid(mms_context)),
        context(2, integer(result)),
        context(3, context(1, integer(diagnostic))),
        context(4, ber.oid(responding)),
        external(initiate),
    )
    accepted = sequence(primitive(0, b"\x00"), primitive(1, b"\x51\x01"))
    normal = context(
        2,
        primitive(3, bytes(3) + b"\x01"),
        context(5, accepted, accepted),
        ber.application(1, sequence(integer(1), context(0, aare))),
    )
    return session_connect(14, ber.tlv(0x20, 17, context(0, primitive(0, b"\x01")) + normal))


def release(answer=False):
    """S 8.3.9 FINISH (9), 8.3.10 DISCONNECT (10) with A 9.3 RLRQ, 9.4 RLRE: reason normal."""
    unit = ber.application(3 if answer else 2, primitive(0, b"\x00"))
    user = ber.application(1, sequence(integer(1), context(0, unit)))
    return session_unit(10 if answer else 9, parameter(193, user))


def abort():
    """S 8.3.7 ABORT (25): transport disconnect (17), user data; A 9.5 ABRT: by the user."""
    unit = ber.application(4, primitive(0, b"\x00"))
    user = context(0, ber.application(1, sequence(integer(1), context(0, unit))))
    return session_unit(25, parameter(17, b"\x01"), parameter(193, user))


# --- MMS PDUs ---


def initiate(number, detail=65000, outstanding=5, nesting=10, services="ee1c00000408000079ef18"):
    """M Initiate-RequestPDU [8] and -ResponsePDU [9]."""
    options = context(
        4,
        primitive(0, b"\x01"),
        primitive(1, b"\x05\xf1\x00"),
        primitive(2, b"\x03" + bytes.fromhex(services)),
    )
    numbers = (ber.signed(value) for value in (detail, outstanding, outstanding, nesting))
    return context(number, *(primitive(i, each) for i, each in enumerate(numbers)), options)


def request(invoke, service):
    return context(0, integer(invoke), service)


def response(invoke, service):
    return context(1, integer(invoke), service)


def error(invoke, error_class, code):
    """M Confirmed-ErrorPDU [2]: ServiceError with its class as the tag."""
    return context(2, primitive(0, ber.signed(invoke)), service_error(2, error_class, code))


def service_error(number, error_class, code):
    return context(number, context(0, primitive(error_class, bytes([code]))))


def unconfirmed(service):
    return context(3, service)


conclude_request, conclude_response = primitive(11, b""), primitive(12, b"")

# --- names ---


def name(text):
    """M ObjectName: vmd-specific [0], domain-specific [1], aa-specific [2] (E 7.3: '@')."""
    if text.startswith("@"):
        return primitive(2, text[1:].encode())
    if "/" not in text:
        return primitive(0, text.encode())
    domain, item = text.split("/", 1)
    return context(1, visible(domain), visible(item))


def variables(*names):
    """listOfVariable [0] of VariableAccessSpecification, each a name [0] of VariableSpecification."""
    return context(0, *(sequence(context(0, name(each))) for each in names))


def variable_list(text):
    return context(1, name(text))


def file_name(text):
    return ber.graphic(text)


# --- values: M Data ---


def array(*members):
    return context(1, *members)


def structure(*members):
    return context(2, *members)


def boolean(on):
    return primitive(3, bytes([bool(on)]))


def bit_string(text):
    return primitive(4, ber.bits(text))


def int_value(number):
    return primitive(5, ber.signed(number))


def unsigned(number):
    return primitive(6, ber.signed(number))


def real(number):
    """FloatingPoint: the width of the exponent, IEEE 754."""
    return primitive(7, b"\x08" + struct.pack("!f", number))


def octets(content):
    return primitive(9, content)


def string(text):
    return primitive(10, text.encode())


def binary_time(ns):
    """E 8.1.3.6 TimeOfDay: milliseconds of the day, days since 1984-01-01."""
    days, rest = divmod(ns // 10**6, 86_400_000)
    return primitive(12, struct.pack("!IH", rest, days - 5113))


def utc(ns):
    return primitive(17, ber.utc_time(ns))


def failure(code):
    """DataAccessError in an AccessResult or Write-Response."""
    return primitive(0, bytes([code]))


good = "0" * 13  # Quality, E 8.2: thirteen bits
success = primitive(1, b"")

# --- services ---


def read(*names):
    return context(4, context(1, variables(*names)))


def read_list(text):
    return context(4, context(1, variable_list(text)))


def read_answer(*results):
    return context(4, context(1, *results))


def write(*pairs):
    names, values = zip(*pairs)
    return context(5, variables(*names), context(0, *values))


def write_answer(*results):
    return context(5, *results)


def names(object_class, domain=None, after=None):
    """GetNameList-Request [1]: extendedObjectClass, objectScope (vmd or domain), continueAfter."""
    scope = primitive(0, b"") if domain is None else primitive(1, domain.encode())
    more = b"" if after is None else primitive(2, after.encode())
    return context(1, context(0, primitive(0, bytes([object_class]))), context(1, scope), more)


def names_answer(*found, more=False):
    return context(1, context(0, *(visible(each) for each in found)), primitive(1, bytes([more])))


def identity(vendor, model, revision):
    """Identify-Response [2]."""
    return context(2, *(primitive(i, each.encode()) for i, each in enumerate((vendor, model, revision))))


def report(results, names=None):
    """InformationReport [0]; without names the list RPT of E 17.2."""
    which = variable_list("RPT") if names is None else variables(*names)
    return unconfirmed(context(0, which, context(0, *results)))


def control(value, ns, number, category=2, who=b"SCADA", test=False, check="00"):
    """E 20.2: ctlVal, origin, ctlNum, T, Test, Check."""
    origin = structure(int_value(category), octets(who))
    return structure(value, origin, unsigned(number), utc(ns), boolean(test), bit_string(check))


class Talk:
    """A client and a server on a scripted TCP session that is open."""

    def __init__(self, session, think_ms=3):
        self.session, self.think_ms, self.invoke = session, think_ms, 0

    @property
    def tape(self):
        return self.session.tape

    @property
    def ns(self):
        return self.tape.ns

    def pause(self, ms=400):
        self.tape.wait(40)
        self.session.acknowledge(0)
        self.tape.wait(ms)

    def exchange(self, ask, answer):
        self.session.client(ask)
        self.tape.wait(self.think_ms)
        self.session.server(answer)

    def connect(self):
        self.session.open()
        self.exchange(connect_unit(0xE0, 0, 1), connect_unit(0xD0, 1, 2))

    def open(self, **said):
        self.connect()
        self.exchange(
            dt(associate_request(initiate(8), **said)),
            dt(associate_answer(initiate(9, 32000, services="ee1c00000408000079ef18"))),
        )
        self.pause()

    def ask(self, service, answer, think_ms=None):
        """A confirmed service; the answer is a service, or a pair of class and code of an error."""
        self.invoke += 1
        self.session.client(dt(data(request(self.invoke, service))))
        self.tape.wait(self.think_ms if think_ms is None else think_ms)
        if isinstance(answer, tuple):
            self.session.server(dt(data(error(self.invoke, *answer))))
        elif answer is not None:
            self.session.server(dt(data(response(self.invoke, answer))))
        self.pause()

    def tell(self, pdu):
        self.session.server(dt(data(pdu)))
        self.pause()

    def close(self):
        self.exchange(dt(data(conclude_request)), dt(data(conclude_response)))
        self.exchange(dt(release()), dt(release(answer=True)))
        self.session.close()


start = edit.start_of_capture

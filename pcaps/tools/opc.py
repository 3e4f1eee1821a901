"""DCE/RPC over TCP as OPC Classic uses it: bindings, calls on objects, values.

Sources: The Open Group C706 12.6 and chapter 14 (fragments, NDR), [MS-DCOM] 2.2.13 (ORPCTHIS,
ORPCTHAT), [MS-OAUT] 2.2.29 (VARIANT), OPC Data Access Custom Interface Standard, appendix (IDL).
"""

import struct
import uuid

ndr = uuid.UUID("8a885d04-1ceb-11c9-9fe8-08002b104860")
server = uuid.UUID("39c13a4d-011e-11d0-9675-0020afd8adb3")
browse_address_space = uuid.UUID("39c13a4f-011e-11d0-9675-0020afd8adb3")
item_mgt = uuid.UUID("39c13a54-011e-11d0-9675-0020afd8adb3")
sync_io = uuid.UUID("39c13a52-011e-11d0-9675-0020afd8adb3")
data_callback = uuid.UUID("39c13a70-011e-11d0-9675-0020afd8adb3")
services = uuid.UUID("367abb81-9844-35f1-ad32-98f038001003")
causality = uuid.UUID("4c590001-0000-4000-8000-000000000001")
target = uuid.UUID("4c590002-0000-4000-8000-000000000002")


def fragment(kind, call, body, flags=3, length=None):
    size = 16 + len(body) if length is None else length
    return struct.pack("<BBBBIHHI", 5, 0, kind, flags, 0x10, size, 0, call) + body


def bind(call, interfaces, kind=11):
    """interfaces: (context, UUID, version)."""
    body = struct.pack("<HHIB3x", 5840, 5840, 0, len(interfaces))
    for context, which, version in interfaces:
        body += struct.pack("<HBx", context, 1) + which.bytes_le + struct.pack("<I", version) + ndr.bytes_le + struct.pack("<I", 2)
    return fragment(kind, call, body)


def bind_ack(call, count, kind=12, port=b"49171\0"):
    body = struct.pack("<HHIH", 5840, 5840, 0x4C59, len(port)) + port
    body += bytes(-len(body) % 4) + struct.pack("<B3x", count)
    return fragment(kind, call, body + (struct.pack("<HH", 0, 0) + ndr.bytes_le + struct.pack("<I", 2)) * count)


def request(call, context, opnum, arguments, **broken):
    this = struct.pack("<HHII", 5, 7, 0, 0) + causality.bytes_le + bytes(4)
    return fragment(0, call, struct.pack("<IHH", 32 + len(arguments), context, opnum) + target.bytes_le + this + arguments, 0x83, **broken)


def plain(call, context, opnum, arguments):
    return fragment(0, call, struct.pack("<IHH", len(arguments), context, opnum) + arguments)


def response(call, context, arguments, result=0):
    out = bytes(8) + arguments
    out += bytes(-len(out) % 4) + struct.pack("<I", result)
    return fragment(2, call, struct.pack("<IHBx", len(out), context, 0) + out)


def text(words):
    """A string of wide characters with its closing zero (C706 14.3.4)."""
    count = len(words) + 1
    return struct.pack("<III", count, 0, count) + (words + "\0").encode("utf-16-le")


def aligned(out, to):
    return out + bytes(-len(out) % to)


def variant(out, kind, value):
    """Puts a wireVARIANT behind `out`, aligned to eight."""
    arms = {2: "<h", 3: "<i", 4: "<f", 5: "<d", 11: "<h"}
    out = aligned(out, 8) + struct.pack("<IIHHHHI", 3, 0, kind, 0, 0, 0, kind)
    return aligned(out, struct.calcsize(arms[kind])) + struct.pack(arms[kind], value)


def numbers(values, code="I"):
    return struct.pack(f"<I{len(values)}{code}", len(values), *values)


def write(handles, values):
    """values: (type, value), the types of [MS-OAUT] 2.2.7."""
    out = struct.pack("<I", len(handles)) + numbers(handles) + numbers([0x72657355] * len(handles))
    for kind, value in values:
        out = variant(out, kind, value)
    return out


def read(handles, source=2):
    return struct.pack("<HxxI", source, len(handles)) + numbers(handles)


def states(items, when):
    """items: (client handle, quality, type, value); when: a FILETIME."""
    out = struct.pack("<II", 0x20000, len(items))
    for handle, quality, _, _ in items:
        out += struct.pack("<IIIHHI", handle, when & 0xFFFFFFFF, when >> 32, quality, 0, 0x72657355)
    for _, _, kind, value in items:
        out = variant(out, kind, value)
    return aligned(out, 4) + struct.pack("<I", 0x20004) + numbers([0] * len(items))


def errors(values):
    return struct.pack("<I", 0x20000) + numbers(values)


def add_items(names):
    out = struct.pack("<II", len(names), len(names))
    for index, _ in enumerate(names):
        out += struct.pack("<IIIIIIHH", 0x20000 + 8 * index, 0x20004 + 8 * index, 1, 100 + index, 0, 0, 0, 0)
    for name in names:
        out = aligned(aligned(out, 4) + text(""), 4) + text(name)
    return out


def add_answer(handles):
    out = struct.pack("<II", 0x20000, len(handles))
    for handle in handles:
        out += struct.pack("<IHHIII", handle, 5, 0, 3, 0, 0)
    return out + struct.pack("<I", 0x20004) + numbers([0] * len(handles))


def status(version, vendor, when):
    out = struct.pack("<I", 0x20000) + struct.pack("<II", when & 0xFFFFFFFF, when >> 32) * 3
    out += struct.pack("<HxxIIHHHHI", 1, 1, 0xFFFFFFFF, *version, 0, 0x20004)
    return aligned(out + text(vendor), 4)


def data_change(items, when, group=5):
    """items: (client handle, quality, type, value)."""
    out = struct.pack("<IIIII", 0, group, 0, 0, len(items)) + numbers([i[0] for i in items])
    out += numbers([0x72657355] * len(items))
    for _, _, kind, value in items:
        out = variant(out, kind, value)
    out = aligned(out, 4) + numbers([i[1] for i in items], "H")
    out = aligned(out, 4) + struct.pack("<I", len(items)) + struct.pack("<II", when & 0xFFFFFFFF, when >> 32) * len(items)
    return out + numbers([0] * len(items))

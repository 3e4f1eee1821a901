"""PROFINET frames: layer 2 (cyclic data, DCP, alarms, PTCP, MRP) and remote calls over UDP.

Sources: IEC 61158-6-10 (frame ids 4.2.2.3, DCP 4.3.1, APDU status 4.4.2, PTCP 4.5, RTA 4.7.2, RPC
4.10.3, blocks 5.2), IEC 62439-2 clause 8 (MRP), The Open Group C706 12.5.3 (RPC header) and
appendix O (endpoint mapper), PROFIBUS & PROFINET International, Identification & Maintenance.
"""

import struct

from tools import wire

ethertype = 0x8892
ethertype_mrp = 0x88E3
multicast = "01:0e:cf:00:00:00"  # IEC 61158-6-10 4.3.1.2: DCP identify
mrp_multicast = "01:15:4e:00:00:01"  # IEC 62439-2 8.1.2: MRP test

get, set_, identify, hello = 3, 4, 5, 6
ip_parameter, type_of_station, name_of_station, device_id, role = (1, 2), (2, 1), (2, 2), (2, 3), (2, 4)
signal, response, factory_reset, reset_to_factory = (5, 3), (5, 4), (5, 5), (5, 6)
everything = (255, 255)


def block(option, content=b"", qualifier=None):
    """A DCP block, padded to an even length; with BlockInfo or BlockQualifier where given."""
    if qualifier is not None:
        content = struct.pack("!H", qualifier) + content
    return struct.pack("!BBH", *option, len(content)) + content + bytes(len(content) % 2)


def ip_block(address, mask, gateway, qualifier):
    return block(ip_parameter, wire.ip(address) + wire.ip(mask) + wire.ip(gateway), qualifier)


def dcp(service, kind, xid, content, delay=0, length=None):
    """kind: 0 request, 1 response."""
    frame_id = {identify: 0xFEFE + kind, hello: 0xFEFC}.get(service, 0xFEFD)
    size = len(content) if length is None else length
    return struct.pack("!HBBIHH", frame_id, service, kind, xid, delay, size) + content


def set_answer(xid, option, error=0):
    return dcp(set_, 1, xid, block(response, bytes(option) + bytes([error])))


def cyclic(frame_id, counter, data, status=0x35, transfer=0):
    """status 0x35: valid, primary, run, no problem. The data are at least 40 octets (4.4.1)."""
    data = data.ljust(40, b"\0")
    return struct.pack("!H", frame_id) + data + struct.pack("!HBB", counter & 0xFFFF, status, transfer)


def rta(frame_id, kind, content=b"", send=0xFFFF, ack=0xFFFE, ends=(1, 1), length=None):
    """kind: 1 data, 2 nack, 3 ack, 4 error; version 1, window 1."""
    size = len(content) if length is None else length
    return struct.pack("!HHHBBHHH", frame_id, *ends, 0x10 | kind, 0x11, send, ack, size) + content


def block_header(kind, content, version=(1, 0)):
    return struct.pack("!HHBB", kind, len(content) + 2, *version) + content


def alarm(kind, slot, subslot, channel=None, high=True, specifier=0xA801):
    content = struct.pack("!HIHHIIH", kind, 0, slot, subslot, 0x20, 1, specifier)
    if channel:
        content += struct.pack("!HHHH", 0x8000, *channel)
    return block_header(1 if high else 2, content)


def alarm_ack(kind, slot, subslot, high=True, specifier=0xA801):
    content = struct.pack("!HIHHHI", kind, 0, slot, subslot, specifier, 0)
    return block_header(0x8001 if high else 0x8002, content)


def delay_request(sequence, port_mac):
    return struct.pack("!H12xHHI", 0xFF40, sequence, 0, 0) + struct.pack("!H", 6 << 9 | 6) + wire.mac(port_mac) + bytes(2)


def mrp(kind, content, sequence, domain=b"\xff" * 16):
    common = struct.pack("!BBH", 1, 18, sequence) + domain
    return struct.pack("!HBB", 1, kind, len(content)) + content + common + bytes(2)


def mrp_test(mac, port, closed, transitions, stamp, sequence):
    content = struct.pack("!H", 0x8000) + wire.mac(mac)
    return mrp(2, content + struct.pack("!HHHI", port, closed, transitions, stamp), sequence)


def mrp_topology(mac, interval, sequence):
    return mrp(3, struct.pack("!H", 0x8000) + wire.mac(mac) + struct.pack("!H", interval), sequence)


def mrp_link(up, mac, port, interval, sequence):
    return mrp(5 if up else 4, wire.mac(mac) + struct.pack("!HHH", port, interval, 1), sequence)


# Remote calls.

port = 34964
interface = {"device": 1, "controller": 2, "supervisor": 3}
mapper = bytes.fromhex("e1af83085d1f11c991a408002b14a0fa")
connect, release, read, write, control, read_implicit = range(6)
idempotent, last, fragment = 0x20, 0x02, 0x04


def _uuid(octets, little):
    """Octets in network order as the data representation wants them (C706 14.1)."""
    if not little:
        return octets
    return octets[3::-1] + octets[5:3:-1] + octets[7:5:-1] + octets[8:]


def pn_uuid(number, tail="00a02442df7d"):
    return struct.pack("!I", 0xDEA00000 + number) + bytes.fromhex("6c9711d18271" + tail)


def object_uuid(device, vendor, instance=1):
    return pn_uuid(0, f"{instance:04x}{device:04x}{vendor:04x}")


def rpc(kind, which, opnum, activity, sequence, body, target, flags=idempotent, little=True, number=0, length=None):
    """A datagram: which is an interface's name or 'mapper'."""
    order = "<" if little else ">"
    uuid = mapper if which == "mapper" else pn_uuid(interface[which])
    version = 3 if which == "mapper" else 1
    out = bytes([4, kind, flags, 0, 0x10 if little else 0, 0, 0, 0])
    out += _uuid(target, little) + _uuid(uuid, little) + _uuid(activity, little)
    size = len(body) if length is None else length
    out += struct.pack(order + "IIIHHHHH", 0, version, sequence, opnum, 0xFFFF, 0xFFFF, size, number)
    return out + bytes(2) + body


def arguments(blocks, little=True, status=None, most=16696):
    """NDR of 4.10.3.2.8: of an answer with PNIOStatus (four octets, first the code)."""
    order = "<" if little else ">"
    first = most if status is None else int.from_bytes(bytes(status), "big")
    return struct.pack(order + "IIIII", first, len(blocks), most if status is None else len(blocks), 0, len(blocks)) + blocks


def ar_request(relation, key, mac, initiator, name, kind=1, properties=0x111):
    content = struct.pack("!H", kind) + relation + struct.pack("!H", key) + wire.mac(mac) + initiator
    content += struct.pack("!IHHH", properties, 600, 0x8892, len(name)) + name
    return block_header(0x0101, content)


def ar_answer(relation, key, mac, kind=1):
    return block_header(0x8101, struct.pack("!H", kind) + relation + struct.pack("!H", key) + wire.mac(mac) + struct.pack("!H", 0x8892))


def iocr_request(kind, frame_id, size=40, ratio=32):
    content = struct.pack("!HHHIHHHHHHIHHH", kind, kind, 0x8892, 2, size, frame_id, 32, ratio, 1, 0, 0xFFFFFFFF, 3, 3, 0xC000)
    return block_header(0x0102, content + bytes(6) + bytes(2))


def iocr_answer(kind, frame_id):
    return block_header(0x8102, struct.pack("!HHH", kind, kind, frame_id))


def expected(slot, module, submodules):
    content = struct.pack("!HIHIHH", 1, 0, slot, module, 0, len(submodules))
    for subslot, ident in submodules:
        content += struct.pack("!HIHHHBB", subslot, ident, 1, 1, 2, 1, 1)
    return block_header(0x0104, content)


def control_block(kind, relation, key, command):
    return block_header(kind, bytes(2) + relation + struct.pack("!HHHH", key, 0, command, 0))


def access(kind, relation, sequence, slot, subslot, index, length, status=0):
    """Headers of reads (0x0009, 0x8009) and writes (0x0008, 0x8008): 64 octets."""
    content = struct.pack("!H", sequence) + relation + struct.pack("!IHHHHI", 0, slot, subslot, 0, index, length)
    if kind == 0x8008:
        content += struct.pack("!HHI16x", 0, 0, status)
    else:
        content += bytes(24)
    return block_header(kind, content)


def many_writes(relation, sequence, records):
    """records: (slot, subslot, index, data); each aligned to four octets within."""
    body = b""
    for slot, subslot, index, data in records:
        body += bytes(-len(body) % 4) + access(0x0008, relation, sequence, slot, subslot, index, len(data)) + data
    return access(0x0008, relation, sequence, 0xFFFF, 0xFFFF, 0xE040, len(body)) + body


def many_answers(relation, sequence, records, statuses):
    body = b"".join(access(0x8008, relation, sequence, slot, subslot, index, 0, status)
                    for (slot, subslot, index, _), status in zip(records, statuses))
    return access(0x8008, relation, sequence, 0xFFFF, 0xFFFF, 0xE040, len(body)) + body


def im0(vendor, order, serial, hardware, software):
    content = struct.pack("!H", vendor) + order.ljust(20).encode() + serial.ljust(16).encode()
    content += struct.pack("!H", hardware) + software + struct.pack("!HHHBBH", 0, 0xF600, 4, 1, 1, 0x0E)
    return block_header(0x0020, content)


def annotation(kind, order, hardware, software):
    return f"{kind:<25} {order:<20} {hardware:>5} {software}".encode().ljust(64)


def lookup_answer(words, target, little=True):
    """One entry: object, tower, annotation (C706 appendix O; here without the tower's octets)."""
    order = "<" if little else ">"
    body = bytes(20) + struct.pack(order + "IIII", 1, 1, 0, 1)
    body += _uuid(target, little) + struct.pack(order + "III", 0, 0, len(words)) + words
    return body + struct.pack(order + "I", 0)


def datagram(src, dst, sport, dport, payload, ident=0):
    packet = wire.ipv4(src.ip, dst.ip, wire.protocol_udp, wire.udp(src.ip, dst.ip, sport, dport, payload), ident=ident)
    return wire.ether(src.mac, dst.mac, wire.ethertype_ipv4, packet)

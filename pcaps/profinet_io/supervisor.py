"""A laptop connects as supervisor, reads without a relation, and writes: once taken, once refused.

kind: S
expect: pn_io.ar_type == 6 => 1
expect: pn_io.opnum == 5 => 2
expect: pn_io.opnum == 3 => 4
expect: pn_io.error_code == 0xdf => 1
expect: dcerpc.pkt_type == 6 => 1
"""

from tools import profinet
from tools.lab import output
from tools.session import Tape, laptop, rtu

tape = Tape()
tape.resolve(laptop, rtu)
relation = bytes.fromhex("4c590002000040008000020000000077")
activity = bytes.fromhex("4c59b001000010008000024c59000077")
station = profinet.object_uuid(0x0313, 0x002A)
ident = 7


def exchange(opnum, number, asked, told, kind=2, which="device"):
    global ident
    call = profinet.rpc(0, which, opnum, activity, number, asked, station)
    tape.add(profinet.datagram(laptop, rtu, 53001, profinet.port, call, ident))
    tape.wait(3)
    reply = profinet.rpc(kind, which, opnum, activity, number, told, station, flags=0x0A)
    tape.add(profinet.datagram(rtu, laptop, profinet.port, 53001, reply, ident + 1))
    tape.wait(30)
    ident += 2


ok = (0, 0, 0, 0)
# Read implicit needs no relation (IEC 61158-5-10): the I&M0 record of the station.
identity = profinet.im0(0x002A, "6ES7 155-6AU01-0BN0", "S C-X4C590021", 2, b"V\x04\x02\x00")
asked = profinet.access(0x0009, bytes(16), 0, 0, 1, 0xAFF0, 4096)
told = profinet.access(0x8009, bytes(16), 0, 0, 1, 0xAFF0, len(identity)) + identity
exchange(profinet.read_implicit, 0, profinet.arguments(asked), profinet.arguments(told, status=ok))
# ARType 6 with DeviceAccess (ARProperties bit 8) and takeover allowed (bit 3).
block = profinet.ar_request(relation, 1, laptop.mac, profinet.object_uuid(0x0202, 0x002A), b"eng-77", 6, 0x119)
exchange(profinet.connect, 1, profinet.arguments(block), profinet.arguments(profinet.ar_answer(relation, 1, rtu.mac, 6), status=ok))
for number, (index, data, status) in enumerate([(128, b"\x01\x02\x03\x04", 0), (0x8071, bytes(8), 0xDF80B500)]):
    asked = profinet.access(0x0008, relation, number, 2, 1, index, len(data)) + data
    told = profinet.access(0x8008, relation, number, 2, 1, index, 0, status)
    # PNIOStatus: write, PNIORW, access: state conflict.
    code = tuple(status.to_bytes(4, "big"))
    exchange(profinet.write, 2 + number, profinet.arguments(asked), profinet.arguments(told, status=code))
# C706 appendix E: nca_op_rng_error, the interface has no operation 9.
exchange(9, 4, profinet.arguments(b""), (0x1C010002).to_bytes(4, "little"), kind=6)
tape.save(output())

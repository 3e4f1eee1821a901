"""A write of many records in three pieces, one of which is sent again, and its answer.

kind: S
expect: dcerpc.pkt_type == 0 => 4
expect: dcerpc.pkt_type == 9 => 2
expect: pn_io.opnum == 3 => 2
"""

import struct

from tools import profinet
from tools.lab import output
from tools.session import Tape, plc, rtu

tape = Tape()
relation = bytes.fromhex("4c590001000040008000020000000021")
activity = bytes.fromhex("4c59a001000010008000024c59000011")
station = profinet.object_uuid(0x0313, 0x002A)
records = [(slot, 1, 128, bytes([slot]) * 300) for slot in range(1, 9)]
whole = profinet.arguments(profinet.many_writes(relation, 1, records))
pieces = [whole[at : at + 1392] for at in range(0, len(whole), 1392)]  # C706 12.5.3: multiples of eight


def send(src, dst, sport, dport, payload):
    tape.add(profinet.datagram(src, dst, sport, dport, payload))
    tape.wait(2)


def piece(number):
    flags = profinet.fragment | profinet.idempotent | (profinet.last if number == len(pieces) - 1 else 0)
    return profinet.rpc(0, "device", profinet.write, activity, 2, pieces[number], station, flags, number=number)


def fack(number):
    # C706 12.5.3.7: version, window, longest TSDU and fragment, serial number, no selective part.
    body = struct.pack("<BxHIIHH", 0, 8, 65520, 1464, number, 0)
    return profinet.rpc(9, "device", profinet.write, activity, 2, body, station, flags=0, number=number)


send(plc, rtu, 49152, profinet.port, piece(0))
send(rtu, plc, profinet.port, 49152, fack(0))
send(plc, rtu, 49152, profinet.port, piece(1))
tape.wait(200)
send(plc, rtu, 49152, profinet.port, piece(1))
send(rtu, plc, profinet.port, 49152, fack(1))
send(plc, rtu, 49152, profinet.port, piece(2))
told = profinet.arguments(profinet.many_answers(relation, 1, records, [0] * 8), status=(0, 0, 0, 0))
send(rtu, plc, profinet.port, 49152, profinet.rpc(2, "device", profinet.write, activity, 2, told, station, flags=0x0A))
tape.save(output())

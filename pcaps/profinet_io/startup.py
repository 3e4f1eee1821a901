"""A controller looks a station up, connects, sets parameters and reads its identity; answers come from another port.

kind: S
expect: pn_io.opnum == 0 => 2
expect: pn_io.opnum == 3 => 2
expect: pn_io.opnum == 4 => 4
expect: pn_io.opnum == 2 => 2
expect: pn_io.opnum == 1 => 2
expect: pn_io.order_id => 1
expect: epm => 2
"""

from tools import profinet
from tools.lab import output
from tools.session import Tape, plc, rtu

tape = Tape()
tape.resolve(plc, rtu)
relation = bytes.fromhex("4c590001000040008000020000000021")
activity = bytes.fromhex("4c59a001000010008000024c59000011")
other = bytes.fromhex("4c59a002000010008000024c59000021")
station = profinet.object_uuid(0x0313, 0x002A)
controller = profinet.object_uuid(0x010E, 0x002A)
ours, dynamic = 49152, 49154
ident = 100


def ask(which, opnum, number, body, to, src=plc, dst=rtu, sport=ours, who=activity, target=station):
    global ident
    call = profinet.rpc(0, which, opnum, who, number, body, target, little=False)
    tape.add(profinet.datagram(src, dst, sport, to, call, ident))
    ident += 1
    tape.wait(3)


def answer(which, opnum, number, body, port, src=rtu, dst=plc, to=ours, who=activity, target=station):
    global ident
    reply = profinet.rpc(2, which, opnum, who, number, body, target, flags=0x0A)
    tape.add(profinet.datagram(src, dst, port, to, reply, ident))
    ident += 1
    tape.wait(5)


ok = (0, 0, 0, 0)
cm = profinet.port
# IEC 61158-6-10 4.10.3.3: the annotation names type, order number and revisions.
ask("mapper", 2, 0, bytes(76), cm)
words = profinet.annotation("IM 155-6 PN ST", "6ES7155-6AU01-0BN0", "2", "V  4  2  0")
answer("mapper", 2, 0, profinet.lookup_answer(words, station), cm)

blocks = profinet.ar_request(relation, 1, plc.mac, controller, b"plc-1")
blocks += profinet.iocr_request(1, 0x8001) + profinet.iocr_request(2, 0xFFFF)
blocks += profinet.expected(0, 0x20, [(1, 1), (0x8000, 2), (0x8001, 3)]) + profinet.expected(2, 0x30, [(1, 1)])
ask("device", profinet.connect, 1, profinet.arguments(blocks, False), cm)
blocks = profinet.ar_answer(relation, 1, rtu.mac) + profinet.iocr_answer(1, 0x8001) + profinet.iocr_answer(2, 0x8002)
answer("device", profinet.connect, 1, profinet.arguments(blocks, status=ok), dynamic)

records = [(0, 0x8000, 0x8052, bytes(24)), (0, 0x8001, 0x802F, bytes(16)), (2, 1, 128, b"\x01\x00\x00\x07")]
ask("device", profinet.write, 2, profinet.arguments(profinet.many_writes(relation, 1, records), False), dynamic)
answer("device", profinet.write, 2, profinet.arguments(profinet.many_answers(relation, 1, records, (0, 0, 0)), status=ok), dynamic)
end = profinet.control_block(0x0110, relation, 1, 1)
ask("device", profinet.control, 3, profinet.arguments(end, False), dynamic)
answer("device", profinet.control, 3, profinet.arguments(profinet.control_block(0x8110, relation, 1, 8), status=ok), dynamic)
# The station says that it is ready: now it is the one that calls.
ready = profinet.arguments(profinet.control_block(0x0112, relation, 1, 2), False)
ask("controller", profinet.control, 0, ready, cm, rtu, plc, dynamic, other, controller)
done = profinet.arguments(profinet.control_block(0x8112, relation, 1, 8), status=ok)
answer("controller", profinet.control, 0, done, cm, plc, rtu, dynamic, other, controller)

tape.wait(400)
ask("device", profinet.read, 4, profinet.arguments(profinet.access(0x0009, relation, 2, 0, 1, 0xAFF0, 4096), False), dynamic)
identity = profinet.im0(0x002A, "6ES7 155-6AU01-0BN0", "S C-X4C590021", 2, b"V\x04\x02\x00")
told = profinet.access(0x8009, relation, 2, 0, 1, 0xAFF0, len(identity)) + identity
answer("device", profinet.read, 4, profinet.arguments(told, status=ok), dynamic)
ask("device", profinet.release, 5, profinet.arguments(profinet.control_block(0x0114, relation, 1, 4), False), dynamic)
answer("device", profinet.release, 5, profinet.arguments(profinet.control_block(0x8114, relation, 1, 8), status=ok), dynamic)
tape.save(output())

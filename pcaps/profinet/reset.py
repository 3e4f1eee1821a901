"""A laptop resets a station to factory settings in both ways there are; its relation breaks off.

kind: S
expect: pn_dcp.service_id == 4 && pn_dcp.service_type == 0 => 2
expect: pn_io.error_code2 == 2 => 1
"""

from tools import profinet, wire
from tools.lab import output
from tools.session import Tape, laptop, plc, rtu

tape = Tape()


def send(src, dst, payload, ms=4):
    tape.add(wire.ether(src.mac, dst.mac, profinet.ethertype, payload))
    tape.wait(ms)


counter = 0x2000
for _ in range(20):
    send(rtu, plc, profinet.cyclic(0x8001, counter, b"\x80\x12\x34\x80"))
    send(plc, rtu, profinet.cyclic(0x8002, counter + 7, b"\x80\x01\x80"))
    counter += 128
# IEC 61158-6-10 BlockQualifier: 4 all stored data, in bits 1 to 15.
send(laptop, rtu, profinet.dcp(profinet.set_, 0, 0x77000001, profinet.block(profinet.reset_to_factory, b"", 4 << 1)))
send(rtu, laptop, profinet.set_answer(0x77000001, profinet.reset_to_factory))
send(laptop, rtu, profinet.dcp(profinet.set_, 0, 0x77000002, profinet.block(profinet.factory_reset, b"", 0)))
send(rtu, laptop, profinet.set_answer(0x77000002, profinet.factory_reset))
# 4.7.2: the relation ends with RTA_ERR_CLS_PROTOCOL (253), reason 2: instance closed.
send(rtu, plc, profinet.rta(0xFE01, 4, bytes([0xCF, 0x81, 0xFD, 2])))
for _ in range(3):
    send(plc, rtu, profinet.cyclic(0x8002, counter + 7, b"\x80\x01\x80"))
    counter += 128
tape.save(output())

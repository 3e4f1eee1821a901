"""Frames that break their own lengths, with good ones between.

kind: S
malformed: yes
expect: pn_rt.frame_id == 0xfefd => 10
"""

from tools import profinet, wire
from tools.lab import output
from tools.session import Tape, laptop, plc, rtu

tape = Tape()


def send(src, dst, payload):
    tape.add(wire.ether(src.mac, dst.mac, profinet.ethertype, payload))
    tape.wait(20)


name = profinet.block(profinet.name_of_station, b"x" * 8, 1)
good = profinet.dcp(profinet.get, 0, 1, bytes(profinet.name_of_station))
cases = [
    # 4.3.1.3: DCPDataLength reaches past the frame.
    profinet.dcp(profinet.set_, 0, 2, name, length=1000),
    # 4.3.1.4: a block's length reaches past the message; an address of two octets.
    profinet.dcp(profinet.set_, 0, 3, b"\x02\x02\x02\x00" + name[4:]),
    profinet.dcp(profinet.set_, 0, 4, profinet.block(profinet.ip_parameter, b"\x0a\x14", 1)),
    # A service that does not exist.
    profinet.dcp(profinet.set_, 0, 5, name).replace(b"\xfe\xfd\x04", b"\xfe\xfd\x09", 1),
    # 4.7.2: VarPartLen past the frame; PDU type 9.
    profinet.rta(0xFE01, 1, profinet.alarm(2, 1, 1, high=False), length=900),
    profinet.rta(0xFE01, 9),
    # A frame id without meaning.
    b"\xff\x90" + bytes(44),
]
for case in cases:
    send(laptop, rtu, case)
    if case is cases[0] or case is cases[3]:
        continue
    send(laptop, plc, good)
send(laptop, rtu, good)
tape.save(output())

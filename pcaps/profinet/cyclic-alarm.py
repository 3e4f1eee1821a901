"""Cyclic values both ways; a line breaks, the program stops and runs again; then a second sender.

kind: S
expect: pn_rt.frame_id == 0x8001 => 118
expect: pn_io.alarm_type == 1 => 2
expect: pn_io.alarm_type == 12 => 2
expect: pn_ptcp.sequence_id => 3
"""

from tools import profinet, wire
from tools.lab import output
from tools.session import Tape, plc, rtu

tape = Tape()
counter = 0xFF00  # 4.4.2: it wraps


def send(src, dst, payload, ms=0.4):
    to = dst if isinstance(dst, str) else dst.mac
    tape.add(wire.ether(src.mac, to, profinet.ethertype, payload, [(wire.ethertype_vlan, 0, 6)] if dst is not None and payload[0] < 0xFC else ()))
    tape.wait(ms)


def cycle(times, device=0x35, controller=0x35):
    global counter
    for _ in range(times):
        send(rtu, plc, profinet.cyclic(0x8001, counter, b"\x80\x12\x34\x80", device))
        send(plc, rtu, profinet.cyclic(0x8002, counter + 9, b"\x80\x01\x80", controller))
        counter += 32
        tape.wait(1)


def exchange(kind, send_number, channel):
    """IEC 61158-6-10 4.7: notification, its transport acknowledgement, the alarm's own, and again."""
    send(rtu, plc, profinet.rta(0xFC01, 1, profinet.alarm(kind, 2, 1, channel), send_number, send_number - 1))
    send(plc, rtu, profinet.rta(0xFC01, 3, b"", send_number - 1, send_number))
    send(plc, rtu, profinet.rta(0xFC01, 1, profinet.alarm_ack(kind, 2, 1), send_number, send_number))
    send(rtu, plc, profinet.rta(0xFC01, 3, b"", send_number, send_number))


for sequence in range(3):
    send(rtu, "01:80:c2:00:00:0e", profinet.delay_request(100 + sequence, "02:4c:59:00:01:21"), 2)
cycle(20)
exchange(1, 2, (0, 0x0800, 6))  # diagnosis appears: channel 0, line break
cycle(10, device=0x15)  # the station now has a problem
exchange(12, 3, (0, 0x1000, 6))
cycle(10)
cycle(10, controller=0x25)  # the controller's program stops
cycle(20)
# Another sender takes part in the relation, with a counter of its own.
for _ in range(24):
    send(rtu, plc, profinet.cyclic(0x8001, counter, b"\x80\x12\x34\x80"))
    send(rtu, plc, profinet.cyclic(0x8001, counter + 900, b"\x80\xff\xff\x80"))
    counter += 32
tape.save(output())

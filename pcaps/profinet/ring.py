"""A ring of media redundancy: whole, then a station sees its line fail, and the ring is open.

kind: S
expect: pn_mrp.type == 2 => 36
expect: pn_mrp.ring_state == 0 => 16
expect: pn_mrp.type == 3 => 3
expect: pn_mrp.type == 4 => 2
expect: pn_mrp.type == 5 => 1
"""

from tools import profinet, wire
from tools.lab import output
from tools.session import Tape, plc, rtu

tape = Tape()
sequence = 1


def send(src, payload, ms, to=profinet.mrp_multicast):
    global sequence
    tape.add(wire.ether(src.mac, to, profinet.ethertype_mrp, payload))
    tape.wait(ms)
    sequence += 1


def tests(count, closed, transitions):
    """IEC 62439-2 8.1.6: the manager tests through both its ports."""
    for number in range(count):
        send(plc, profinet.mrp_test(plc.mac, number % 2, closed, transitions, sequence * 20, sequence), 10)


control = "01:15:4e:00:00:02"  # 8.1.2: MRP control
tests(20, 1, 0)
send(rtu, profinet.mrp_link(False, rtu.mac, 1, 20, sequence), 1, control)
send(rtu, profinet.mrp_link(False, rtu.mac, 1, 10, sequence), 1, control)
for interval in (20, 10, 0):
    send(plc, profinet.mrp_topology(plc.mac, interval, sequence), 10, control)
tests(16, 0, 1)
send(rtu, profinet.mrp_link(True, rtu.mac, 1, 20, sequence), 1, control)
tape.save(output())

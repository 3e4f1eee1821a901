"""A protection device publishes, trips once and repeats; then somebody sends from its address: a state far
ahead with the breaker closed, which makes subscribers ignore the device itself.

kind: S
expect: goose.stNum == 2 => 5
expect: goose.stNum == 100 => 2
"""

from tools.iec61850 import boolean, goose, goose_ethertype, multicast, quality
from tools.lab import output
from tools.session import Tape, rtu

group = "01:0c:cd:01:00:01"  # IEC 61850-8-1 annex B: GOOSE
tape = Tape()


def publish(st, sq, tripped, since):
    multicast(tape, rtu, group, goose_ethertype, goose(since, st, sq, [boolean(tripped), quality()]))


quiet = tape.ns
for sq in range(3):
    publish(1, sq, False, quiet)
    tape.wait(1000)
change = tape.ns
for sq, pause in enumerate((4, 8, 16, 1000)):
    publish(2, sq, True, change)
    tape.wait(pause)
forged = tape.ns
for sq in range(2):
    publish(100, sq, False, forged)
    tape.wait(20)
publish(2, 4, True, change)
tape.save(output())

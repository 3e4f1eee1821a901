"""A bay controller publishes a data set with each type of value a GOOSE may carry, a structure among them; a value
changes once. A test set then publishes another control block, marked as simulated.

kind: S
expect: goose => 6
expect: goose.reserve1.s_bit == 1 => 2
expect: goose.floating_point => 6
"""

from tools.iec61850 import boolean, goose, goose_ethertype, multicast, quality, real, structure, unsigned, utc_time, value, whole
from tools.lab import output
from tools.session import Tape, engineer, rtu

group = "01:0c:cd:01:00:02"  # IEC 61850-8-1 annex B: GOOSE
tape = Tape()


def values(tap, since):
    return [
        boolean(True),
        quality(),
        structure(whole(tap), quality(), value(0x91, utc_time(since))),
        unsigned(0x86, 40_000),
        real(49.98),
        value(0x89, bytes.fromhex("0102abcd")),
        value(0x8A, b"in service"),
    ]


def publish(host, sq, data, since, **options):
    multicast(tape, host, group, goose_ethertype, goose(since, options.pop("st", 1), sq, data, **options))
    tape.wait(1000)


begin = tape.ns
for sq in range(2):
    publish(rtu, sq, values(-3, begin), begin, ref="LW1BAY/LLN0$GO$gcbTap", appid=0x3002)
change = tape.ns
for sq in range(2):
    publish(rtu, sq, values(-2, change), change, st=2, ref="LW1BAY/LLN0$GO$gcbTap", appid=0x3002)
test = tape.ns
for sq in range(2):
    publish(engineer, sq, values(7, test), test, ref="LW1BAY/LLN0$GO$gcbTest", appid=0x3003, simulated=True)
tape.save(output())

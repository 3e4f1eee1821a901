"""A stranger's laptop takes a building controller apart: guesses its password, restarts and silences
it, takes a backup, cuts a sensor off, stops a program, writes a broadcast table.

kind: S
expect: bacapp.confirmed_service == 20 => 18
expect: bacapp.confirmed_service == 17 => 4
expect: bacapp.error_code == 26 => 3
expect: bacapp.confirmed_service == 6 => 2
expect: bvlc.function == 0x01 => 1
expect: bvlc.function == 0x05 => 1
expect: bvlc.function == 0x08 => 1
expect: bvlc.function == 0x04 => 1
expect: _ws.malformed => 0
"""

import struct

from tools import bacnet as b
from tools import wire
from tools.bacnet import controller, router
from tools.lab import output
from tools.session import laptop

site = b.Site()
site.tape.resolve(laptop, controller)
invoke = iter(range(1, 100))


def done(request, service):
    number = request[2]
    site.exchange(laptop, controller, request, b.ack(number, service), wait=900)


# J.5: the laptop registers as a foreign device for 60 s, and then gets the site's broadcasts.
site.raw(laptop, router, b.bvlc(5, struct.pack("!H", 60)))
site.raw(router, laptop, b.bvlc(0, struct.pack("!H", 0)), wait=300)
origin = wire.ip(controller.ip) + struct.pack("!H", b.port)
site.raw(router, laptop, b.bvlc(4, origin + b.npdu(b.i_am(260001, 8))), wait=300)

# 16.4: three passwords that are wrong (class security, code password-failure), then the right one.
for word in ("admin", "0000", "system"):
    number = next(invoke)
    site.exchange(laptop, controller, b.reinitialize(number, 1, word), b.error(number, 20, 4, 26), wait=700)
done(b.reinitialize(next(invoke), 1, "bms1"), 20)
site.tape.wait(5000)

# 16.1: silent for five minutes, and again without end; then it is let speak.
done(b.communication_control(next(invoke), 1, 5), 17)
done(b.communication_control(next(invoke), 0), 17)

# 19.1: backup: start, read the configuration file, end. Then a restore is begun and aborted.
done(b.reinitialize(next(invoke), 2, "bms1"), 20)
number = next(invoke)
part = b.group(0, b.signed(0), b.unsigned(32))
site.exchange(
    laptop,
    controller,
    b.confirmed(number, 6, b.identifier(b.file, 1), part),
    b.ack(number, 6, b.boolean(True), b.group(0, b.signed(0), b.octet_string(b"EC-800 configuration 3.40.1"))),
)
done(b.reinitialize(next(invoke), 3, "bms1"), 20)
done(b.reinitialize(next(invoke), 4, "bms1"), 20)
done(b.reinitialize(next(invoke), 6, "bms1"), 20)

# 12: a sensor is taken out of service, its alarm limits are opened, a program is halted.
done(b.write(next(invoke), b.analog_input, 5, b.out_of_service, b.boolean(True)), 15)
done(b.write(next(invoke), b.analog_input, 5, 45, b.real(999)), 15)
done(b.write(next(invoke), b.program, 1, 90, b.enumerated(3)), 15)
# 15.10: a value is written to three outputs at once, at the strongest priority.
outputs = [
    b.tag(0, b.object_id(b.binary_output, n))
    + b.group(1, b.tag(0, bytes([b.present_value])), b.group(2, b.enumerated(1)), b.tag(3, b"\1"))
    for n in (1, 2, 3)
]
done(b.confirmed(next(invoke), 16, *outputs), 16)
# 15.4: an object is deleted.
done(b.confirmed(next(invoke), 11, b.identifier(b.trend_log, 1)), 11)
# 15.3: one is refused: the type cannot be created.
number = next(invoke)
site.exchange(
    laptop,
    controller,
    b.confirmed(number, 10, b.group(0, b.tag(0, bytes([b.program])))),
    bytes([0x50, number, 10]) + b.group(0, b.enumerated(1), b.enumerated(36)) + b.tag(1, b"\0"),
)

# J.4: the broadcast distribution table of the router is replaced, an entry deleted.
entry = wire.ip(laptop.ip) + struct.pack("!HI", b.port, 0xFFFFFFFF)
site.raw(laptop, router, b.bvlc(1, entry))
site.raw(router, laptop, b.bvlc(0, struct.pack("!H", 0)), wait=300)
site.raw(laptop, router, b.bvlc(8, wire.ip("10.20.0.90") + struct.pack("!H", b.port)))
site.raw(router, laptop, b.bvlc(0, struct.pack("!H", 0x0050)), wait=300)
# At last a cold start, for which the device asks no password.
done(b.reinitialize(next(invoke), 0), 20)
site.tape.save(output())

"""A workstation finds two devices of a building, reads who they are, reads and commands points,
subscribes to changes, and gets an alarm; one device is behind a router.

kind: S
expect: bacapp.unconfirmed_service == 8 => 2
expect: bacapp.unconfirmed_service == 0 => 2
expect: bacapp.confirmed_service == 14 => 4
expect: bacapp.confirmed_service == 12 => 20+
expect: bacapp.confirmed_service == 15 => 6
expect: bacapp.type == 4 => 2
expect: bacapp.confirmed_service == 1 => 4
expect: bacapp.unconfirmed_service == 6 => 1
expect: _ws.malformed => 0
"""

from tools import bacnet as b
from tools.bacnet import controller, everyone, operator, router
from tools.lab import output

site = b.Site()
site.tape.resolve(operator, controller)
all_networks = (0xFFFF, b"")
station = (2, bytes([17]))  # of an MS/TP line behind the router

# 16.10: who is there, on all networks; each answers. The second device speaks through its router.
site.say(operator, everyone, b.unconfirmed(8), to=all_networks)
site.say(controller, everyone, b.i_am(260001, 8), to=all_networks)
site.say(router, everyone, b.i_am(260017, 36), source=station)
site.tape.wait(300)

# 15.7: who the first one is, in one request; it has no location.
who = [b.object_name, b.vendor_name, b.model_name, b.firmware, b.serial_number, b.location]
told = ["AHU-1 controller", "Example Controls", "EC-800", "3.40.1", "A17-00419"]
answers = [(prop, b.string(text)) for prop, text in zip(who, told)] + [(b.location, (2, 32))]
site.exchange(
    operator,
    controller,
    b.read_many(1, (b.device, 260001, who)),
    b.read_many_ack(1, (b.device, 260001, answers)),
)
# 15.5 through the router: DNET and DADR go, SNET and SADR come back.
site.say(operator, router, b.read(2, b.device, 260017, b.model_name), to=station, wait=40)
site.say(router, operator, b.read_ack(2, b.device, 260017, b.model_name, b.string("VAV-12")), source=station)
site.tape.wait(200)

# The list of objects comes in two segments (5.3); each is acknowledged.
objects = [(b.device, 260001)] + [(b.analog_input, n) for n in range(1, 41)]
whole = b.reference(b.device, 260001, b.object_list)
whole += b.group(3, *[b.identifier(*each) for each in objects])
site.say(operator, controller, b.read(3, b.device, 260001, b.object_list, segments=True), wait=8)
half = 107  # within an element
site.say(controller, operator, b.segment(3, 12, 0, True, whole[:half]), wait=4, reply=True)
site.say(operator, controller, b.segment_ack(3, 0), wait=4, reply=False)
site.say(controller, operator, b.segment(3, 12, 1, False, whole[half:]), wait=4, reply=True)
site.say(operator, controller, b.segment_ack(3, 1), wait=200, reply=False)

# A point is read every five seconds; another is not there.
for number, value in enumerate([21.5, 21.5, 21.625, 21.75, 21.5, 21.5, 21.5, 21.5]):
    invoke = 10 + number
    site.exchange(
        operator,
        controller,
        b.read(invoke, b.analog_input, 5, b.present_value),
        b.read_ack(invoke, b.analog_input, 5, b.present_value, b.real(value)),
        wait=4980,
    )
site.exchange(operator, controller, b.read(20, b.analog_input, 99, b.present_value), b.error(20, 12, 1, 31))

# 19.2: a fan is commanded at priority 8 and let go again; a value may not be written.
for invoke, value in ((21, b.real(60)), (22, b.null)):
    site.exchange(
        operator, controller, b.write(invoke, b.analog_output, 1, b.present_value, value, 8), b.ack(invoke, 15)
    )
site.exchange(
    operator, controller, b.write(23, b.analog_input, 5, b.present_value, b.real(40)), b.error(23, 15, 2, 40)
)

# 13.14: a subscription, and two notifications of the value with its flags.
subscribe = b.tag(0, b"\x12") + b.tag(1, b.object_id(b.analog_input, 5)) + b.tag(2, b"\1") + b.tag(3, b"\x3c")
site.exchange(operator, controller, b.confirmed(24, 5, subscribe), b.ack(24, 5))


def notification(invoke, value, flags):
    values = b.tag(0, bytes([b.present_value])) + b.group(2, b.real(value))
    values += b.tag(0, bytes([b.status_flags])) + b.group(2, b.bits(flags))
    head = b.tag(0, b"\x12") + b.tag(1, b.object_id(b.device, 260001)) + b.tag(2, b.object_id(b.analog_input, 5))
    return b.confirmed(invoke, 1, head + b.tag(3, b"\x3c") + b.group(4, values))


site.exchange(controller, operator, notification(90, 23.25, "0000"), b.ack(90, 1))
site.exchange(controller, operator, notification(91, 31.0, "1000"), b.ack(91, 1))

# 13.9: the value is above its limit; 13.5: somebody acknowledges that.
stamp = b.group(2, b.date(2026, 3, 2, 1), b.time(8, 1, 12))
event = b.tag(0, b"\x12") + b.tag(1, b.object_id(b.device, 260001)) + b.tag(2, b.object_id(b.analog_input, 5))
event += b.group(3, stamp) + b.tag(4, b"\4") + b.tag(5, b"\x64") + b.tag(6, b"\5")
event += b.tag(7, b"\0Supply air too warm") + b.tag(8, b"\0") + b.tag(9, b"\1") + b.tag(10, b"\0") + b.tag(11, b"\3")
site.exchange(controller, operator, b.confirmed(92, 2, event), b.ack(92, 2))
acknowledge = b.tag(0, b"\x12") + b.tag(1, b.object_id(b.analog_input, 5)) + b.tag(2, b"\3") + b.group(3, stamp)
acknowledge += b.tag(4, b"\0operator") + b.group(5, stamp)
site.exchange(operator, controller, b.confirmed(25, 0, acknowledge), b.ack(25, 0))

# 16.7: all clocks are set.
site.say(operator, everyone, b.unconfirmed(6, b.date(2026, 3, 2, 1), b.time(8, 2, 0)), to=all_networks)
# 15.7: properties asked for as "all" come under their own names.
site.exchange(
    operator,
    controller,
    b.read_many(26, (b.analog_input, 5, [8])),
    b.read_many_ack(
        26,
        (b.analog_input, 5, [(b.object_name, b.string("SupplyTemp")), (b.present_value, b.real(31.0))]),
    ),
)
# 16.10.1: the workstation looks for one device.
site.say(operator, everyone, b.unconfirmed(8, b.tag(0, b.octets(260001)), b.tag(1, b.octets(260001))))
site.tape.save(output())

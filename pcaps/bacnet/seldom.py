"""What is seldom seen of BACnet: rejects and aborts, a trend log's range, fire alarms silenced, a group
written, a terminal, private services, routers that refuse, tables of broadcasts, BACnet/IPv6.

kind: S
expect: bacapp.type == 6 => 1
expect: bacapp.type == 7 => 1
expect: bacapp.confirmed_service == 26 => 2
expect: bacapp.confirmed_service == 27 => 2
expect: bacapp.confirmed_service == 18 => 2
expect: bacapp.confirmed_service == 21 => 2
expect: bacapp.confirmed_service == 23 => 2
expect: bacapp.confirmed_service == 31 => 2
expect: bacapp.unconfirmed_service == 10 => 1
expect: bacnet.mesgtyp == 3 => 1
expect: bvlc.function == 0x07 => 1
expect: bvlc.function_ipv6 => 6
expect: _ws.malformed => 0
"""

import struct
from dataclasses import replace

from tools import bacnet as b
from tools import wire
from tools.bacnet import controller, everyone, operator, router
from tools.lab import output

site = b.Site()
site.tape.resolve(operator, controller)
lan = {"to": (0xFFFF, b"")}

# 16.9: an object is looked for by its name, among some devices, and found.
site.say(
    operator,
    everyone,
    b.unconfirmed(7, b.tag(0, b.octets(260000)), b.tag(1, b.octets(260999)), b.tag(3, b"\0SupplyTemp")),
    **lan,
)
have = b.unconfirmed(1, b.identifier(b.device, 260001), b.identifier(b.analog_input, 5), b.string("SupplyTemp"))
site.say(controller, everyone, have)
# 18.9, 18.10: a service the device has not; an answer too long for one message.
site.exchange(operator, controller, b.confirmed(1, 10, b.group(0, b.tag(0, b"\x05"))), b.reject(1, 9))
site.exchange(operator, controller, b.read(2, b.device, 260001, b.object_list), b.abort(2, 4))
# 15.8: two records of a trend log by position; the third element of a priority array.
by_position = b.reference(b.trend_log, 1, 131) + b.group(3, b.unsigned(1), b.signed(2))
record = b.group(0, b.date(2026, 3, 2, 1), b.time(8, 0, 0)) + b.group(1, b.tag(2, struct.pack("!f", 21.5)))
log = b.reference(b.trend_log, 1, 131) + b.tag(3, b"\x05\xc0") + b.tag(4, b"\2") + b.group(5, record, record)
site.exchange(operator, controller, b.confirmed(3, 26, by_position), b.ack(3, 26, log))
site.exchange(
    operator,
    controller,
    b.read(4, b.analog_output, 1, 87, index=3),
    b.read_ack(4, b.analog_output, 1, 87, b.null, index=3),
)
# 13.13: a fire alarm is silenced; 13.6: which events there are; 13.10: alarms.
silence = b.tag(0, b"\x12") + b.tag(1, b"\0operator") + b.tag(2, b"\1") + b.tag(3, b.object_id(21, 1))
site.exchange(operator, controller, b.confirmed(5, 27, silence), b.ack(5, 27))
never = b.group(3, *[b.tag(0, b"\xff\xff\xff\xff")] * 3)
one = b.tag(0, b.object_id(b.analog_input, 5)) + b.tag(1, b"\3") + b.tag(2, b"\x05\x60") + never
one += b.tag(4, b"\0") + b.tag(5, b"\x05\xe0") + b.group(6, b.unsigned(100), b.unsigned(100), b.unsigned(100))
site.exchange(operator, controller, b.confirmed(6, 29), b.ack(6, 29, b.group(0, one), b.tag(1, b"\0")))
alarm = b.identifier(b.analog_input, 5) + b.enumerated(3) + b.bits("011")
site.exchange(operator, controller, b.confirmed(7, 3), b.ack(7, 3, alarm))
# 13.16, 13.17: several values at once, with the time of their change.
value = b.tag(0, bytes([b.present_value])) + b.group(2, b.real(22.5)) + b.tag(3, b"\x08\x00\x00\x00")
told = b.tag(0, b"\x12") + b.tag(1, b.object_id(b.device, 260001)) + b.tag(2, b"\x3c")
told += b.group(4, b.tag(0, b.object_id(b.analog_input, 5)), b.group(1, value))
site.exchange(controller, operator, b.confirmed(90, 31, told), b.ack(90, 31))
# 15.11: two channels of a lighting group.
changes = b.tag(0, b"\1") + b.real(80) + b.tag(0, b"\2") + b.tag(1, b"\5") + b.real(0)
site.say(operator, everyone, b.unconfirmed(10, b.tag(0, b"\x17"), b.tag(1, b"\x08"), b.group(2, changes)))
# 16.2: services of a vendor's own; 17: a terminal; 16.5: a text.
private = b.tag(0, b"\x08") + b.tag(1, b"\2") + b.group(2, b.octet_string(b"\1\2\3"))
site.exchange(operator, controller, b.confirmed(8, 18, private), b.ack(8, 18, b.tag(0, b"\x08"), b.tag(1, b"\2")))
site.exchange(operator, controller, b.confirmed(9, 21, b.enumerated(1), b.unsigned(5)), b.ack(9, 21, b.unsigned(29)))
typed = b.unsigned(29) + b.octet_string(b"show users\r\n") + b.unsigned(0)
site.exchange(operator, controller, b.confirmed(10, 23, typed), b.ack(10, 23, b.tag(0, b"\1")))
site.exchange(operator, controller, b.confirmed(11, 22, b.unsigned(29)), b.ack(11, 22))
text = b.tag(0, b.object_id(b.device, 260001)) + b.tag(2, b"\1") + b.tag(3, b"\0Filter of AHU-1 is due")
site.say(controller, everyone, b.unconfirmed(5, text))
# 6.4.4, 6.4.3, 6.4.5: networks that are not reached, could be, or are busy. 6.2.2: life safety first.
urgent = bytearray(b.npdu(b"\x03\1\0\5", message=True))
urgent[1] |= 3
site.raw(router, operator, b.bvlc(10, bytes(urgent)))
site.say(router, everyone, b"\x02\0\7\x0a", message=True, reply=False)
site.say(router, everyone, b"\x04\0\2", message=True, reply=False)
# A segment came out of order: 5.4.
site.say(operator, controller, bytes([0x42, 12, 3, 4]), reply=False)
# An answer to one who asks from behind a router.
asker = (3, bytes([5]))
site.say(router, controller, b.read(13, b.analog_input, 5, b.present_value), source=asker)
site.say(controller, router, b.read_ack(13, b.analog_input, 5, b.present_value, b.real(21.5)), to=asker)
# J.5.2, J.4.3: which foreign devices are registered, which hosts get broadcasts.
site.raw(operator, router, b.bvlc(6, b""))
site.raw(router, operator, b.bvlc(7, wire.ip("10.20.0.77") + struct.pack("!HHH", b.port, 60, 85)))
site.raw(operator, router, b.bvlc(2, b""))
site.raw(router, operator, b.bvlc(3, wire.ip(router.ip) + struct.pack("!HI", b.port, 0xFFFFFFFF)))

# U: the same over IPv6, where nodes have virtual addresses of three octets.
here, there = replace(operator, ip="fd20::30"), replace(controller, ip="fd20::31")


def six(me, peer, function, body):
    link = struct.pack("!BBH", 0x82, function, 4 + len(body)) + body
    datagram = wire.udp(me.ip, peer.ip, b.port, b.port, link)
    packet = wire.ipv6(me.ip, peer.ip, wire.protocol_udp, datagram)
    site.tape.add(wire.ether(me.mac, peer.mac, wire.ethertype_ipv6, packet))
    site.tape.wait(50)


mine, other = (260030).to_bytes(3, "big"), (260001).to_bytes(3, "big")
six(here, there, 6, mine)
six(there, here, 7, other + mine)
six(here, there, 1, mine + other + b.npdu(b.read(14, b.analog_input, 5, b.present_value), reply=True))
answer = b.read_ack(14, b.analog_input, 5, b.present_value, b.real(21.5))
six(there, here, 1, other + mine + b.npdu(answer))
six(here, there, 9, mine + struct.pack("!H", 60))
six(there, here, 0, other + struct.pack("!H", 0x90))
site.tape.save(output())

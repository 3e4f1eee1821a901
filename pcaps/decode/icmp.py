"""ICMP and ICMPv6 messages: echo, unreachable and time exceeded that quote a Modbus segment,
redirect, time stamp, packet too big, router and neighbour discovery, multicast listeners.

kind: S
expect: icmp => 7
expect: icmpv6 => 9
"""

import struct

from tools import modbus, wire
from tools.lab import output
from tools.session import Host, Tape, hmi, plc

tape = Tape()
router = Host("router", "10.20.0.1", "02:4c:59:00:00:01")
hmi6 = Host("hmi", "fd20::5", hmi.mac)
plc6 = Host("plc", "fd20::11", plc.mac)


def icmp(src, dst, kind, code, rest):
    body = wire.icmp(kind, code, rest)
    packet = wire.ipv4(src.ip, dst.ip, wire.protocol_icmp, body)
    tape.add(wire.ether(src.mac, dst.mac, wire.ethertype_ipv4, packet))
    tape.wait(100)


def icmp6(src, dst, kind, code, rest, hops=255):
    body = wire.icmp6(src.ip, dst.ip, kind, code, rest)
    packet = wire.ipv6(src.ip, dst.ip, wire.protocol_icmp6, body, hops)
    tape.add(wire.ether(src.mac, dst.mac, wire.ethertype_ipv6, packet))
    tape.wait(100)


order = modbus.adu(1, modbus.write_register(4, 1))
lost = wire.tcp(hmi.ip, plc.ip, 49650, 502, 1, 1, wire.psh | wire.ack, order)
quoted = wire.ipv4(hmi.ip, plc.ip, wire.protocol_tcp, lost, ttl=1)
lost6 = wire.tcp(hmi6.ip, plc6.ip, 49650, 502, 1, 1, wire.psh | wire.ack, order)
quoted6 = wire.ipv6(hmi6.ip, plc6.ip, wire.protocol_tcp, lost6)
echo = struct.pack("!HH", 7, 1) + bytes(range(32))

# RFC 792: 8/0 echo, 3 unreachable, 11 time exceeded, 5 redirect, 13/14 time stamp.
icmp(hmi, plc, 8, 0, echo)
icmp(plc, hmi, 0, 0, echo)
icmp(router, hmi, 3, 1, bytes(4) + quoted[:28])
icmp(router, hmi, 11, 0, bytes(4) + quoted)
icmp(router, hmi, 5, 1, wire.ip(router.ip) + quoted[:28])
icmp(hmi, plc, 13, 0, struct.pack("!HHIII", 7, 2, 28800000, 0, 0))
icmp(plc, hmi, 14, 0, struct.pack("!HHIII", 7, 2, 28800000, 28800001, 28800001))

everybody = Host("all", "ff02::1", "33:33:00:00:00:01")
routers = Host("routers", "ff02::2", "33:33:00:00:00:02")
solicited = Host("solicited", "ff02::1:ff00:11", "33:33:ff:00:00:11")
local = Host("router", "fe80::1", router.mac)
# RFC 4443: 128/129 echo, 1 unreachable, 2 packet too big. RFC 4861 section 4: 133 to 136.
icmp6(hmi6, plc6, 128, 0, echo, hops=64)
icmp6(plc6, hmi6, 129, 0, echo, hops=64)
icmp6(local, hmi6, 1, 3, bytes(4) + quoted6, hops=64)
icmp6(local, hmi6, 2, 0, struct.pack("!I", 1280) + quoted6, hops=64)
source = bytes([1, 1]) + wire.mac(hmi.mac)
icmp6(hmi6, solicited, 135, 0, bytes(4) + wire.ip(plc6.ip) + source)
target = bytes([2, 1]) + wire.mac(plc.mac)
icmp6(plc6, hmi6, 136, 0, struct.pack("!I", 0x60000000) + wire.ip(plc6.ip) + target)
icmp6(Host("hmi", "fe80::5", hmi.mac), routers, 133, 0, bytes(4) + source)
prefix = struct.pack("!BBBBIII", 3, 4, 64, 0xC0, 86400, 14400, 0) + wire.ip("fd20::")
icmp6(local, everybody, 134, 0, struct.pack("!BBHII", 64, 0, 1800, 0, 0) + prefix)
# RFC 3810 section 5.2: 143, a report of one group (without the hop-by-hop option of section 5).
reports = Host("mld", "ff02::16", "33:33:00:00:00:16")
group = struct.pack("!BBH", 4, 0, 0) + wire.ip("ff02::1:ff00:5")
icmp6(Host("hmi", "fe80::5", hmi.mac), reports, 143, 0, struct.pack("!HH", 0, 1) + group, hops=1)
tape.save(output())

"""A laptop writes one register to the PLC through each kind of tunnel there is, an exchange each: VXLAN, Geneve with an
option, GTP-U, GTP-U of a 5G core, TZSP, GRE with and without Ethernet, IP in IP, MPLS labels before IP and before Ethernet, and VXLAN in
a mirror session over IP. The last UDP datagram goes to VXLAN's port and is none.

kind: S
expect: vxlan && modbus.func_code == 6 => 4
expect: geneve && modbus.func_code == 6 => 2
expect: gtp && modbus.func_code == 6 => 4
expect: mpls && modbus.func_code == 6 => 4
expect: modbus.func_code == 6 => 22
"""

from dataclasses import replace

from tools import modbus, pcapfile, tunnel, wire
from tools.lab import output
from tools.session import Host, Tape, TcpSession, laptop, plc

one = Host("gateway", "10.20.9.2", "02:4c:59:00:09:02")
other = Host("sensor", "10.20.9.9", "02:4c:59:00:09:09")
ident = 0


def ip_of(frame):
    return frame[14 : 14 + int.from_bytes(frame[16:18], "big")]


def udp_to(port, wrap):
    return lambda frame: tunnel.over_udp(one, other, 49152, port, wrap(frame), ident)


def over(protocol, wrap):
    return lambda frame: tunnel.over_ip(one, other, protocol, wrap(frame), ident)


def labelled(frame):
    return wire.ether(one.mac, other.mac, tunnel.ethertype_mpls, tunnel.mpls(ip_of(frame), 100, 200))


def pseudowire(frame):
    word = bytes(4)  # RFC 4385 section 3: the control word, whose first bits tell it from IP
    return wire.ether(one.mac, other.mac, tunnel.ethertype_mpls, tunnel.mpls(word + frame, 100))


vxlan = udp_to(4789, lambda frame: tunnel.vxlan(frame, 5001))
ways = [
    vxlan,
    udp_to(6081, lambda frame: tunnel.geneve(frame, 5002, bytes([1, 2, 3, 1, 0, 0, 0, 9]))),
    udp_to(2152, lambda frame: tunnel.gtp_u(ip_of(frame), 0x1001)),
    udp_to(2152, lambda frame: tunnel.gtp_u(ip_of(frame), 0x1002, qfi=9)),
    udp_to(37008, tunnel.tzsp),
    over(tunnel.protocol_gre, lambda frame: tunnel.gre(wire.ethertype_ipv4, ip_of(frame))),
    over(tunnel.protocol_gre, lambda frame: tunnel.gre(tunnel.transparent_ethernet, frame, key=77)),
    over(tunnel.protocol_ipip, ip_of),
    labelled,
    pseudowire,
    over(tunnel.protocol_gre, lambda frame: tunnel.erspan2(vxlan(frame), ident, session=14)),
]
out = []
tape = Tape()
for i, way in enumerate(ways):
    tape.packets.clear()
    session = TcpSession(tape, laptop, plc, 502, 49710 + i)
    session.open()
    order = modbus.adu(i, modbus.write_register(4, 530 + i))
    session.exchange(order, order)
    session.close()
    for packet in tape.packets:
        ident += 1
        out.append(replace(packet, data=way(packet.data), wire_length=0))
    tape.wait(100)
stray = tunnel.over_udp(one, other, 49152, 4789, b"what goes to this port is not always VXLAN", 9999)
out.append(pcapfile.Packet(tape.ns, stray))
pcapfile.write(output(), out)

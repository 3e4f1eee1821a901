"""A Modbus write, plain, in a VLAN and over IPv6, cut by the capture at each length: in
Ethernet, in the tag, in IP, in TCP and in Modbus.

kind: S
malformed: yes
expect: frame.cap_len < frame.len => 180+
"""

from tools import edit, modbus, pcapfile, wire
from tools.lab import output
from tools.session import Host, Tape, TcpSession, hmi, plc

hosts = [(hmi, plc), (Host("hmi", "fd20::5", hmi.mac), Host("plc", "fd20::11", plc.mac))]
order = modbus.adu(1, modbus.write_register(4, 530))
packets = []
tape = Tape()
whole = []
for number, (left, right) in enumerate(hosts):
    session = TcpSession(tape, left, right, 502, 49660 + number)
    whole.append(tape.packets[session.client(order)])
whole.append(edit.tagged(whole[:1], (wire.ethertype_vlan, 20, 0))[0])
ns = whole[0].ns
for packet in whole:
    for length in range(1, len(packet.data) + 1):
        ns += 10**6
        packets.append(pcapfile.Packet(ns, packet.data[:length], len(packet.data)))
pcapfile.write(output(), packets)

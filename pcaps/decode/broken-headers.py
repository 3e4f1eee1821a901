"""Whole frames whose headers lie: IP and TCP header lengths too small and too large, total lengths
below the header and beyond the frame, wrong version, short UDP, wrong checksums, a length of zero.

kind: S
malformed: yes
expect: frame => 15
"""

from tools import modbus, pcapfile, wire
from tools.lab import output
from tools.session import Tape, TcpSession, hmi, plc

tape = Tape()
session = TcpSession(tape, hmi, plc, 502, 49670)
order = modbus.adu(1, modbus.write_register(4, 530))
good = tape.packets[session.client(order)].data
ip, tcp = 14, 34
ns = tape.ns
packets = []


def add(frame):
    global ns
    ns += 10**8
    packets.append(pcapfile.Packet(ns, frame))


def changed(at, value, mend=False):
    frame = good[:at] + value + good[at + len(value) :]
    if mend:  # the header checksum fits the lie
        head = frame[ip : ip + 10] + b"\0\0" + frame[ip + 12 : ip + 20]
        frame = frame[: ip + 10] + wire.checksum(head).to_bytes(2, "big") + frame[ip + 12 :]
    add(frame)


# RFC 791 section 3.1.
changed(ip, b"\x44", mend=True)  # header length 16
changed(ip, b"\x4f", mend=True)  # header length 60 in a packet of 52
changed(ip, b"\x55", mend=True)  # version 5
changed(ip + 2, b"\x00\x0a", mend=True)  # total length below the header
changed(ip + 2, b"\x00\x00", mend=True)  # total length zero
changed(ip + 2, b"\x05\xdc", mend=True)  # total length beyond the frame
changed(ip + 10, b"\xde\xad")  # header checksum
# RFC 9293 section 3.1.
changed(tcp + 12, b"\x40")  # data offset 16
changed(tcp + 12, b"\xf0")  # data offset 60 in a segment of 32
changed(tcp + 16, b"\xbe\xef")  # checksum
changed(tcp + 13, b"\x00")  # no flag at all
changed(tcp + 13, b"\x3f")  # all flags
# RFC 768: a UDP length below 8, and beyond the packet.
for length in (4, 400):
    datagram = wire.udp(hmi.ip, plc.ip, 40000, 502, order)
    datagram = datagram[:4] + length.to_bytes(2, "big") + datagram[6:]
    packet = wire.ipv4(hmi.ip, plc.ip, wire.protocol_udp, datagram)
    add(wire.ether(hmi.mac, plc.mac, wire.ethertype_ipv4, packet))
# RFC 8200 section 3: a payload length beyond the frame.
packet = wire.ipv6("fd20::5", "fd20::11", wire.protocol_tcp, good[tcp:66])
add(wire.ether(hmi.mac, plc.mac, wire.ethertype_ipv6, packet[:4] + b"\x05\x00" + packet[6:]))
pcapfile.write(output(), packets)

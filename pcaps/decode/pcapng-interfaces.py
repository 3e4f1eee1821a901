"""One pcapng of three interfaces that differ in link type and time unit: Ethernet with
microseconds, raw IP with nanoseconds, Linux cooked with milliseconds; the short poll's frames take
turns.

kind: R, edited
stack: libmodbus 3.1.6, client and server
expect: modbus.func_code == 3 => 12
expect: sll => 10+
"""

from dataclasses import replace

from tools import pcapfile, short_poll
from tools.cooked import sll
from tools.lab import output

with pcapfile.PcapngWriter(output(".pcapng")) as out:
    out.interface(name="eth")
    out.interface(pcapfile.raw_ip, digits=9, name="raw")
    out.interface(pcapfile.linux_sll, digits=3, name="any")
    for number, packet in enumerate(short_poll.packets()):
        is_ip = packet.data[12:14] == b"\x08\x00"
        turn = number % 3
        if turn == 1 and is_ip:
            out.packet(replace(packet, data=packet.data[14:], wire_length=0), 1)
        elif turn == 2:
            out.packet(replace(packet, data=sll(packet.data), wire_length=0), 2)
        else:
            out.packet(packet, 0)

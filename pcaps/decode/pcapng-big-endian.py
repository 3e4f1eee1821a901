"""The short poll in pcapng, big-endian, time stamps of nanoseconds (if_tsresol 9).

kind: R, edited
stack: libmodbus 3.1.6, client and server
expect: modbus.func_code == 3 => 12
"""

from dataclasses import replace

from tools import pcapfile, short_poll
from tools.lab import output

with pcapfile.PcapngWriter(output(".pcapng"), order=">") as out:
    out.interface(digits=9)
    for i, packet in enumerate(short_poll.packets()):
        out.packet(replace(packet, ns=packet.ns + 123 + i))

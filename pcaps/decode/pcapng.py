"""The short poll in pcapng with microseconds, with a comment on a packet and blocks that a reader
must skip by their length.

kind: R, edited
stack: libmodbus 3.1.6, client and server
expect: modbus.func_code == 3 => 12
expect: pkt_comment => 1
"""

from tools import pcapfile, short_poll
from tools.lab import output

with pcapfile.PcapngWriter(output(".pcapng")) as out:
    out.interface(name="mirror")
    out.unknown(0x0BAD0001, bytes(10))
    for number, packet in enumerate(short_poll.packets()):
        out.packet(packet, comment="the first poll" if number == 5 else None)
    out.unknown(0x80000001, b"")

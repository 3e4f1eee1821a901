"""Simple packet blocks: frames without time stamps, which a reader takes as they come.

kind: R, edited
stack: libmodbus 3.1.6, client and server
expect: modbus.func_code == 3 => 12
"""

from tools import pcapfile, short_poll
from tools.lab import output

with pcapfile.PcapngWriter(output(".pcapng")) as out:
    out.interface()
    for packet in short_poll.packets():
        out.simple_packet(packet)

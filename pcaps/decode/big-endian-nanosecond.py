"""The short poll in a classic pcap, big-endian and with nanoseconds.

kind: R, edited
stack: libmodbus 3.1.6, client and server
expect: modbus.func_code == 3 => 12
"""

from dataclasses import replace

from tools import pcapfile, short_poll
from tools.lab import output

packets = [replace(p, ns=p.ns + 123 + i) for i, p in enumerate(short_poll.packets())]
pcapfile.write(output(), packets, order=">", nanosecond=True)

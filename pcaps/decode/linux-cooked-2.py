"""The short poll as captured on the device "any": Linux cooked, version 2.

kind: R, edited
stack: libmodbus 3.1.6, client and server
expect: sll && modbus.func_code == 3 => 12
"""

from dataclasses import replace

from tools import pcapfile, short_poll
from tools.cooked import sll2
from tools.lab import output

packets = [replace(p, data=sll2(p.data), wire_length=0) for p in short_poll.packets()]
pcapfile.write(output(), packets, pcapfile.linux_sll2)

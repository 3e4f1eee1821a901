"""The short poll in a classic pcap as a big-endian machine writes it.

kind: R, edited
stack: libmodbus 3.1.6, client and server
expect: modbus.func_code == 3 => 12
"""

from tools import pcapfile, short_poll
from tools.lab import output

pcapfile.write(output(), short_poll.packets(), order=">")

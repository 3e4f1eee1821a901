"""The short poll in VLAN 20 with priority 6, as a trunk port mirrors it.

kind: R, edited
stack: libmodbus 3.1.6, client and server
expect: vlan.id == 20 && modbus.func_code == 3 => 12
"""

from pathlib import Path

from tools import edit, pcapfile, wire
from tools.lab import output

source = Path(__file__).with_name("poll-short.pcap")
packets = edit.tagged(pcapfile.read(source)[1], (wire.ethertype_vlan, 20, 6))
pcapfile.write(output(), packets)

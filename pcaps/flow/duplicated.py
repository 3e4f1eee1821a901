"""The beginning of modbus/write-by-master, every frame twice: the mirror takes the ports of
both ends, and the second copy carries the VLAN tag of the trunk and comes some microseconds later.
tshark takes the copies for retransmissions.

kind: R, edited
stack: libmodbus 3.1.6, client and server
expect: vlan => 60
expect: !vlan && modbus.func_code == 3 => 8+
"""

from dataclasses import replace
from pathlib import Path

from tools import edit, pcapfile, wire
from tools.lab import output

source = Path(__file__).parents[1] / "modbus" / "write-by-master.pcap"
packets = pcapfile.read(source)[1][:60]
copies = edit.tagged(packets, (wire.ethertype_vlan, 20, 0))
late = [replace(p, ns=p.ns + 9_000) for p in copies]
pcapfile.write(output(), sorted(packets + late, key=lambda p: p.ns))

"""The short poll behind a provider's and a customer's tag (802.1ad 88A8, then 8100), then behind
two tags of 8100 and behind three.

kind: R, edited
stack: libmodbus 3.1.6, client and server
expect: vlan.id == 20 && modbus.func_code == 3 => 12
expect: ieee8021ad => 17+
"""

from tools import edit, pcapfile, short_poll, wire
from tools.lab import output

customer = (wire.ethertype_vlan, 20, 6)
stacks = [
    [(wire.ethertype_qinq, 100, 0), customer],
    [(wire.ethertype_vlan, 100, 0), customer],
    [(wire.ethertype_qinq, 100, 0), (wire.ethertype_vlan, 7, 0), customer],
]
packets = short_poll.packets()
third = len(packets) // 3 + 1
out = []
for place, tags in enumerate(stacks):
    out += edit.tagged(packets[place * third : (place + 1) * third], *tags)
pcapfile.write(output(), out)

"""A laptop asks what the CPU is: SZL 0x11 and 0x1C, the list of lists, order code, CPU and
communication processor information, protection level, status.

kind: R
stack: node-snap7 1.0.9, client and server
expect: s7comm.data.userdata.szl_id == 0x0011 && ip.src == 10.20.0.77 => 2
expect: s7comm.data.userdata.szl_id == 0x001c && ip.src == 10.20.0.77 => 2
expect: s7comm.data.userdata.szl_id == 0x0424 => 2
"""

from tools.s7lab import scene
from tools.session import laptop

calls = [
    ["ReadSZL", 0x0011, 0],
    ["ReadSZL", 0x001C, 0],
    ["ReadSZLList"],
    ["GetOrderCode"],
    ["GetCpuInfo"],
    ["GetCpInfo"],
    ["GetProtection"],
    ["PlcStatus"],
]
scene(laptop, calls)

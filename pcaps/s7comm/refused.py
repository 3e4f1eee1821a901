"""The HMI asks for what is not there: a missing data block, an address behind the end, a write into
a missing block; good reads between.

kind: R
stack: node-snap7 1.0.9, client and server
expect: s7comm.data.returncode == 0x0a => 2+
expect: s7comm.data.returncode == 0x05 => 1+
"""

from tools.s7lab import scene
from tools.session import hmi

calls = [
    ["DBRead", 1, 0, 16],
    ["DBRead", 99, 0, 4],
    ["DBRead", 1, 60, 20],
    ["DBWrite", 99, 0, 4, "hex:00000000"],
    ["DBRead", 1, 0, 16],
]
scene(hmi, calls, kind="OP")

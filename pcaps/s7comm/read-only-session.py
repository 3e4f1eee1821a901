"""The engineering station looks and changes nothing: status, directory, one data block, the clock.

kind: R
stack: node-snap7 1.0.9, client and server
expect: s7comm.param.func in {0x05, 0x1a, 0x28, 0x29} => 0
expect: s7comm.param.func == 0x04 => 6
"""

from tools.s7lab import scene
from tools.session import engineer

calls = [
    ["PlcStatus"],
    ["ListBlocks"],
    ["DBRead", 1, 0, 32],
    ["MBRead", 0, 8],
    ["EBRead", 0, 4],
    ["GetPlcDateTime"],
]
scene(engineer, calls)

"""The engineering station stops the CPU and starts it, warm and cold (0x28, P_PROGRAM), then lets
it compress its memory and copy RAM to ROM (_GARB, _MODU).

kind: R
stack: node-snap7 1.0.9, client and server
expect: s7comm.param.func == 0x29 => 4
expect: s7comm.param.func == 0x28 && s7comm.header.rosctr == 1 => 4
"""

from tools.s7lab import scene
from tools.session import engineer

calls = [
    ["PlcStop"],
    ["PlcHotStart"],
    ["PlcStop"],
    ["PlcColdStart"],
    ["Compress", 1000],
    ["CopyRamToRom", 1000],
]
scene(engineer, calls)

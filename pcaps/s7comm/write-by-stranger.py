"""The HMI polls; a laptop connects and writes DB1, a flag and an output.

kind: R
stack: nodes7 0.3.18 and node-snap7 1.0.9 against node-snap7
expect: ip.src == 10.20.0.77 && s7comm.param.func == 0x05 => 3
expect: ip.src == 10.20.0.5 && s7comm.param.func == 0x05 => 0
"""

from tools.s7lab import scene
from tools.session import laptop

calls = [
    ["DBRead", 1, 0, 16],
    ["DBWrite", 1, 8, 4, "hex:461c4000"],
    ["MBWrite", 4, 1, "hex:ff"],
    ["ABWrite", 0, 1, "hex:01"],
]
scene(laptop, calls, poll_rounds=6, lead_s=2.5)

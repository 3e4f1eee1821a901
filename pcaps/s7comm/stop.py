"""The HMI polls; a laptop stops the CPU (0x29).

kind: R
stack: nodes7 0.3.18 and node-snap7 1.0.9 against node-snap7
expect: s7comm.param.func == 0x29 => 2
expect: ip.src == 10.20.0.77 && s7comm.param.func == 0x29 => 1
"""

from tools.s7lab import scene
from tools.session import laptop

scene(laptop, [["PlcStop"]], poll_rounds=6, lead_s=3)

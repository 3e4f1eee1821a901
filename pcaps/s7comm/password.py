"""A laptop gives a session password and takes it back (security functions).

kind: R
stack: node-snap7 1.0.9, client and server
expect: s7comm.param.userdata.funcgroup == 5 => 4
"""

from tools.s7lab import scene
from tools.session import laptop

scene(laptop, [["SetSessionPassword", "LANGYAN1"], ["GetProtection"], ["ClearSessionPassword"]])

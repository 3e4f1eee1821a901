"""A session over a channel that is signed and encrypted; nothing of it can be read.

kind: R
stack: node-opcua 2.186.4, client and server
expect: opcua.transport.type == "OPN" && ip.src == 10.20.0.8 => 2
"""

from tools.opcualab import scene
from tools.session import engineer

calls = [["open"], ["write", "ns=1;s=Pump1.Setpoint", "Int32", 75], ["close"]]
scene(engineer, calls, policy="Basic256Sha256")

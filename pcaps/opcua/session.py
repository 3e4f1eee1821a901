"""An engineering tool looks at a server, reads who made it, reads, writes, watches and calls a pump.

kind: R
stack: node-opcua 2.186.4, client and server
expect: opcua.servicenodeid.numeric == 428 => 2
expect: opcua.servicenodeid.numeric == 673 => 2
expect: opcua.servicenodeid.numeric == 712 => 2
"""

from tools.opcualab import scene
from tools.session import engineer

scene(
    engineer,
    [
        ["endpoints"],
        ["open"],
        ["browse", "ns=1;s=Pump1"],
        ["read", "i=2261", "i=2263", "i=2264"],
        ["read", "ns=1;s=Pump1.Level", "ns=1;s=Pump1.Setpoint", "ns=1;s=NoSuchNode"],
        ["write", "ns=1;s=Pump1.Setpoint", "Int32", 75],
        ["write", "ns=1;s=Pump1.Level", "Double", 1.5],
        ["call", "ns=1;s=Pump1", "ns=1;s=Pump1.Start", "Int32", 3],
        ["call", "ns=1;s=Pump1", "ns=1;s=Pump1.Stop"],
        ["watch", 1200, "ns=1;s=Pump1.Level"],
        ["close"],
    ],
)

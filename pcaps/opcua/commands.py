"""A laptop signs in with a password in clear, then writes, changes rights, adds and deletes nodes,
rewrites history and shuts the server down; one method and one node are refused.

kind: S
stack: scripted both ends
expect: opcua.servicenodeid.numeric == 467 => 1
expect: opcua.servicenodeid.numeric == 488 => 1
expect: opcua.servicenodeid.numeric == 712 => 2
"""

import struct

from tools import opcua
from tools.lab import output
from tools.opcua import array, byte, extension, int32, no_extension, node, text, u32
from tools.session import Tape, TcpSession, laptop, plc

good, bad_access, bad_writable = 0, 0x801F0000, 0x803B0000

tape = Tape()
talk = opcua.Conversation(TcpSession(tape, laptop, plc, opcua.port, 49700))
talk.open()
talk.sign_in("operator", "summer2024")
tape.wait(500)


def written(name, attribute, value):
    """S 5.11.4: WriteValue."""
    return node(name, 2) + u32(attribute) + text(None) + b"\x01" + value


def called(thing, method, *values):
    """S 5.12.2: CallMethodRequest and CallMethodResult."""
    return thing + method + array(list(values))


def method_result(status):
    return array([u32(status) + text(None) * 3]) + text(None)


# Value is attribute 13, AccessLevel 17 (P A.1).
talk.results(673, array([written("Pump1.Setpoint", 13, int32(99)), written("Pump1.Level", 13, int32(0))]), good, bad_writable)
talk.results(673, array([written("Pump1.Level", 17, byte(3))]), good)
# S 5.8.2 AddNodesItem: parent, HasComponent, id, name, Variable, attributes, BaseDataVariableType.
added = node(85) + node(47) + node("Backdoor", 2) + struct.pack("<H", 2) + text("Backdoor") + u32(2) + no_extension + node(63)
talk.ask(488, array([added]), 491, array([u32(good) + node("Backdoor", 2)]) + text(None))
# S 5.8.4 DeleteNodesItem.
talk.results(500, array([node("Alarm7", 2) + b"\x01"]), good)
# S 5.11.5: the details start with the node (OPC 10000-11 6.9.2), here UpdateDataDetails.
history = extension(682, node("Pump1.Level", 2) + u32(1) + text(None))
talk.ask(700, array([history]), 703, array([u32(good) + text(None) * 2]) + text(None))
talk.ask(712, array([called(node("Pump1", 2), node("Pump1.Stop", 2))]), 715, method_result(bad_access))
# OPC 10000-5 9.4: RequestServerStateChange(Shutdown = 4, …) of the Server object.
talk.ask(712, array([called(node(2253), node(12886), int32(4))]), 715, method_result(good))
tape.wait(200)
talk.close()
tape.save(output())

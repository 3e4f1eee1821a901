"""OPC UA: one service of a client that is signed in each."""

import struct

from tools import opcua
from tools.opcua import array, byte, extension, int32, no_extension, node, text, u32
from tools.session import Tape, TcpSession, laptop, plc, scada
from wire.exchange import Captures

good = 0


def captures():
    out = Captures()

    def talk(name, *steps, client=scada):
        tape = Tape()
        tape.resolve(client, plc)
        conversation = opcua.Conversation(TcpSession(tape, client, plc, opcua.port, 49705))
        open_as(conversation, 2)  # as if signed: only the mode says so, which keeps the channel readable
        for step in steps:
            step(conversation)
            tape.wait(50)
        conversation.close()
        out[name] = tape.packets

    def open_as(c, mode, policy=b"http://opcfoundation.org/UA/SecurityPolicy#None"):
        c.session.open()
        c.session.exchange(opcua.hello(c.url), opcua.acknowledge)
        ask = c.request(446, u32(0, 0, mode) + text(None) + u32(3_600_000))
        tell = c.response(449, u32(0, 3, 1) + struct.pack("<Q", c.time) + u32(3_600_000) + text(None))
        for side, body in ((0, ask), (1, tell)):
            c.sequence[side] += 1
            head = u32(0 if side == 0 else 3) + text(policy) + text(None) + text(None)
            c.session.data(side, opcua.framed(b"OPNF", head + u32(c.sequence[side], c.number) + body))

    def channel(name, mode, policy):
        tape = Tape()
        tape.resolve(scada, plc)
        conversation = opcua.Conversation(TcpSession(tape, scada, plc, opcua.port, 49705))
        open_as(conversation, mode, b"http://opcfoundation.org/UA/SecurityPolicy#" + policy)
        conversation.close()
        out[name] = tape.packets

    def written(attribute, value):
        item = node("Pump1.Setpoint", 2) + u32(attribute) + text(None) + b"\x01" + value
        return lambda c: c.results(673, array([item]), good)

    def call(thing, method, *values):
        body = array([thing + method + array(list(values))])
        return lambda c: c.ask(712, body, 715, array([u32(good) + text(None) * 3]) + text(None))

    def serve(kind, body, told=b""):
        return lambda c: c.ask(kind, body, kind + 3, told)

    def read(c):
        body = struct.pack("<dI", 0, 0) + array([node("Pump1.Level", 2) + u32(13) + text(None) * 2])
        c.ask(631, body, 634, array([b"\x01" + int32(7)]) + text(None))

    talk("routine", read, written(13, int32(99)))
    channel("no-security", 1, b"None")
    channel("signed", 2, b"Basic256Sha256")
    channel("old-policy", 3, b"Basic256")
    talk("write-by-stranger", written(13, int32(99)), client=laptop)
    talk("change-rights", written(17, byte(3)))
    added = node(85) + node(47) + node("Backdoor", 2) + struct.pack("<H", 2) + text("Backdoor") + u32(2) + no_extension + node(63)
    talk("add-nodes", serve(488, array([added]), array([u32(good) + node("Backdoor", 2)]) + text(None)))
    talk("delete-nodes", lambda c: c.results(500, array([node("Alarm7", 2) + b"\x01"]), good))
    history = extension(682, node("Pump1.Level", 2) + u32(1) + text(None))
    talk("alter-history", serve(700, array([history]), array([u32(good) + text(None) * 2]) + text(None)))
    own = node("Pump1", 2)
    talk("method", call(own, node("Pump1.Stop", 2)))
    talk("method-by-stranger", call(own, node("Pump1.Stop", 2)), client=laptop)
    server = node(2253)
    for name, number in (
        ("program-halt", 2429), ("acknowledge-alarm", 9111), ("disable-alarm", 9028), ("shelve-alarm", 2949),
        ("read-rejected", 12777), ("trust-certificate", 12548), ("get-monitored-items", 11492), ("add-role", 16301),
        ("change-password", 24275), ("file-read", 11585), ("file-write", 11588), ("resend-data", 12873),
        ("pubsub-disable", 14646), ("security-keys", 15215), ("reset-server", 25699),
    ):  # fmt: skip
        talk(name, call(own, node(number)))
    talk("shut-down", call(server, node(12886), int32(4)))
    mode = u32(5, 0) + array([u32(1)])
    talk("monitoring-off", serve(769, mode, array([u32(good)]) + text(None)))
    talk("monitoring-on", serve(769, u32(5, 2) + array([u32(1)]), array([u32(good)]) + text(None)))
    talk("transfer-subscription", serve(841, array([u32(5)]) + b"\x01", array([u32(good) + array([])]) + text(None)))
    subscription = serve(787, struct.pack("<dIIIBB", 500, 60, 20, 0, 1, 0), u32(5) + struct.pack("<dII", 500, 60, 20))
    talk("subscribe", subscription)
    talk("subscribe-by-stranger", subscription, client=laptop)

    def refused(name, times):
        tape = Tape()
        tape.resolve(scada, plc)
        for number in range(times):
            session = TcpSession(tape, scada, plc, opcua.port, 49710 + number)
            session.open()
            session.exchange(opcua.hello("opc.tcp://10.20.0.11:4840"), opcua.error(0x80810000, "no more connections"))
            session.close(1)
        out[name] = tape.packets

    refused("refused", 15)
    refused("refused-once", 1)
    return out

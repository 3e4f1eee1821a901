"""Brokers, constrained devices and OPC Classic."""

from tools import coap as coap_tool
from tools import mqtt
from tools.session import Tape, TcpSession, engineer, server
from wire.exchange import Captures


def captures():
    out = Captures()

    def broker(name, *messages):
        out.tcp(name, mqtt.port, *messages, server=server)

    hello = mqtt.connect("panel"), mqtt.connack
    refused = mqtt.connect("panel"), mqtt.packet(2, b"\0\4")
    broker("mqtt-session", *hello, mqtt.subscribe(1, "tank/+/level"), mqtt.suback(1, 1))
    several(out, "mqtt-guess", refused, 6)
    several(out, "mqtt-refused", refused, 1)
    broker("mqtt-everything", *hello, mqtt.subscribe(1, "#"), mqtt.suback(1, 1))
    broker("mqtt-system", *hello, mqtt.subscribe(1, "$SYS/broker/version"), mqtt.suback(1, 1))
    command = mqtt.publish("tank/1/valve/set", b"open")
    broker("mqtt-command", *hello, command)
    broker("mqtt-retained-command", *hello, bytes([command[0] | 1]) + command[1:])

    def ask(code, number, path):
        options = b"".join(bytes([(0xB0 if i == 0 else 0) | len(part)]) + part for i, part in enumerate(path))
        return bytes([0x40, code]) + number.to_bytes(2, "big") + options

    def tell(code, number):
        return bytes([0x60, code]) + number.to_bytes(2, "big")

    def device(name, *pairs):
        out.udp(name, coap_tool.port, *[message for pair in pairs for message in pair], server=server, sport=49152)

    device("coap-scan", *[(ask(1, n, [b"a", b"%d" % n]), tell(0x84, n)) for n in range(1, 16)])
    device("coap-missing", (ask(1, 1, [b"a"]), tell(0x84, 1)))
    device("coap-delete", (ask(4, 1, [b"schedule"]), tell(0x42, 1)))
    device("coap-firmware", (ask(2, 1, [b"5", b"0", b"2"]), tell(0x44, 1)))
    device("coap-reboot", (ask(2, 1, [b"3", b"0", b"4"]), tell(0x44, 1)))
    out.moved("opc-by-stranger", "dcerpc/opc-session", _10_20_0_6="10.20.0.77")
    out.moved("opc-by-master", "dcerpc/opc-session", _10_20_0_6="10.20.0.5")
    return out


def several(out, name, pair, times):
    """As many sessions, each with one request and its answer."""
    tape = Tape()
    tape.resolve(engineer, server)
    for number in range(times):
        session = TcpSession(tape, engineer, server, mqtt.port, 49720 + number)
        session.open()
        session.exchange(*pair)
        session.close(1)
        tape.wait(500)
    out[name] = tape.packets

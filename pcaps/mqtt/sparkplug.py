"""An edge node and its pump report by Sparkplug B; the host application starts the pump, changes its
set point and asks for a rebirth, and a laptop restarts the node.

kind: S
stack: scripted packets
expect: mqtt.msgtype == 3 => 16
expect: mqtt.topic contains "DCMD" => 5
"""

from tools import mqtt
from tools.lab import output
from tools.mqtt import boolean, int32, metric, payload, real, string, uint64
from tools.session import Tape, TcpSession, laptop, rtu, scada, server

tape = Tape()
edge = TcpSession(tape, rtu, server, mqtt.port, 50110)
host = TcpSession(tape, scada, server, mqtt.port, 50120)
stranger = TcpSession(tape, laptop, server, mqtt.port, 50130)
now = 1_700_000_000_000
space = "spBv1.0/Water/"


def relay(sender, receiver, topic, body, number=0):
    """A client publishes, the broker passes it on with QoS 0."""
    sender.client(mqtt.publish(space + topic, body, number))
    if number:
        sender.server(mqtt.puback(number))
    tape.wait(1)
    receiver.server(mqtt.publish(space + topic, body))
    tape.wait(500)


host.open()
host.exchange(mqtt.connect("scada"), mqtt.connack)
host.exchange(mqtt.subscribe(1, "spBv1.0/#"), mqtt.suback(1, 1))
death = payload(now, None, metric("bdSeq", None, uint64, 0))
edge.open()
edge.exchange(mqtt.connect("edge1", (space + "NDEATH/Edge1", death)), mqtt.connack)
edge.exchange(mqtt.subscribe(1, space + "NCMD/Edge1", space + "DCMD/Edge1/#"), mqtt.suback(1, 1, 1))
born = [
    metric("bdSeq", None, uint64, 0, now),
    metric("Node Control/Rebirth", None, boolean, 0, now),
    metric("Properties/Hardware Make", None, string, "Example Pumps", now),
    metric("Properties/Hardware Model", None, string, "Edge 100", now),
]
relay(edge, host, "NBIRTH/Edge1", payload(now, 0, *born))
pump = [metric("Pump/Running", 10, boolean, 0, now), metric("Pump/Speed", 11, real, 0.0, now)]
pump.append(metric("Pump/Temperature", 12, int32, -3, now))
relay(edge, host, "DBIRTH/Edge1/Pump1", payload(now, 1, *pump))
relay(host, edge, "DCMD/Edge1/Pump1", payload(now, None, metric("Pump/Running", 10, boolean, 1)), 2)
relay(host, edge, "DCMD/Edge1/Pump1", payload(now, None, metric(None, 11, real, 42.5)), 3)
relay(edge, host, "DDATA/Edge1/Pump1", payload(now, 2, metric(None, 11, real, 42.5, now), metric(None, 12, int32, -2, now)))
relay(host, edge, "NCMD/Edge1", payload(now, None, metric("Node Control/Rebirth", None, boolean, 1)), 4)
stranger.open()
stranger.exchange(mqtt.connect("x"), mqtt.connack)
relay(stranger, edge, "NCMD/Edge1", payload(now, None, metric("Node Control/Reboot", None, boolean, 1)))
relay(edge, host, "DDEATH/Edge1/Pump1", payload(now, 3))
for session in (stranger, host, edge):
    session.client(mqtt.disconnect)
    session.close()
tape.save(output())

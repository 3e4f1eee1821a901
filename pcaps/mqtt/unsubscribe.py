"""A screen that has two topics gives one of them up again.

kind: S
stack: scripted packets
expect: mqtt.msgtype == 8 => 1
expect: mqtt.msgtype == 10 => 1
"""

from tools import mqtt
from tools.lab import output
from tools.mqtt import packet, text
from tools.session import Tape, TcpSession, hmi, server

tape = Tape()
talk = TcpSession(tape, hmi, server, mqtt.port, 50150)
talk.open()
talk.exchange(mqtt.connect("screen"), mqtt.connack)
talk.exchange(mqtt.subscribe(1, "tank/1/level", "tank/2/level"), mqtt.suback(1, 0, 0))
talk.exchange(packet(10, b"\0\2" + text("tank/2/level"), 2), packet(11, b"\0\2"))  # OASIS 3.1.1, 3.10
talk.client(mqtt.disconnect)
talk.close()
tape.save(output())

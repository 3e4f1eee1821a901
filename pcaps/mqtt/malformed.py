"""A client publishes with both QoS bits set, to a wildcard and to no topic, sets reserved flags, sends
a topic that reaches past its packet and a Sparkplug topic without a Sparkplug payload; then as usual.

kind: S
malformed: yes
stack: scripted packets
expect: mqtt.msgtype == 3 => 6
expect: mqtt.msgtype == 8 => 1
"""

from tools import mqtt
from tools.lab import output
from tools.mqtt import packet, publish, text
from tools.session import Tape, TcpSession, laptop, server

tape = Tape()
talk = TcpSession(tape, laptop, server, mqtt.port, 50140)
talk.open()
talk.exchange(mqtt.connect("fuzz"), mqtt.connack)
for wrong in (
    packet(3, text("a") + b"\0\1x", 6),  # OASIS 3.1.1, 3.3.1.2: QoS 3
    publish("plant/#", b"1"),  # 3.3.2.1: no wildcards
    publish("", b"1"),  # 4.7.3: at least one character
    packet(8, b"\0\2" + text("a") + b"\0", 0),  # 3.8.1: flags 2
    publish("spBv1.0/G/DDATA/E/D", b"\x12\x7f\0"),
    packet(3, b"\0\x09a\0\xff", 0),
    publish("plant/t1", b"20"),
):
    talk.client(wrong)
    tape.wait(300)
talk.client(mqtt.disconnect)
talk.close()
tape.save(output())

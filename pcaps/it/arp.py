"""Who has which address: asked and answered, asked for nobody, announced, and a second host that
claims the controller's address.

kind: S
expect: arp.opcode == 1 => 6
expect: arp.opcode == 2 => 3
expect: arp.duplicate-address-detected => 1+
"""

from tools import wire
from tools.lab import output
from tools.session import Tape, engineer, hmi, laptop, plc

nobody, everybody = "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"

tape = Tape()


def ask(host, address):
    question = wire.arp(1, host.mac, host.ip, nobody, address)
    tape.add(wire.ether(host.mac, everybody, wire.ethertype_arp, question))


def answer(mac, address, to):
    reply = wire.arp(2, mac, address, to.mac, to.ip)
    tape.add(wire.ether(mac, to.mac, wire.ethertype_arp, reply))


tape.resolve(hmi, plc)
tape.wait(500)
for _ in range(3):
    ask(hmi, "10.20.0.99")
    tape.wait(1000)
# RFC 5227 section 2.3: an announcement is a request for one's own address.
ask(engineer, engineer.ip)
tape.wait(500)
ask(hmi, plc.ip)
answer(plc.mac, plc.ip, hmi)
tape.wait(5)
answer(laptop.mac, plc.ip, hmi)
tape.save(output())

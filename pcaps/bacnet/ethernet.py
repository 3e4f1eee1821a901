"""BACnet in Ethernet frames: routers tell which networks they reach, a routing table is written, a
point is read and written.

kind: S
expect: bacnet => 12
expect: bacnet.mesgtyp => 6
expect: bacapp.confirmed_service == 12 => 2
expect: bacapp.confirmed_service == 15 => 2
expect: _ws.malformed => 0
"""

from tools import bacnet as b
from tools import wire
from tools.bacnet import controller, everyone, operator, router
from tools.lab import output
from tools.session import Tape

tape = Tape()


def say(source, target, apdu, wait=100, **options):
    """7: behind the length of 802.3 stand DSAP and SSAP 82 and the control octet UI."""
    body = b"\x82\x82\x03" + b.npdu(apdu, **options)
    tape.add(wire.ether(source.mac, target.mac, len(body), body))
    tape.wait(wait)


# 6.4.1, 6.4.2: who reaches network 5, and who reaches any.
say(operator, everyone, b"\x00\x00\x05", message=True)
say(router, everyone, b"\x01\x00\x05\x00\x06", message=True)
# 6.4.19, 6.4.20: the number of this network.
say(operator, everyone, b"\x12", message=True)
say(router, everyone, b"\x13\x00\x01\x01", message=True)
# 6.4.7: network 6 is taken out of the router's table (port 0).
say(operator, router, b"\x06\x01\x00\x06\x00\x00", message=True, reply=True)
say(router, operator, b"\x07\x00", message=True)
say(operator, everyone, b.unconfirmed(8))
say(controller, everyone, b.i_am(260001, 8))
say(operator, controller, b.read(1, b.analog_input, 5, b.present_value), reply=True)
say(controller, operator, b.read_ack(1, b.analog_input, 5, b.present_value, b.real(21.5)))
say(operator, controller, b.write(2, b.analog_value, 1, b.present_value, b.real(19), 10), reply=True)
say(controller, operator, b.ack(2, 15))
tape.save(output())

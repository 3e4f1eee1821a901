"""A subscription that began before the capture: changes of values, then a write to two items.

kind: S
expect: dcerpc.pkt_type == 0 => 12
expect: dcerpc.pkt_type == 11 => 0
"""

from tools import opc
from tools.lab import output
from tools.session import Tape, TcpSession, scada, server

tape = Tape()
when = 134168976000000000
# No handshake: both connections are months old. Callbacks go from the server to the client.
callbacks = TcpSession(tape, server, scada, 49220, 50211)
calls = TcpSession(tape, scada, server, 49171, 50102)
for number in range(11):
    items = [(100, 192, 5, 60.0 + number / 4), (101, 192, 11, number % 2 * -1)]
    callbacks.exchange(opc.request(900 + number, 1, 3, opc.data_change(items, when + number * 10_000_000)), opc.response(900 + number, 1, b""))
    tape.wait(1000)
calls.exchange(opc.request(77, 4, 4, opc.write([7001, 7002], [(3, 12), (5, 45.0)])), opc.response(77, 4, opc.errors([0, 0])))
tape.save(output())

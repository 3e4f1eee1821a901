"""An OPC client asks a server who it is, adds items, reads them and writes one; one write is refused.

kind: S
expect: dcerpc.pkt_type == 11 => 1
expect: dcerpc.pkt_type == 14 => 2
expect: dcerpc.pkt_type == 0 => 5
expect: dcerpc.pkt_type == 2 => 5
"""

from tools import opc
from tools.lab import output
from tools.session import Tape, TcpSession, scada, server

tape = Tape()
session = TcpSession(tape, scada, server, 49171, 50100)
session.open()
when = 134168976000000000  # 2026-03-02, in steps of 100 ns since 1601
session.exchange(opc.bind(1, [(0, opc.server, 0)]), opc.bind_ack(1, 1))
session.exchange(opc.request(2, 0, 6, b""), opc.response(2, 0, opc.status((3, 1, 42), "Example Automation", when)))
session.exchange(opc.bind(3, [(1, opc.item_mgt, 0)], 14), opc.bind_ack(3, 1, 15, b""))
names = ["Boiler1.Drum.Level", "Boiler1.Feed.Valve"]
session.exchange(opc.request(4, 1, 3, opc.add_items(names)), opc.response(4, 1, opc.add_answer([7001, 7002])))
session.exchange(opc.bind(5, [(2, opc.sync_io, 0)], 14), opc.bind_ack(5, 1, 15, b""))
told = opc.states([(100, 192, 5, 61.5), (101, 192, 5, 40.0)], when)
session.exchange(opc.request(6, 2, 3, opc.read([7001, 7002])), opc.response(6, 2, told))
session.exchange(opc.request(7, 2, 4, opc.write([7002], [(5, 45.0)])), opc.response(7, 2, opc.errors([0])))
# OPC_E_BADRIGHTS: the item may not be written.
refused = opc.response(8, 2, opc.errors([0xC0040006]), 0xC0040006)
session.exchange(opc.request(8, 2, 4, opc.write([7001], [(5, 99.0)])), refused)
session.close()
tape.save(output())

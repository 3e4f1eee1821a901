"""An HMI looks up a historian, a mail server and a name that does not exist, over UDP and TCP; a laptop asks
for a copy of the zone and is refused; a printer and an HMI find each other by mDNS and LLMNR.

kind: S
stack: scripted messages
expect: dns.flags.response == 0 && dns => 8
expect: dns.qry.type == 252 => 2
expect: dns.flags.rcode == 3 => 1
expect: mdns => 3
expect: llmnr => 2
"""

from tools import dns, wire
from tools.dns import answer, message, query, question, record
from tools.lab import output
from tools.session import Host, Tape, TcpSession, hmi, laptop, server
from tools.udp import UdpSession

tape = Tape()
historian = wire.ip(server.ip)
talk = UdpSession(tape, hmi, server, 53, 49152)
for turn in range(4):  # the same question again and again
    ident = 0x1000 + turn
    talk.exchange(
        query(ident, "Historian.plant.example", dns.a),
        answer(ident, "Historian.plant.example", dns.a, record("historian.plant.example", dns.a, historian)),
    )
    tape.wait(5_000)
talk.exchange(
    query(0x2000, "plant.example", dns.mx),
    answer(0x2000, "plant.example", dns.mx, record("plant.example", dns.mx, b"\0\x0a" + dns.name("mail.plant.example"))),
)
talk.exchange(query(0x2001, "nowhere.plant.example", dns.aaaa), answer(0x2001, "nowhere.plant.example", dns.aaaa, flags=0x8183))
tape.wait(500)

tcp = TcpSession(tape, hmi, server, 53, 49160)
tcp.open()
tcp.exchange(
    dns.tcp(query(0x3000, "plant.example", dns.txt)),
    dns.tcp(answer(0x3000, "plant.example", dns.txt, record("plant.example", dns.txt, dns.texts("pump station 7", "v=1")))),
)
tcp.close()
zone = TcpSession(tape, laptop, server, 53, 49161)
zone.open()
zone.exchange(dns.tcp(query(0x4000, "plant.example", dns.axfr)), dns.tcp(answer(0x4000, "plant.example", dns.axfr, flags=0x8185)))
zone.close()
tape.wait(500)

# RFC 6762: from 5353 to the group; answers repeat themselves.
printer = Host("printer", "10.20.0.61", "02:4c:59:00:00:61")
group = Host("mdns", "224.0.0.251", "01:00:5e:00:00:fb")
asks = UdpSession(tape, hmi, group, 5353, 5353)
asks.client(message(0, 0, [question("_ipp._tcp.local", dns.ptr)]))
tells = UdpSession(tape, printer, group, 5353, 5353)
instance = "Label printer._ipp._tcp.local"
said = message(
    0,
    0x8400,
    [],
    [record("_ipp._tcp.local", dns.ptr, dns.name(instance), 4500)],
    [],
    [
        record(instance, dns.srv, b"\0\0\0\0" + (631).to_bytes(2, "big") + dns.name("printer-61.local"), 120, True),
        record(instance, dns.txt, dns.texts("txtvers=1", "ty=Example LP-200", "usb_MFG=Example"), 4500, True),
        record("printer-61.local", dns.a, wire.ip(printer.ip), 120, True),
    ],
)
for turn in range(2):
    tells.client(said)
    tape.wait(1_000)
# RFC 4795: asked of the group, answered to the one who asked.
UdpSession(tape, laptop, Host("llmnr", "224.0.0.252", "01:00:5e:00:00:fc"), 5355, 50001).client(query(0x5000, "hmi", dns.a, 0))
UdpSession(tape, laptop, hmi, 5355, 50001).server(answer(0x5000, "hmi", dns.a, record("hmi", dns.a, wire.ip(hmi.ip), 30), flags=0x8000))
tape.save(output())

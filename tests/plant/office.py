"""What an IT network says beside the control traffic: addresses, names, times, neighbours, sign-ins, pages, files."""

import hashlib
import struct

from plant import site
from plant.link import Tcp, Udp, ms, second
from plant.site import Host
from tools import dns, smb, snmp, web, wire

hour = 3600 * second
shifts = (6, 14, 22)
domain = "qingxi.example"
nobody_ip, everybody = "0.0.0.0", Host("all", "255.255.255.255", "ff:ff:ff:ff:ff:ff")


def build(day):
    host = site.hosts
    for at, each in enumerate(host.values()):
        if each.level in ("1", "2", "3") and each.kind not in ("switch", "gateway") and each.name != "DC-1":
            day.actor(times(day, each))
        if each.kind in ("hmi", "server") and each.level in ("2", "3") and each.name != "DC-1":
            day.actor(names(day, each))
        if each.kind == "hmi":
            day.actor(leases(day, each))
        if each.kind == "switch":
            day.actor(neighbours(day, each, at))
            day.actor(management(day, host["NMS-1"], each))
        if each.kind == "it":
            day.actor(reports(day, each))
    day.actor(export(day))
    for midnight in day.days():
        nightly(day, midnight)


def times(day, host):
    """RFC 5905: a question to the clock about every 17 minutes."""
    rng, tape = day.random(f"ntp {host.name}"), day.tape(day.start)
    udp = Udp(tape, host, site.hosts["DC-1"], 123, 123)

    def stamp():
        seconds, rest = divmod(tape.ns, second)
        return struct.pack("!II", seconds + 2_208_988_800, (rest << 32) // second)

    at = tape.ns + rng.randrange(1000 * second)
    while True:
        yield at
        tape.until(at)
        if host.ip in day.silent:
            return
        asked = stamp()
        now = stamp()
        udp.exchange(bytes([0x23, 0, 10, 0]) + bytes(36) + asked, bytes([0x24, 1, 10, 0xE9]) + bytes(8) + b"GPS\0" + now + asked + now + now, 1.2)
        at = tape.ns + 1024 * second + rng.randrange(-8 * second, 8 * second)


def look_up(day, tape, host, name, address):
    rng = day.random(f"{host.name} {name} {tape.ns}")
    udp = Udp(tape, host, site.hosts["DC-1"], 53, day.port(host))
    ident = rng.randrange(65536)
    found = dns.record(f"{name}.{domain}", dns.a, wire.ip(address), 3600)
    udp.exchange(dns.query(ident, f"{name}.{domain}", dns.a), dns.answer(ident, f"{name}.{domain}", dns.a, found), 0.8)


def names(day, host):
    rng = day.random(f"dns {host.name}")
    wanted = {"hmi": ("file-1", "dc-1"), "server": ("file-1", "dc-1", "opc-1")}[host.kind]
    at = day.start + rng.randrange(1800 * second)
    while True:
        yield at
        name = rng.choice(wanted)
        look_up(day, day.tape(at), host, name, site.hosts[name.upper()].ip)
        at += round(rng.uniform(1200, 2400) * second)


def _option(code, data):
    return bytes([code, len(data)]) + data


def dhcp(day, tape, host, kind, reply=False, given=None):
    """RFC 2131: a renewal is unicast, a discovery is not."""
    server = site.hosts["DC-1"]
    own = wire.ip(given or host.ip)
    head = struct.pack("!BBBBIHH", 2 if reply else 1, 1, 6, 0, 0x51580000 | tape.ns // second & 0xFFFF, 0, 0)
    head += (own if kind in (3, 5) and not given else bytes(4)) + (own if reply else bytes(4)) + bytes(8) + wire.mac(host.mac) + bytes(10) + bytes(192)
    options = [_option(53, bytes([kind]))]
    options += [_option(54, wire.ip(server.ip)), _option(51, struct.pack("!I", 28800)), _option(1, wire.ip("255.255.0.0"))] if reply else [
        _option(12, host.name.lower().encode()), _option(55, bytes([1, 3, 6]))]
    return head + b"\x63\x82\x53\x63" + b"".join(options) + b"\xff"


def leases(day, host):
    rng = day.random(f"dhcp {host.name}")
    at = day.start + rng.randrange(4 * hour)
    while True:
        yield at
        tape = day.tape(at)
        udp = Udp(tape, host, site.hosts["DC-1"], 67, 68)
        udp.exchange(dhcp(day, tape, host, 3), dhcp(day, tape, host, 5, True), 2)
        at += 4 * hour + rng.randrange(-30 * second, 30 * second)


def new_lease(day, tape, host):
    """A host that was never here: discover, offer, request, acknowledgement."""
    blank = Host(host.name, nobody_ip, host.mac)
    for ask, tell in ((1, 2), (3, 5)):
        Udp(tape, blank, everybody, 67, 68).client(dhcp(day, tape, host, ask, given=host.ip))
        tape.wait(3)
        Udp(tape, site.hosts["DC-1"], everybody, 68, 67).client(dhcp(day, tape, host, tell, True, given=host.ip))
        tape.wait(20)


def neighbours(day, switch, number):
    """IEEE 802.1AB: every 30 s."""

    def part(kind, data):
        return struct.pack("!H", kind << 9 | len(data)) + data

    said = [part(1, b"\4" + wire.mac(switch.mac)), part(2, b"\5port-1"), part(3, struct.pack("!H", 120)), part(5, switch.name.lower().encode()),
            part(6, b"Lanhe LS-508 managed switch, V3.1.4"), part(7, struct.pack("!HH", 0x14, 4)),
            part(8, b"\5\1" + wire.ip(switch.ip) + b"\2" + struct.pack("!I", 1) + b"\0"), part(0, b"")]
    frame = wire.ether(switch.mac, "01:80:c2:00:00:0e", 0x88CC, b"".join(said))
    tape = day.tape(day.start)
    at = day.start + number * second
    while True:
        yield at
        tape.until(at)
        tape.add(frame)
        at += round(30 * second * day.thin)


def management(day, nms, switch):
    """RFC 3416: sysUpTime and the octets of four ports, every minute."""
    rng, tape = day.random(f"snmp {switch.name}"), day.tape(day.start)
    udp = Udp(tape, nms, switch, 161, day.port(nms))
    octets, ident, at = [10**6 * n for n in range(1, 5)], 0, day.start + rng.randrange(60 * second)
    while True:
        yield at
        tape.until(at)
        ident += 1
        octets = [(each + rng.randrange(2_000_000)) & 0x7FFFFFFF for each in octets]
        wanted = ["1.3.6.1.2.1.1.3.0"] + [f"1.3.6.1.2.1.2.2.1.10.{port}" for port in range(1, 5)]
        values = [snmp.integer(tape.ns // (10 * ms) & 0x7FFFFFFF)] + [snmp.integer(each) for each in octets]
        ask = snmp.message(1, "qingxi-ro", snmp.pdu(snmp.get, ident, *[(name, snmp.null) for name in wanted]))
        tell = snmp.message(1, "qingxi-ro", snmp.pdu(snmp.response, ident, *zip(wanted, values)))
        udp.exchange(ask, tell, 4)
        at += round(60 * second * day.thin) + rng.randrange(-200 * ms, 200 * ms)


def page(day, at, client, server, target, body, name=None):
    tape = day.tape(at)
    tcp = Tcp(tape, client, server, 80, day.port(client))
    tcp.open()
    tcp.exchange(web.request("GET", target, name or f"{server.name.lower()}.{domain}", User_Agent="Qingxi/2.1"), web.response(200, body, Content_Type="text/html"), 12)
    tape.wait(30)
    tcp.close()


def reports(day, host):
    """Office hours of working days: a page now and then."""
    rng = day.random(f"web {host.name}")
    at = day.start
    while True:
        at += round(rng.expovariate(1 / 900) * second)
        yield at
        now = day.when(at)
        if now.weekday() < 5 and 8 <= now.hour < 17:
            page(day, at, host, site.hosts["WEB-1"], rng.choice(["/", "/daily.html", "/quality.html"]), b"<title>Qingxi</title>" + b"<p>report</p>" * rng.randrange(20, 90))


def export(day):
    """The reports' server fetches trends from the historian every five minutes."""
    rng = day.random("export")
    at = day.start + rng.randrange(300 * second)
    while True:
        yield at
        rows = b"".join(b"%d,%d\n" % (n, rng.randrange(1000)) for n in range(60))
        page(day, at, site.hosts["WEB-1"], site.hosts["HIST-1"], "/export/trend.csv", rows)
        at += 300 * second + rng.randrange(-2 * second, 2 * second)


def file_session(day, at, host, share, name, data=b"", read=0):
    """[MS-SMB2]: sign in, connect to a share, write or read a file, go."""
    tape = day.tape(at)
    server = site.hosts["FILE-1"]
    tcp = Tcp(tape, host, server, 445, day.port(host))
    tcp.open()
    smb.user, smb.domain, smb.host = "operator", "QINGXI", host.name  # what the sign-in says of who it is
    client = smb.Client(tcp)
    client.negotiate()
    client.sign_in()
    client.connect(rf"\\{server.ip}\{share}", 5)
    client.open(name, 5)
    for offset in range(0, len(data), 16384):
        client.write(data[offset : offset + 16384], 5, offset=offset)
    if read:
        client.read(bytes(read), 5)
    client.close(5)
    tape.wait(50)
    tcp.close()
    return tape.ns


def noise(label, size):
    """Octets that look like a file's, the same at every run."""
    out = b""
    while len(out) < size:
        out += hashlib.sha256(f"{label}/{len(out)}".encode()).digest()
    return out[:size]


def tls(day, at, client, server, name):
    """RFC 8446: hellos, then records nobody can read."""
    tape = day.tape(at)
    tcp = Tcp(tape, client, server, 443, day.port(client))
    tcp.open()
    hello = b"\x03\x03" + noise(f"{at}", 32) + b"\0\x13\x01\0\0\x06\x00\x2b\x00\x02\x03\x04"
    handshake = b"\2" + len(hello).to_bytes(3, "big") + hello
    record = b"\x16\3\3" + struct.pack("!H", len(handshake)) + handshake
    sealed = b"".join(b"\x17\3\3" + struct.pack("!H", size) + noise(f"{at} {size}", size) for size in (900, 280))
    tcp.exchange(web.client_hello(name), record + b"\x14\3\3\0\1\1" + sealed, 9)
    tape.wait(4)
    tcp.exchange(b"\x14\3\3\0\1\1\x17\3\3\0\x35" + noise(f"{at} finished", 53), b"\x17\3\3\1\0" + noise(f"{at} page", 256), 20)
    tape.wait(100)
    tcp.close()


def nightly(day, midnight):
    """The historian's dump, and the hosts that look for updates."""
    rng = day.random(f"nightly {midnight}")
    at = midnight + 90 * 60 * second + rng.randrange(120 * second)
    day.at(at, lambda ns: file_session(day, ns, site.hosts["HIST-1"], "backup", rf"hist\{day.when(ns):%Y%m%d}.dmp", noise(f"dump {ns}", 180_000)))
    for name in ("HMI-1", "HMI-2", "HMI-3", "HMI-4", "EWS-1", "SCADA-1", "SCADA-2", "HIST-1"):
        at = midnight + 4 * hour + rng.randrange(1800 * second)
        day.at(at, lambda ns, name=name: tls(day, ns, site.hosts[name], site.hosts["PATCH-1"], f"patch-1.{domain}"))

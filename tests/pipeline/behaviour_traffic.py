"""Captures of what behaviour_test.py looks for: scans, sweeps, floods, guessed passwords, poses, and ordinary traffic
that resembles them. Each maker puts frames on a tape; `pace` is the pause between two tries in milliseconds."""
import random
import struct

from tools import bacnet, enip, iec104, iec61850, modbus, mqtt, profinet, s7, smb, snmp, web, wire
from tools.session import Host, TcpSession, hmi
from tools.udp import UdpSession

evil = Host("evil", "10.20.0.99", "02:4c:59:00:00:99")
everybody = Host("all", "255.255.255.255", "ff:ff:ff:ff:ff:ff")


def host(number):
    return Host(f"h{number}", f"10.20.{1 + number // 250}.{1 + number % 250}", f"02:4c:59:01:{number >> 8:02x}:{number & 255:02x}")


def arp_ask(tape, who, ip):
    tape.add(wire.ether(who.mac, everybody.mac, wire.ethertype_arp, wire.arp(1, who.mac, who.ip, "00:00:00:00:00:00", ip)))


def arp_tell(tape, who, to):
    tape.add(wire.ether(who.mac, to.mac, wire.ethertype_arp, wire.arp(2, who.mac, who.ip, to.mac, to.ip)))


def arp_scan(tape, pace, count=120):
    for number in range(count):
        arp_ask(tape, evil, host(number).ip)
        if number % 30 == 0:
            arp_tell(tape, host(number), evil)
        tape.wait(pace)


def echo(tape, a, b, number, answer=False):
    kind = 0 if answer else 8
    packet = wire.ipv4(a.ip, b.ip, wire.protocol_icmp, wire.icmp(kind, 0, struct.pack("!HH", 7, number & 0xFFFF) + b"ping"))
    tape.add(wire.ether(a.mac, b.mac, wire.ethertype_ipv4, packet))


def ping(tape, a, b, number, alive):
    echo(tape, a, b, number)
    if alive:
        tape.wait(1)
        echo(tape, b, a, number, True)


def icmp_scan(tape, pace, count=100):
    for number in range(count):
        ping(tape, evil, host(number), number, number % 10 == 0)
        tape.wait(pace)


def try_tcp(tape, a, b, port, sport, outcome):
    """SYN; answered with SYN-ACK and broken off, refused, or nothing."""
    session = TcpSession(tape, a, b, port, sport)
    session._send(0, wire.syn)
    if outcome == "open":
        session._send(1, wire.syn | wire.ack)
        session._send(0, wire.rst)
    elif outcome == "closed":
        session._send(1, wire.rst | wire.ack)


def tcp_hosts(tape, pace, count=50):
    sport = 40000
    for number in range(count):
        for port in (102, 502):
            sport += 1
            try_tcp(tape, evil, host(number), port, sport, "open" if number % 10 == 0 else "closed" if number % 10 < 3 else "")
            tape.wait(pace)


def tcp_ports(tape, pace, count=100):
    for port in range(1, count + 1):
        try_tcp(tape, evil, host(1), port, 40000 + port, "open" if port == 80 else "closed")
        tape.wait(pace)


def udp_scan(tape, pace, count=60):
    for number in range(count):
        talk = UdpSession(tape, evil, host(number), 161, 41000 + number)
        index = talk.client(b"?")
        if number % 2:  # RFC 792: port unreachable, with the header and 8 octets of what came
            sent = tape.packets[index].data[14:42]
            packet = wire.ipv4(host(number).ip, evil.ip, wire.protocol_icmp, wire.icmp(3, 3, bytes(4) + sent))
            tape.add(wire.ether(host(number).mac, evil.mac, wire.ethertype_ipv4, packet))
        tape.wait(pace)


def list_identity(tape, pace, count=40):
    for number in range(count):
        talk = UdpSession(tape, evil, host(number), enip.port, 42000 + number)
        talk.client(enip.encapsulated(0x63, handle=0))
        if number % 8 == 0:
            tape.wait(2)
            talk.server(enip.encapsulated(0x63, struct.pack("<H", 1) + enip.identity_item(host(number).ip), handle=0))
        tape.wait(pace)


def dcp_names(tape, pace, count=80):
    for number in range(count):
        ask = profinet.dcp(profinet.identify, 0, number, profinet.block(profinet.name_of_station, f"plc-{number}".encode()), delay=1)
        tape.add(wire.ether(evil.mac, profinet.multicast, profinet.ethertype, ask))
        tape.wait(pace)


def who_is(tape, pace, count=80):
    for number in range(count):
        range_asked = bacnet.tag(0, bacnet.octets(100 * number)) + bacnet.tag(1, bacnet.octets(100 * number + 99))
        UdpSession(tape, evil, bacnet.everyone, bacnet.port, bacnet.port).client(bacnet.bvlc(11, bacnet.npdu(bacnet.unconfirmed(8, range_asked))))
        tape.wait(pace)


def szl(tape, pace, count=80):
    """Each controller tells what it is; that so many are asked is what shows."""
    for number in range(count):
        talk = TcpSession(tape, evil, host(number), s7.port, 42100 + number)
        talk.open()
        talk.exchange(s7.connect_request(), s7.connect_confirm())
        talk.exchange(s7.dt(s7.pdu(1, 1, s7.setup_param())), s7.dt(s7.pdu(3, 1, s7.setup_param())))
        module = struct.pack("!HHHHH20sHHH", 0x0011, 0, 28, 1, 1, b"6ES7 315-2EH14-0AB0 ", 0, 1, 1)
        ask = s7.pdu(7, 2, bytes.fromhex("0001120411440100"), bytes.fromhex("ff09000400110000"))
        told = s7.pdu(7, 2, bytes.fromhex("000112081284010000000000"), b"\xff\x09" + struct.pack("!H", len(module)) + module)
        talk.exchange(s7.dt(ask), s7.dt(told))
        talk.close()
        tape.wait(pace)


def modbus_session(tape, who, to, sport):
    session = TcpSession(tape, who, to, 502, sport)
    session.open()
    return session


def unit_sweep(tape, pace, count=60):
    session = modbus_session(tape, evil, host(1), 43000)
    for unit in range(1, count + 1):
        reply = modbus.read_words_reply(3, [7]) if unit in (1, 5) else modbus.exception(3, 0x0B)
        session.exchange(modbus.adu(unit, modbus.read(3, 0, 1), unit), modbus.adu(unit, reply, unit))
        tape.wait(pace)


def object_sweep(tape, pace, count=60):
    session = modbus_session(tape, evil, host(1), 43001)
    for at in range(count):
        reply = modbus.read_words_reply(3, [7]) if at < 5 else modbus.exception(3, 2)
        session.exchange(modbus.adu(at, modbus.read(3, at * 100, 1)), modbus.adu(at, reply))
        tape.wait(pace)


def ioa_sweep(tape, pace, count=60):
    session = TcpSession(tape, evil, host(2), iec104.port, 43002)
    session.open()
    session.exchange(iec104.u_frame(iec104.startdt_act), iec104.u_frame(iec104.startdt_con))
    for number in range(count):
        ask = iec104.asdu(102, [(1000 + number, b"")], iec104.request)
        no = iec104.asdu(102, [(1000 + number, b"")], iec104.unknown_object, negative=True)
        session.exchange(iec104.i_frame(ask, number, number), iec104.i_frame(no, number, number + 1))
        tape.wait(pace)


def function_sweep(tape, pace, count=30):
    session = modbus_session(tape, evil, host(1), 43003)
    session.exchange(modbus.adu(1, modbus.read(3, 0, 1)), modbus.adu(1, modbus.read_words_reply(3, [7])))
    for function in range(60, 60 + count):
        session.exchange(modbus.adu(function, bytes([function, 0, 0])), modbus.adu(function, modbus.exception(function, 1)))
        tape.wait(pace)


def exhaustion(tape, pace, count=20):
    for number in range(count):
        modbus_session(tape, evil, host(1), 44000 + number)
        tape.wait(pace)
    tape.wait(20_000)


def exhaustion_many(tape, pace, count=40):
    for number in range(count):
        modbus_session(tape, host(100 + number), host(1), 44000)
        tape.wait(pace)
    tape.wait(20_000)


def syn_flood(tape, pace, count=3000):
    chance = random.Random(1)
    for number in range(count):
        liar = Host("liar", f"10.{chance.randrange(30, 200)}.{chance.randrange(250)}.{chance.randrange(1, 250)}", evil.mac)
        TcpSession(tape, liar, host(1), 502, chance.randrange(1024, 65000))._send(0, wire.syn)
        tape.wait(pace)


def udp_flood(tape, pace, count=6000):
    for number in range(count):
        UdpSession(tape, evil, host(1), 47808, 1024 + number).client(b"x" * 8)
        tape.wait(pace)


def icmp_flood(tape, pace, count=3000):
    for number in range(count):
        echo(tape, evil, host(1), number)
        tape.wait(pace)


def arp_flood(tape, pace, count=1000):
    for number in range(count):
        arp_tell(tape, Host("liar", host(number % 200).ip, evil.mac), host(1))
        tape.wait(pace)


def broadcast_storm(tape, pace, count=8000):
    frame = wire.ether(evil.mac, everybody.mac, wire.ethertype_ipv4,
                       wire.ipv4(evil.ip, everybody.ip, wire.protocol_udp, wire.udp(evil.ip, everybody.ip, 9, 9, b"storm")))
    for _ in range(count):
        tape.add(frame)
        tape.wait(pace)


def goose_frame(tape, mac, st, sq, since):
    payload = iec61850.goose(since, st, sq, [iec61850.boolean(False), iec61850.quality()])
    tape.add(wire.ether(mac, "01:0c:cd:01:00:01", iec61850.goose_ethertype, payload))


def goose_flood(tape, pace, count=8000):
    since = tape.ns
    for number in range(count):
        goose_frame(tape, evil.mac, 1, number, since)
        tape.wait(pace)


def ftp_guess(tape, pace, count=30):
    for number in range(count):
        talk = TcpSession(tape, evil, host(3), 21, 45000 + number)
        talk.open()
        talk.server(b"220 Panel FTP server ready\r\n")
        talk.exchange(b"USER admin\r\n", b"331 Password required\r\n")
        talk.exchange(b"PASS guess%d\r\n" % number, b"530 Login incorrect\r\n")
        talk.close()
        tape.wait(pace)


def telnet_guess(tape, pace, count=30):
    for number in range(count):
        talk = TcpSession(tape, evil, host(3), 23, 45000 + number)
        talk.open()
        talk.server(b"\xff\xfd\x18\xff\xfb\x01login: ")
        for side, text in ((0, b"root\r\n"), (1, b"root\r\nPassword: "), (0, b"guess\r\n"), (1, b"\r\nLogin incorrect\r\nlogin: ")):
            talk.data(side, text)
            tape.wait(10)
        talk.close()
        tape.wait(pace)


def http_guess(tape, pace, count=30):
    for number in range(count):
        talk = TcpSession(tape, evil, host(3), 80, 45000 + number)
        talk.open()
        talk.exchange(b"GET / HTTP/1.1\r\nHost: plc\r\nAuthorization: Basic YWRtaW46Z3Vlc3M=\r\n\r\n",
                      b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n")
        talk.close()
        tape.wait(pace)


def mqtt_connect():
    body = mqtt.text("MQTT") + bytes([4, 0xC2]) + struct.pack(">H", 60) + mqtt.text("c") + mqtt.text("admin") + mqtt.text("guess")
    return mqtt.packet(1, body)


def mqtt_guess(tape, pace, count=30):
    for number in range(count):
        talk = TcpSession(tape, evil, host(3), mqtt.port, 45000 + number)
        talk.open()
        talk.exchange(mqtt_connect(), mqtt.packet(2, b"\0\5"))
        talk.close()
        tape.wait(pace)


def mqtt_guess_many(tape, pace, count=8):
    for turn in range(5):
        for number in range(count):
            talk = TcpSession(tape, host(200 + number), host(3), mqtt.port, 45000 + turn)
            talk.open()
            talk.exchange(mqtt_connect(), mqtt.packet(2, b"\0\5"))
            talk.close()
            tape.wait(pace)


def snmp_guess(tape, pace, count=30):
    for number in range(count):
        ask = snmp.message(1, f"guess{number}", snmp.pdu(snmp.get, number, ("1.3.6.1.2.1.1.1.0", snmp.null)))
        UdpSession(tape, evil, host(3), 161, 46000 + number).client(ask)
        tape.wait(pace)
    tape.wait(60_000)
    echo(tape, hmi, host(9), 1)


def ssh_guess(tape, pace, count=30):
    for number in range(count):
        talk = TcpSession(tape, evil, host(3), 22, 45000 + number)
        talk.open()
        talk.exchange(b"SSH-2.0-libssh_0.9.6\r\n", b"SSH-2.0-OpenSSH_7.4\r\n")
        talk.exchange(struct.pack("!IB", 700, 4) + b"\x14" + bytes(698), struct.pack("!IB", 700, 4) + b"\x14" + bytes(698))
        talk.close()
        tape.wait(pace)


def rdp_guess(tape, pace, count=30):
    cookie = b"Cookie: mstshash=a\r\n" + bytes([1, 0, 8, 0, 3, 0, 0, 0])
    ask = b"\3\0" + struct.pack("!H", len(cookie) + 11) + bytes([6 + len(cookie), 0xE0, 0, 0, 0, 0, 0]) + cookie
    for number in range(count):
        talk = TcpSession(tape, evil, host(3), 3389, 45100 + number)
        talk.open()
        talk.exchange(ask, bytes.fromhex("030000130ed000000000000200080002000000"))
        talk.exchange(bytes.fromhex("16030100040e000000"), b"\x17\3\3\0\x20" + bytes(32))
        talk.close()
        tape.wait(pace)


def vnc_guess(tape, pace, count=30):
    """RFC 6143 7.1: version, VNC authentication, challenge, answer, result 1 with its reason."""
    version = b"RFB 003.008\n"
    for number in range(count):
        talk = TcpSession(tape, evil, host(3), 5900, 45200 + number)
        talk.open()
        for side, octets in ((1, version), (0, version), (1, b"\1\2"), (0, b"\2"), (1, bytes(range(16))), (0, bytes(range(number, number + 16))),
                             (1, struct.pack("!II", 1, 22) + b"Authentication failure")):
            talk.data(side, octets)
            tape.wait(2)
        talk.close()
        tape.wait(pace)


def smb_guess(tape, pace, count=30):
    status_logon_failure = 0xC000006D
    for number in range(count):
        talk = TcpSession(tape, evil, host(3), 445, 45300 + number)
        talk.open()
        client = smb.Client(talk)
        client.negotiate()
        client.sign_in(status_logon_failure)
        talk.close()
        tape.wait(pace)


def twin_publisher(tape, pace, count=30):
    since = tape.ns
    for number in range(count):
        goose_frame(tape, "02:4c:59:00:00:21", 1, number, since)
        tape.wait(pace / 2)
        if 10 <= number < 20:
            goose_frame(tape, evil.mac, 1, number, since)
        tape.wait(pace / 2)


def dhcp(tape, kind, server, client, number, given="0.0.0.0"):
    head = struct.pack("!BBBBIHH", 2 if server else 1, 1, 6, 0, number, 0, 0x8000)
    head += bytes(4) + wire.ip(given) + bytes(8) + wire.mac(client.mac) + bytes(10) + bytes(192) + b"\x63\x82\x53\x63"
    body = head + bytes([53, 1, kind]) + (bytes([54, 4]) + wire.ip(server.ip) + bytes([3, 4]) + wire.ip(server.ip) if server else b"") + b"\xff"
    if server:
        UdpSession(tape, server, everybody, 68, 67).client(body)
    else:
        UdpSession(tape, Host("none", "0.0.0.0", client.mac), everybody, 67, 68).client(body)
    tape.wait(3)


def lease(tape, server, client, number):
    for kind in (1, 3):
        dhcp(tape, kind, None, client, number)
        dhcp(tape, kind + 1 if kind == 1 else 5, server, client, number, client.ip)


def rogue_dhcp(tape, pace, count=20):
    for number in range(count):
        lease(tape, hmi, host(number), number)
        if number >= count // 2:
            dhcp(tape, 2, evil, host(number), number, "10.66.0.5")
        tape.wait(pace)


# --- what must not be found ---

def monitor_pings(tape):
    """200 devices every 30 s for 20 minutes; 20 of them are switched off."""
    for turn in range(40):
        for number in range(200):
            ping(tape, hmi, host(number), turn, number % 10 != 0)
            tape.wait(1)
        tape.wait(29_000)


def historian(tape):
    """60 controllers, a new connection each minute; 12 of them are off at night. The router asks for them by ARP."""
    for turn in range(30):
        for number in range(60):
            if number % 5 == 0 and turn > 3:
                arp_ask(tape, hmi, host(number).ip)
                try_tcp(tape, hmi, host(number), 502, 20000 + turn, "")
                continue
            session = modbus_session(tape, hmi, host(number), 20000 + turn)
            session.exchange(modbus.adu(turn, modbus.read(3, 0, 2)), modbus.adu(turn, modbus.read_words_reply(3, [1, turn])))
            session.close()
        tape.wait(58_000)


def gateway(tape):
    """40 units behind a gateway, four of them dead, read each 10 s."""
    session = modbus_session(tape, hmi, host(1), 21000)
    for turn in range(60):
        for unit in range(1, 41):
            reply = modbus.exception(3, 0x0B) if unit % 10 == 0 else modbus.read_words_reply(3, [turn])
            session.exchange(modbus.adu(turn, modbus.read(3, 0, 1), unit), modbus.adu(turn, reply, unit))
        tape.wait(9_000)


def names(tape):
    """A resolver: asked by 50 hosts, it asks 200 servers in the world, of which every tenth is silent."""
    resolver = host(10)
    question = bytes.fromhex("000101000001000000000000") + b"\3www\7example\3com\0" + bytes.fromhex("00010001")
    reply = bytes.fromhex("000181800001000000000000") + b"\3www\7example\3com\0" + bytes.fromhex("00010001")
    for number in range(400):
        UdpSession(tape, host(20 + number % 50), resolver, 53, 30000 + number).exchange(question, reply)
        world = Host("world", f"93.{number % 200}.7.1", "02:4c:59:00:00:01")
        ask = UdpSession(tape, resolver, world, 53, 30000 + number)
        ask.client(question) if number % 10 == 0 else ask.exchange(question, reply)
        tape.wait(200)


def leases(tape):
    """A DHCP server looks whether each address is free (RFC 2131 3.1), then gives it away."""
    for number in range(60):
        dhcp(tape, 1, None, host(number), number)
        arp_ask(tape, hmi, host(number).ip)
        echo(tape, hmi, host(number), number)
        tape.wait(1_000)
        dhcp(tape, 2, hmi, host(number), number, host(number).ip)
        dhcp(tape, 3, None, host(number), number)
        dhcp(tape, 5, hmi, host(number), number, host(number).ip)
        tape.wait(20_000)


def controller_start(tape):
    """A PROFINET controller looks for its 60 devices by name; all answer but three."""
    for number in range(60):
        name = f"io-{number}".encode()
        ask = profinet.dcp(profinet.identify, 0, number, profinet.block(profinet.name_of_station, name), delay=1)
        tape.add(wire.ether(hmi.mac, profinet.multicast, profinet.ethertype, ask))
        tape.wait(2)
        if number % 20:
            tell = profinet.dcp(profinet.identify, 1, number, profinet.block(profinet.name_of_station, name, 0))
            tape.add(wire.ether(host(number).mac, hmi.mac, profinet.ethertype, tell))
        tape.wait(20)


def mistyped(tape):
    """An operator gets in at the third try, on each of three panels."""
    for panel in range(3):
        for turn, code in enumerate((b"530 Login incorrect", b"530 Login incorrect", b"230 Logged in")):
            talk = TcpSession(tape, hmi, host(panel), 21, 47000 + turn)
            talk.open()
            talk.server(b"220 ready\r\n")
            talk.exchange(b"USER op\r\n", b"331 Password\r\n")
            talk.exchange(b"PASS secret\r\n", code + b"\r\n")
            talk.close()
            tape.wait(4_000)


def replaced(tape):
    """A relay is replaced: its successor publishes the same control block from another card."""
    since = tape.ns
    for number in range(40):
        goose_frame(tape, "02:4c:59:00:00:21" if number < 20 else "02:4c:59:00:00:22", 1, number, since)
        tape.wait(1_000)

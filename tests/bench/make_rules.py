#!/usr/bin/env python3
"""Rules in the shapes and proportions of large public sets, for benches: they measure, they warn of nothing.

usage: make_rules.py COUNT [--seed 1] [--plain | --suricata] [--change N]

The same arguments give the same rules, and COUNT rules begin as any smaller COUNT does. Shapes: contents of HTTP,
TLS and DNS in their buffers, raw contents on groups of ports and on any port, expressions behind a content, pairs of
flowbits, thresholds, addresses alone, and of industrial protocols raw octets at fixed places, fields and verbs.
--plain     without the buffers of HTTP, TLS and DNS: the same contents in the raw octets of their ports
--suricata  only what Suricata 7 knows too: no fields of industrial protocols, no verbs
--change N  rule N gets another content: what a reload after one edit has to compile
"""
import argparse
import random

parser = argparse.ArgumentParser()
parser.add_argument("count", type=int)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--plain", action="store_true")
parser.add_argument("--suricata", action="store_true")
parser.add_argument("--change", type=int, default=-1)
args = parser.parse_args()
if args.suricata:
    args.plain = False

first_sid = 2_000_000
OUT, IN = "$HOME_NET any -> $EXTERNAL_NET {}", "$EXTERNAL_NET any -> $HOME_NET {}"
# Words that ordinary traffic has too: about one URI in a hundred is one of these.
COMMON = ["/index.php", "/admin/", "/api/v1/", "id=", "cmd=", "User-Agent|3a 20|", "Mozilla/5.0", ".exe", "/download", "login", "passwd",
          "Content-Type|3a 20|", "text/html", "update", "/images/", "Accept|3a 20|", "Windows NT", ".js", "token=", "session"]
SYLLABLES = "ba be bo ca ce co da de di do fa fe fo ga ge gi go ha he hi ka ke ki la le li lo ma me mi mo na ne no pa pe po ra re ri ro sa se si so ta te ti to va ve vi wa we xa ze zo".split()
AGENTS = ["Loader", "Agent", "Client", "Bot", "Updater", "Stealer", "Fetch", "Http"]
SUFFIXES = ["com", "net", "org", "top", "xyz", "info", "ru", "cn", "biz", "co.uk"]
PORTS = ["21", "22", "23", "25", "110", "135", "139", "143", "389", "445", "1433", "3306", "3389", "5432", "5900", "6667", "8080", "8443",
         "[25,587]", "[139,445]", "[135:139]", "1024:", "[80,8080,8000]", "!80", "[6660:6669]", "$HTTP_PORTS"]


class Rule:
    def __init__(self, number, change):
        self.random = random.Random(args.seed * 1_000_003 + number)
        self.number = number
        self.change = change

    def pick(self, choices):
        return choices[self.random.randrange(len(choices))]

    def chance(self, share):
        return self.random.random() < share

    def word(self, least=2, most=4):
        return "".join(self.pick(SYLLABLES) for _ in range(self.random.randint(least, most)))

    def name(self):
        return f"{self.word(2, 5)}{self.pick(['', '', '-' + self.word(1, 2), str(self.random.randrange(100))])}.{self.pick(SUFFIXES)}"

    def path(self):
        if self.chance(0.01):
            return self.pick(COMMON)
        forms = [lambda: f"/{self.word()}/{self.word()}.php", lambda: f"/{self.word(3, 5)}", lambda: f"/{self.word()}.php?{self.word(1, 2)}=",
                 lambda: f"?{self.word(1, 2)}={self.word(1, 1)}", lambda: f".{self.word(1, 2)}/{self.word()}", lambda: f"/wp-content/plugins/{self.word()}/",
                 lambda: f"&{self.word(1, 3)}=", lambda: f"/{self.word(2, 3)}.{self.pick(['asp', 'cgi', 'jsp', 'exe', 'bin'])}"]
        return self.pick(forms)()

    def hex(self, least, most):
        return "|" + " ".join(f"{self.random.randrange(256):02x}" for _ in range(self.random.randint(least, most))) + "|"

    def expression(self):
        return self.pick(["/[?&]{w}=[^&]{{4,40}}(?:&|$)/{f}i", "/^\\/[a-z]{{3,8}}\\/{w}[0-9]+/{f}", "/{w}=[a-f0-9]{{32}}/{f}", "/\\/{w}\\.(?:php|asp)\\?[a-z]=\\d+/{f}i",
                          "/(?:{w}|{v})[^\\r\\n]{{1,40}}/{f}"])

    def pcre(self, flags=""):
        return 'pcre:"' + self.expression().format(w=self.word(2, 3), v=self.word(2, 3), f=flags) + '"; '

    # Each gives header and options.
    def http_uri(self):
        text = self.path() + (self.pick(["x", "changed"]) if self.change else "")
        method = self.pick(["GET", "GET", "POST"])
        if args.plain:
            body = f'content:"{method} "; depth:{len(method) + 1}; content:"{text}"; '
        else:
            body = f'http.method; content:"{method}"; http.uri; content:"{text}"; ' + self.pick(["", "nocase; ", "fast_pattern; "])
        if text in COMMON:  # never alone
            body += f'content:"/{self.word(3, 5)}"; '
        elif self.chance(0.4):
            body += f'content:"{self.path()}"; ' + ("" if args.plain else "distance:0; ")
        if self.chance(0.3):
            body += self.pcre("" if args.plain else "U")
        if self.chance(0.3):
            agent = f"{self.word()}{self.pick(AGENTS)}"
            body += f'content:"User-Agent|3a 20|{agent}"; ' if args.plain else f'http.user_agent; content:"{agent}"; startswith; '
        if self.chance(0.2):
            body += f'content:"Host|3a 20|{self.name()}"; ' if args.plain else f'http.host; content:"{self.name()}"; endswith; '
        outward = self.chance(0.6)
        header = (OUT if outward else IN).format("$HTTP_PORTS" if args.plain else "any")
        return f"{'tcp' if args.plain else 'http'} {header}", "flow:established,to_server; " + body

    def http_header(self):
        body = f'content:"{self.word(2, 4)}|3a 20|{self.word(1, 3)}"; ' if args.plain else f'http.header; content:"{self.word(2, 4)}|3a 20|{self.word(1, 3)}"; '
        if self.chance(0.4):
            body += f'content:"{self.word(1, 3)}"; within:{self.random.randrange(20, 90)}; '
        return (f"{'tcp' if args.plain else 'http'} {OUT.format('$HTTP_PORTS' if args.plain else 'any')}", "flow:established,to_server; " + body)

    def http_answer(self):
        body = "" if args.plain else "file.data; "
        body += f'content:"{self.pick(["<script", "var ", "function ", "eval(", "%u", "unescape("])}"; ' if self.chance(0.4) else ""
        body += f'content:"{self.word(3, 5)}"; fast_pattern; ' + (f'distance:0; ' if self.chance(0.3) and "content" in body else "")
        if self.chance(0.25):
            body += self.pcre("R" if args.plain else "R")
        header = "$EXTERNAL_NET {} -> $HOME_NET any".format("$HTTP_PORTS" if args.plain else "any")
        return f"{'tcp' if args.plain else 'http'} {header}", "flow:established,to_client; " + body

    def tls_name(self):
        name = self.name()
        if args.plain:
            return f"tcp {OUT.format('443')}", f'flow:established,to_server; content:"|16 03|"; depth:2; content:"{name}"; fast_pattern; '
        return f"tls {OUT.format('any')}", f'flow:established,to_server; tls.sni; content:"{name}"; ' + self.pick(["bsize:%d; " % len(name), "endswith; ", "nocase; endswith; "])

    def tls_certificate(self):
        text = f"CN={self.name()}"
        if args.plain:
            return "tcp $EXTERNAL_NET 443 -> $HOME_NET any", f'flow:established,to_client; content:"|55 04 03|"; content:"{text[3:]}"; distance:2; within:{len(text) + 20}; '
        return "tls $EXTERNAL_NET any -> $HOME_NET any", f'flow:established,to_client; tls.cert_subject; content:"{text}"; '

    def dns_name(self):
        name = self.name()
        if args.plain:
            coded = "".join(f"|{len(part):02x}|{part}" for part in name.split("."))
            return "udp $HOME_NET any -> any 53", f'content:"|01 00 00 01 00 00 00 00 00 00|"; depth:10; offset:2; content:"{coded}|00|"; nocase; distance:0; fast_pattern; '
        return "dns $HOME_NET any -> any any", f'dns.query; content:"{name}"; nocase; ' + self.pick(["endswith; ", "bsize:%d; " % len(name), ""])

    def raw_on_port(self):
        protocol = self.pick(["tcp", "tcp", "tcp", "udp"])
        established = "flow:established,{}; " if protocol == "tcp" else "flow:{}; "
        asks = self.chance(0.7)
        port = self.pick(PORTS)
        header = IN.format(port) if asks else f"$HOME_NET {port} -> $EXTERNAL_NET any"
        body = established.format("to_server" if asks else "to_client")
        body += self.pick([f'content:"{self.hex(4, 12)}"; ', f'content:"{self.hex(4, 8)}"; depth:{self.random.randrange(8, 40)}; ', f'content:"{self.word(3, 5)}"; nocase; ',
                           f'content:"{self.word(2, 3)}|0d 0a|"; '])
        if self.chance(0.5):
            body += f'content:"{self.hex(2, 6)}"; distance:{self.random.randrange(12)}; within:{self.random.randrange(12, 60)}; '
        if self.chance(0.2):
            body += f"byte_test:2,>,{self.random.randrange(100, 2000)},{self.random.randrange(4)},relative; "
        if self.chance(0.15):
            body += self.pcre("R")
        return f"{protocol} {header}", body

    def raw_anywhere(self):
        protocol = self.pick(["tcp", "tcp", "udp"])
        header = self.pick(["$HOME_NET any -> $EXTERNAL_NET any", "$EXTERNAL_NET any -> $HOME_NET any", "any any -> any any"])
        body = "flow:established; " if protocol == "tcp" else ""
        body += f'content:"{self.pick([self.hex(6, 16), self.word(4, 6), self.word(3, 4) + self.hex(2, 4)])}"; '
        if self.chance(0.3):
            body += f'offset:{self.random.randrange(4)}; depth:{self.random.randrange(64, 200)}; '
        if self.chance(0.4):
            body += f'content:"{self.word(2, 4)}"; distance:0; '
        return f"{protocol} {header}", body

    def flowbits(self):
        """Rules 2k and 2k + 1 are a pair: the one sets what the other asks for."""
        bit = f"pair.{self.number // 2}"
        if self.number % 2 == 0:
            return f"tcp {OUT.format('any')}", f'flow:established,to_server; content:"{self.word(3, 5)}"; flowbits:set,{bit}; flowbits:noalert; '
        return "tcp $EXTERNAL_NET any -> $HOME_NET any", f'flow:established,to_client; flowbits:isset,{bit}; content:"{self.word(3, 5)}"; '

    def addresses(self):
        """As lists of known bad hosts have them."""
        hosts = ",".join(f"{self.random.randrange(11, 200)}.{self.random.randrange(256)}.{self.random.randrange(256)}.{self.random.randrange(1, 255)}" for _ in range(self.random.randint(1, 20)))
        return f"tcp $HOME_NET any -> [{hosts}] any", "flags:S; threshold:type limit,track by_src,seconds 3600,count 1; "

    def industrial_octets(self):
        port, at, octets = self.pick([("502", 7, 1), ("502", 6, 2), ("102", 17, 1), ("2404", 6, 1), ("44818", 0, 2), ("20000", 12, 1)])
        body = f'flow:established,to_server; content:"{self.hex(octets, octets)}"; offset:{at}; depth:{octets}; '
        body += f'content:"{self.hex(3, 8)}"; distance:{self.random.randrange(4)}; '
        return f"tcp any any -> $HOME_NET {port}", body

    def industrial_fields(self):
        number = self.random.randrange
        header, options = self.pick([
            lambda: ("modbus", f"modbus.function:write_multiple_registers; modbus.address:{20_000 + number(40_000)}; "),
            lambda: ("modbus", f"modbus.function:{self.pick(['write_single_coil', 'write_single_register'])}; ot.unit:{number(200, 256)}; "),
            lambda: ("iec104", f"iec104.type_id:{number(45, 65)}; iec104.ioa:{100_000 + number(1_000_000)}; "),
            lambda: ("s7comm", f"ot.verb:write; ot.object:\"DB{1000 + number(9000)}*\"; "),
            lambda: ("modbus", f"ot.verb:write; ot.address:{20_000 + number(40_000)}; ot.value:>{number(60_000)}; "),
            lambda: ("ot", f"ot.verb:{self.pick(['stop', 'download', 'firmware', 'force', 'reset'])}; ot.unit:{number(200, 250)}; "),
            lambda: ("iec104", f"ot.verb:control; ot.address:{100_000 + number(1_000_000)}; "),
        ])()
        return f"{header} any any -> any any", options

    def text(self):
        shares = [(26, self.http_uri), (9, self.http_header), (9, self.http_answer), (12, self.tls_name), (4, self.tls_certificate), (13, self.dns_name), (12, self.raw_on_port),
                  (4, self.raw_anywhere), (3, self.flowbits), (2, self.addresses), (3, self.industrial_octets)]
        if not args.suricata:
            shares.append((3, self.industrial_fields))
        pair = random.Random(args.seed * 7 + self.number // 2)  # both of a pair have one shape
        make = pair.choices([make for _, make in shares], [share for share, _ in shares])[0]
        header, options = make()
        if self.change and make != self.http_uri:
            options += f'content:"{self.word(4, 6)}"; ' if "content" in options else ""
        if self.chance(0.08) and "threshold" not in options:
            options += "threshold:type limit,track by_src,seconds 60,count 1; "
        words = " ".join(self.word().capitalize() for _ in range(self.random.randint(2, 5)))
        return (f'alert {header} (msg:"BENCH {make.__name__} {words}"; {options}reference:url,example.org/{self.word()}; priority:{self.random.randint(1, 3)}; '
                f"metadata:created_at 2020_{self.random.randint(1, 12):02d}_01, updated_at 2024_01_01; sid:{first_sid + self.number}; rev:{2 if self.change else 1};)")


for number in range(args.count):
    print(Rule(number, number == args.change).text())

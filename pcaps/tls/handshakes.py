"""Ordinary sessions: TLS 1.3, the same with a retry, TLS 1.2 with a chain, resumed, with a client's certificate, and refused.

kind: R
stack: openssl 3.0 s_server and s_client
expect: tls.handshake.type == 1 => 7
expect: tls.handshake.type == 2 => 6
expect: tls.handshake.extensions_server_name == "historian.plant.example" => 5
expect: tls.handshake.type == 11 => 3
expect: tls.alert_message.desc == 70 => 1
expect: modbus || s7comm => 0
"""

import subprocess
import tempfile
import time
from pathlib import Path

from tools import lab, tls
from tools.lab import Lab, output
from tools.session import hmi, server

files = Path(tempfile.mkdtemp(dir=lab.work))
name = "historian.plant.example"
tls.authority(files, "ca", "/C=DE/O=Plant Example/CN=Plant Example CA")
tls.certificate(files, "server", f"/C=DE/O=Plant Example/OU=Automation/CN={name}", "ca", [f"DNS:{name}", "IP:10.20.0.40"])
tls.certificate(files, "client", "/C=DE/O=Plant Example/CN=hmi5", "ca", [])
chain = ["-cert", files / "server.pem", "-key", files / "server.key", "-cert_chain", files / "ca.pem"]
listen = ["openssl", "s_server", "-quiet", *chain, "-alpn", "h2,http/1.1", "-www"]
ask = ["openssl", "s_client", "-connect", f"{server.ip}:443", "-CAfile", files / "ca.pem"]
named = [*ask, "-servername", name, "-alpn", "h2,http/1.1"]
quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": False}


def talk(made, host, command):
    made.run(host, ["sh", "-c", "printf 'GET / HTTP/1.0\\r\\n\\r\\n' | timeout 2 \"$@\"", "sh", *command], **quiet)
    time.sleep(0.2)


with Lab(server, hmi) as made:
    made.start(server, [*listen, "-accept", "443", "-groups", "P-256:X25519"], port=443, **{"stdout": subprocess.DEVNULL})
    made.start(server, [*listen, "-accept", "8443", "-tls1_2", "-verify", "1", "-CAfile", files / "ca.pem"], port=8443, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with made.capture(server) as capture:
        talk(made, hmi, [*named, "-groups", "P-256"])
        talk(made, hmi, [*named, "-groups", "X448:P-256"])  # its first key is of no use to the server
        talk(made, hmi, [*named, "-tls1_2", "-sess_out", files / "session"])
        talk(made, hmi, [*named, "-tls1_2", "-sess_in", files / "session"])
        other = [str(word).replace(":443", ":8443") for word in ask]
        talk(made, hmi, [*other, "-noservername", "-cert", files / "client.pem", "-key", files / "client.key"])
        talk(made, hmi, [*other, "-noservername", "-tls1_3"])  # which that server does not speak
capture.save(output())
tls.remove(files)

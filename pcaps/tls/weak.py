"""Sessions that protect little: TLS 1.0, a suite that does not encrypt, an expired certificate, one for another name.

kind: R
stack: openssl 3.0 s_server and s_client
expect: tls.handshake.type == 2 => 4
expect: tls.handshake.version == 0x0301 => 2+
expect: tls.handshake.type == 11 => 4
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
subject = f"/C=DE/O=Plant Example/CN={name}"
tls.certificate(files, "good", subject, "good", [f"DNS:{name}"], rsa=True)
tls.certificate(files, "old", subject, "old", [f"DNS:{name}"], dates=("20180101000000Z", "20200101000000Z"))
tls.certificate(files, "other", "/CN=appliance", "other", ["DNS:appliance", "DNS:*.appliance.example"])
quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
cases = [
    ("good", ["-tls1", "-cipher", "ALL:@SECLEVEL=0"]),
    ("good", ["-tls1_2", "-cipher", "NULL-SHA256:@SECLEVEL=0"]),
    ("old", ["-tls1_2"]),
    ("other", ["-tls1_2"]),
]
with Lab(server, hmi) as made:
    for number, (certificate, words) in enumerate(cases):
        pair = ["-cert", files / f"{certificate}.pem", "-key", files / f"{certificate}.key"]
        made.start(server, ["openssl", "s_server", "-quiet", "-www", "-accept", 4430 + number, *pair, *words], port=4430 + number, **quiet)
    with made.capture(server) as capture:
        for number, (_, words) in enumerate(cases):
            ask = ["timeout", "2", "openssl", "s_client", "-connect", f"{server.ip}:{4430 + number}", "-servername", name, *words]
            made.run(hmi, ["sh", "-c", "printf 'GET / HTTP/1.0\\r\\n\\r\\n' | \"$@\"", "sh", *ask], check=False, **quiet)
            time.sleep(0.2)
capture.save(output())
tls.remove(files)

"""Ordinary IT traffic: names over UDP and TCP, web pages, an SSH login. No industrial event.

kind: R
stack: dig 9.18 and dnsmasq 2.90, curl 7.88 and nginx 1.22, OpenSSH 9.2
expect: dns => 8+
expect: http.request => 3
expect: ssh.protocol => 2
expect: modbus || s7comm || iec60870_104 => 0
"""

import subprocess
import tempfile
from pathlib import Path

from tools import lab
from tools.lab import Lab, output
from tools.session import hmi, server

files = Path(tempfile.mkdtemp(dir=lab.work))
environment = lab.environment()

(files / "index.html").write_text("<title>Historian</title><p>Trends of the pump station</p>\n")
(files / "trend.csv").write_text("".join(f"08:{m:02}:00,{640 + m}\n" for m in range(60)))
(files / "nginx.conf").write_text(
    f"""daemon off; user root; pid {files}/nginx.pid; error_log {files}/error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {files}/a; proxy_temp_path {files}/b; fastcgi_temp_path {files}/c;
  uwsgi_temp_path {files}/d; scgi_temp_path {files}/e;
  server {{ listen 80; root {files}; }}
}}
"""
)
(files / "passwd").write_text(
    "root:x:0:0::/root:/bin/sh\nsshd:x:100:65534::/run/sshd:/usr/sbin/nologin\n"
)
(files / "shadow").write_text("root:*:19000::::::\nsshd:*:19000::::::\n")
for name in ("host", "user"):
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(files / name)]
    subprocess.run(command, check=True, env=environment)
(files / "authorized").write_text((files / "user.pub").read_text())

names = ["dnsmasq", "-k", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--user=root"]
names += ["--bind-interfaces", f"--listen-address={server.ip}", f"--pid-file={files}/dnsmasq.pid"]
names += ["--address=/historian.plant.example/10.20.0.40", "--local=/plant.example/"]
names += ["--txt-record=plant.example,pump station 7"]

# sshd wants the user sshd and /run/sshd; both exist in this namespace's mounts only.
login = f"mount --bind {files}/passwd /etc/passwd && mount --bind {files}/shadow /etc/shadow"
login += " && mount -t tmpfs tmpfs /run && mkdir /run/sshd"
login += f" && exec $(command -v sshd) -D -f /dev/null -h {files}/host -o UsePAM=no"
login += f" -o StrictModes=no -o AuthorizedKeysFile={files}/authorized"
login += " -o ForceCommand=/bin/true -o PidFile=none"
shell = ["ssh", "-F", "/dev/null", "-o", "StrictHostKeyChecking=no", "-o", "LogLevel=ERROR"]
shell += ["-o", "UserKnownHostsFile=/dev/null", "-i", files / "user", f"root@{server.ip}", "true"]

with Lab(server, hmi) as made:
    made.start(server, ["nginx", "-c", files / "nginx.conf"], port=80)
    made.start(server, names, port=53, udp=True)
    made.start(server, ["sh", "-c", login], port=22, stderr=subprocess.DEVNULL)
    with made.capture(server) as capture:
        quiet = {"stdout": subprocess.DEVNULL}
        ask = ["dig", f"@{server.ip}", "+tries=1"]
        made.run(hmi, [*ask, "historian.plant.example", "A"], **quiet)
        made.run(hmi, [*ask, "historian.plant.example", "AAAA"], **quiet)
        made.run(hmi, [*ask, "nothing.plant.example", "A"], **quiet)
        made.run(hmi, [*ask, "+tcp", "plant.example", "TXT"], **quiet)
        for path in ("", "trend.csv", "missing"):
            made.run(hmi, ["curl", "-s", f"http://{server.ip}/{path}"], **quiet)
        made.run(hmi, shell)
capture.save(output())
for path in sorted(files.rglob("*"), reverse=True):
    path.rmdir() if path.is_dir() else path.unlink()
files.rmdir()

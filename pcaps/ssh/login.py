"""A key login that is accepted, one with a wrong key that is refused, and a banner that is only looked at.

kind: R
stack: OpenSSH 9.2, client and server
expect: ssh.protocol => 5
expect: ssh.message_code == 20 => 4
expect: ssh.message_code == 21 => 4
expect: modbus || s7comm => 0
"""

import subprocess
import tempfile
import time
from pathlib import Path

from tools import lab
from tools.lab import Lab, output
from tools.session import engineer, server

files = Path(tempfile.mkdtemp(dir=lab.work))
(files / "passwd").write_text("root:x:0:0::/root:/bin/sh\nsshd:x:100:65534::/run/sshd:/usr/sbin/nologin\n")
(files / "shadow").write_text("root:*:19000::::::\nsshd:*:19000::::::\n")
for name in ("host", "user", "stranger"):
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(files / name)], check=True, env=lab.environment())
(files / "authorized").write_text((files / "user.pub").read_text())

# sshd wants the user sshd and /run/sshd; both exist in this namespace's mounts only.
login = f"mount --bind {files}/passwd /etc/passwd && mount --bind {files}/shadow /etc/shadow"
login += " && mount -t tmpfs tmpfs /run && mkdir /run/sshd"
login += f" && exec $(command -v sshd) -D -f /dev/null -h {files}/host -o UsePAM=no"
login += f" -o StrictModes=no -o AuthorizedKeysFile={files}/authorized -o ForceCommand=/bin/true -o PidFile=none"


def shell(key):
    words = ["ssh", "-F", "/dev/null", "-o", "StrictHostKeyChecking=no", "-o", "LogLevel=QUIET", "-o", "BatchMode=yes"]
    return [*words, "-o", "UserKnownHostsFile=/dev/null", "-i", files / key, f"root@{server.ip}", "true"]


look = f"import socket,time; s=socket.create_connection(('{server.ip}',22)); s.recv(100); time.sleep(.2); s.close()"
with Lab(server, engineer) as made:
    made.start(server, ["sh", "-c", login], port=22, stderr=subprocess.DEVNULL)
    with made.capture(server) as capture:
        for key in ("user", "stranger"):
            made.run(engineer, shell(key), check=False)
            time.sleep(0.2)
        made.run(engineer, ["/usr/bin/python3", "-c", look])
capture.save(output())
for path in files.iterdir():
    path.unlink()
files.rmdir()

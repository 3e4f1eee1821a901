"""Real stacks in network namespaces of our own: one a host, joined by a switch that is mirrored.

    with Lab(plc, hmi) as lab, lab.capture(plc) as capture:
        lab.start(plc, server_command, port=502)
        lab.run(hmi, client_command)
    capture.save("poll.pcap")

Each host has the interface eth0 with the address and MAC of its Host and no checksum or
segmentation offload, so frames are as they would be on a cable. The capture is taken on the switch,
at the port of the given host. Needs root. Nothing outside these namespaces is touched, and only
processes started here are ended.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tools import edit, pcapfile

# Where make.sh unpacks packages and builds node modules.
work = Path(os.environ.get("PCAPS_WORK", Path(__file__).resolve().parents[2] / "build" / "pcaps"))
settle_s = 0.4  # tcpdump takes frames a little after they passed
ready_s = 15


def environment():
    """Programs, libraries and modules of the unpacked packages before those of the machine."""
    root = work / "root"
    env = dict(os.environ)
    paths = [root / p for p in ("usr/sbin", "usr/bin", "sbin", "bin")]
    env["PATH"] = ":".join(map(str, paths)) + ":/usr/sbin:/sbin:" + env.get("PATH", "/usr/bin:/bin")
    env["LD_LIBRARY_PATH"] = f"{root}/usr/lib/x86_64-linux-gnu"
    env["PYTHONPATH"] = f"{Path(__file__).parents[1]}:{root}/usr/lib/python3/dist-packages"
    env["PYTHONDONTWRITEBYTECODE"] = "1"
    env["NODE_PATH"] = f"{work}/node/node_modules"
    env["HOME"] = str(work)
    return env


def python(*arguments):
    return ["/usr/bin/python3", *map(str, arguments)]


class Capture:
    def __init__(self, lab, port, expression):
        self.file = Path(tempfile.mkstemp(suffix=".pcap", dir=work)[1])
        command = ["tcpdump", "-i", port, "--immediate-mode", "-U", "-Z", "root", "-s", "0"]
        command += ["-w", str(self.file), *([expression] if expression else [])]
        self.process = lab.spawn("switch", command, stderr=subprocess.PIPE)
        line = self.process.stderr.readline()
        while line and b"listening on" not in line:
            line = self.process.stderr.readline()
        if not line:
            raise RuntimeError(f"tcpdump did not start on {port}")
        self.packets = []

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        time.sleep(settle_s)
        self.process.terminate()
        self.process.communicate()
        if kind is None:
            self.packets = edit.rebase(pcapfile.read(self.file)[1])
            if not self.packets:
                raise RuntimeError("the capture is empty; is tcpdump allowed to capture here?")
        self.file.unlink()

    def save(self, path, packets=None):
        pcapfile.write(path, self.packets if packets is None else packets)


class Lab:
    def __init__(self, *hosts):
        self.hosts = hosts
        self.env = environment()
        self.children = []
        self.made = []

    def namespace(self, name):
        return f"ly{os.getpid()}-{name}"

    def _ip(self, *words, inside=None):
        command = ["ip", *(["-n", self.namespace(inside)] if inside else []), *words]
        subprocess.run(command, check=True, env=self.env)

    def _sysctl(self, name, setting, value):
        path = "/proc/sys/" + setting
        self.run(name, ["sh", "-c", f"echo {value} > {path}"])

    def __enter__(self):
        try:
            self._build()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _build(self):
        for name in ("switch", *(h.name for h in self.hosts)):
            self._ip("netns", "add", self.namespace(name))
            self.made.append(name)
            self._ip("link", "set", "lo", "up", inside=name)
            for scope in ("all", "default"):
                self._sysctl(name, f"net/ipv6/conf/{scope}/disable_ipv6", 1)
        self._ip("link", "add", "br0", "type", "bridge", "mcast_snooping", "0", inside="switch")
        self._ip("link", "set", "br0", "up", inside="switch")
        for host in self.hosts:
            port = f"p-{host.name}"
            words = ["link", "add", port, "type", "veth", "peer", "name", "eth0"]
            words += ["address", host.mac, "netns", self.namespace(host.name)]
            self._ip(*words, inside="switch")
            self._ip("link", "set", port, "master", "br0", "up", inside="switch")
            offload = "tx off tso off gso off gro off".split()
            self.run(host, ["ethtool", "-K", "eth0", *offload], stdout=subprocess.DEVNULL)
            self._ip("address", "add", f"{host.ip}/24", "dev", "eth0", inside=host.name)
            self._ip("link", "set", "eth0", "up", inside=host.name)

    def ipv6(self, host, address):
        """Gives the host this IPv6 address too, at once (no duplicate address detection)."""
        conf = "net/ipv6/conf/eth0"
        self._sysctl(host.name, f"{conf}/router_solicitations", 0)
        self._sysctl(host.name, f"{conf}/disable_ipv6", 0)
        self._ip("-6", "address", "add", f"{address}/64", "dev", "eth0", "nodad", inside=host.name)

    def __exit__(self, *_):
        for child in reversed(self.children):
            if child.poll() is None:
                child.terminate()
                try:
                    child.wait(3)
                except subprocess.TimeoutExpired:
                    child.kill()
                    child.wait()
        for name in reversed(self.made):
            subprocess.run(["ip", "netns", "delete", self.namespace(name)], check=False)

    def capture(self, host, expression=None):
        return Capture(self, f"p-{host.name}", expression)

    def _inside(self, host, command):
        name = getattr(host, "name", host)
        program = shutil.which(str(command[0]), path=self.env["PATH"]) or command[0]
        words = ["ip", "netns", "exec", self.namespace(name), str(program)]
        return words + [str(c) for c in command[1:]]

    def spawn(self, host, command, **options):
        child = subprocess.Popen(self._inside(host, command), env=self.env, **options)
        self.children.append(child)
        return child

    def run(self, host, command, check=True, **options):
        options.setdefault("timeout", 300)
        return subprocess.run(self._inside(host, command), env=self.env, check=check, **options)

    def start(self, host, command, port=None, udp=False, **options):
        """Starts a server and waits until it listens on the port."""
        child = self.spawn(host, command, **options)
        deadline = time.monotonic() + ready_s
        while port and not self._listens(host, port, udp):
            if child.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{command[0]} on {host.name} does not listen on port {port}")
            time.sleep(0.05)
        return child

    def _listens(self, host, port, udp):
        tables = ("udp", "udp6") if udp else ("tcp", "tcp6")
        state = "07" if udp else "0A"
        for table in tables:
            text = self.run(host, ["cat", f"/proc/net/{table}"], stdout=subprocess.PIPE).stdout
            for line in text.decode().splitlines()[1:]:
                words = line.split()
                if words[1].endswith(f":{port:04X}") and words[3] == state:
                    return True
        return False


def output(suffix=".pcap"):
    """Where a capture script writes: beside itself, or to the path it was given."""
    if len(sys.argv) > 1:
        return sys.argv[1]
    return str(Path(sys.argv[0]).with_suffix(suffix))

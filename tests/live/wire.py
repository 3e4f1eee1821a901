"""A veth pair in a network namespace of the test's own, and a sensor that listens on one end."""
import collections
import ctypes
import fcntl
import json
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

root = pathlib.Path(__file__).resolve().parents[2]
new_net, new_user = 0x40000000, 0x10000000
outside, inside = "wire0", "mirror0"  # frames are sent into the first; the sensor listens on the second
patience = 300  # s, for what must come: only a hang takes this long, on busy processors too


def enter_namespace():
    """A network namespace for this process and all it starts; skips the test where that is refused."""
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    if libc.unshare(new_net) != 0:
        if libc.unshare(new_net | new_user) != 0:
            print(f"no network namespace may be made here ({os.strerror(ctypes.get_errno())}): live capture was not tested")
            sys.exit(1 if os.environ.get("CI") == "true" else 77)
        for name, line in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
            pathlib.Path(f"/proc/self/{name}").write_text(line)
    ip("link", "set", "lo", "up")


def ip(*words):
    return subprocess.run(("ip",) + words, check=True, capture_output=True, text=True).stdout


def quiet(*interfaces):
    """No IPv6 on them, so the kernel itself sends nothing."""
    for each in interfaces:
        pathlib.Path(f"/proc/sys/net/ipv6/conf/{each}/disable_ipv6").write_text("1")


def make_pair():
    ip("link", "add", "name", outside, "type", "veth", "peer", "name", inside)
    quiet(outside, inside)
    for each in (outside, inside):
        ip("link", "set", each, "up")


def gro(name, on):
    """What ethtool -K does: whether the kernel glues segments together before anybody sees them."""
    set_gro, ask_ethtool = 0x2c, 0x8946  # linux/ethtool.h, linux/sockios.h
    value = ctypes.create_string_buffer(struct.pack("II", set_gro, on), 8)
    request = struct.pack("16sP", name.encode(), ctypes.addressof(value)) + bytes(16)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, ask_ethtool, request)


def link(name):
    return json.loads(ip("-s", "-s", "-d", "-j", "link", "show", "dev", name))[0]


def until(what, condition):
    end = time.monotonic() + patience
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    sys.exit(f"FAILED: {what}: not within {patience} s")


def check(what, condition):
    if not condition:
        sys.exit(f"FAILED: {what}")


def send(bin_folder, count, rate=0, vlan_every=0, interface=outside):
    done = subprocess.run([bin_folder / "live_sender", interface, str(count), str(rate), str(vlan_every)], check=True,
                          capture_output=True, text=True).stdout.split()
    check(f"{count} frames sent, not {done[0]}", int(done[0]) == count)
    return float(done[1])


class Sensor:
    """langyan-sensor on the inner end, with its log, its events and its processes."""

    def __init__(self, bin_folder, *settings, rules=root / "rules", interface=inside, before=(), **environment):
        self.data = pathlib.Path(tempfile.mkdtemp(prefix="langyan-live-"))
        self.log_file, self.events_file = self.data / "log", self.data / "out" / "eve.json"
        self.events_file.parent.mkdir()
        words = [*before, bin_folder / "langyan-sensor", "-i", interface, "--set", f"eve.file={self.events_file}", "--set",
                 f"rules.files=[{rules}]", "--set", "eve.stats_interval=1s", "--set", "eve.flows=false"]
        for setting in settings:
            words += ["--set", setting]
        with open(self.log_file, "w") as log:
            self.process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=log, cwd=self.data,
                                            env={**os.environ, **environment})
        self.watcher()
        until("the interface is listened to", lambda: link(interface)["promiscuity"] >= 1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.data, ignore_errors=True)

    def child(self, name):
        """The process of that name that this sensor started, if it is there."""
        for each in pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split():
            try:
                if pathlib.Path(f"/proc/{each}/comm").read_text().strip() == name:
                    return int(each)
            except OSError:
                pass
        return None

    def settled(self, name, calls):
        """The process, once it is confined and does its work: has more threads than its first."""
        pid = self.child(name)
        try:
            return pid if pid and len(os.listdir(f"/proc/{pid}/task")) >= calls else None
        except OSError:
            return None

    def watcher(self):
        return until("the watcher runs", lambda: self.settled("langyan-watch", 2))

    def shipper(self):
        return until("the shipper runs", lambda: self.settled("langyan-ship", 2))

    def log(self):
        return self.log_file.read_text()

    def newest(self):
        """The last event of statistics that was written; empty: none yet."""
        last = None
        try:
            for line in open(self.events_file, errors="replace"):
                if '"event_type":"stats"' in line and line.endswith("\n"):
                    last = line
        except FileNotFoundError:
            pass
        return json.loads(last) if last else {"stats": {}, "mirror": []}

    def stats(self):
        """Its counters, as {"capture.packets": …}."""
        values = collections.Counter()
        for room, counters in self.newest()["stats"].items():
            for name, value in counters.items():
                values[f"{room}.{name}"] = value
        return values

    def captured(self):
        return self.stats()["capture.packets"]

    def stop(self):
        """Ends it as an operator does; the last statistics then tell of everything."""
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            sys.exit("FAILED: the sensor did not end within its time:\n" + self.log())
        check(f"the sensor ended with {status}:\n{self.log()}", status == 0)
        return self.stats()

#!/usr/bin/env python3
"""Rule packs go down: signed at the nation, handed on by province and enterprise, used by a sensor between two packets; what they
find comes up again. Links are cut and centers and the shipper killed with -9 while versions follow one another; nothing steps back.

usage: packs_test.py BIN_FOLDER [--versions 12] [--kills 8] [--seed N]
"""
import argparse
import collections
import json
import os
import pathlib
import random
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from tiers import Tier, patience, wait_for
from kit import end_with_the_test, group_of, root

sys.path.insert(0, str(root / "pcaps"))
from tools import modbus, wire  # noqa: E402
from tools.session import Tape, TcpSession, hmi, laptop, plc  # noqa: E402

parser = argparse.ArgumentParser()
parser.add_argument("bin", type=pathlib.Path)
parser.add_argument("--versions", type=int, default=12)
parser.add_argument("--kills", type=int, default=8)
parser.add_argument("--seed", type=int, default=7)
args = parser.parse_args()
args.bin = args.bin.resolve()
chance = random.Random(args.seed)
data = pathlib.Path(tempfile.mkdtemp(prefix="langyan-packs-"))
failures = []
first_sid = 9_800_000
quick = 5  # s between two looks of the parent at what was put on the shelf, with room


def check(holds, what):
    print(("ok      " if holds else "FAILED  ") + what, flush=True)
    if not holds:
        failures.append(what)


def langyan(*words, fails=False):
    done = subprocess.run([args.bin / "langyan", *words], capture_output=True, text=True)
    if (done.returncode != 0) != fails:
        sys.exit(f"FAILED: langyan {' '.join(map(str, words))}: {done.returncode} {done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def pack(version, rules, name="cn-ot", key="cert"):
    """A pack of one rule file, or of none; its path."""
    files = []
    if rules:
        (data / f"{name}.rules").write_text(rules)
        (data / "bad.lst").write_text(laptop.ip + "\n")
        files = [data / f"{name}.rules", data / "bad.lst"]
    out = data / f"{name}-{version}-{key}.pack"
    langyan("packs", "make", name, "--version", str(version), "--key", data / f"{key}.key", "--out", out, "--issuer", "示例预警中心",
            "--note", f"version {version}", *files)
    return out


def rules_of(version):
    """A write by a listed host, told under a number that names the version."""
    return (f'alert modbus any any -> any any (msg:"pack {version}: a listed host writes"; modbus.function:6; ot.verb:write; '
            f'ip.src; dataset:isset,listed,type ip,load bad.lst; sid:{first_sid + version}; rev:1;)\n')


def push(tier, file, organisation=None):
    """The status of the answer, and its body."""
    query = f"?organisation={organisation}" if organisation else ""
    request = urllib.request.Request(f"http://127.0.0.1:{tier.port}/api/v1/packs{query}", file.read_bytes(), {
        "Authorization": "Bearer " + tier.secret("security").read_text().strip(), "Content-Type": "application/x-langyan-pack"})
    try:
        with urllib.request.urlopen(request, timeout=patience) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def held(tier, name="cn-ot"):
    return {each["name"]: each["version"] for each in tier.ask("/api/v1/packs")["packs"]}.get(name, 0)


class Sensor:
    """Of the enterprise. Its packets come through standard input, so that it goes on while packs arrive."""

    def __init__(self):
        self.folder = data / "sensor"
        self.folder.mkdir()
        own = self.folder / "own.rules"
        own.write_text('alert modbus any any -> any any (msg:"never met"; modbus.function:99; sid:1000001; rev:1;)\n')
        shutil.copy(enterprise.token("boiler-1", "--organisation", "cn/js/works-7", name="token-boiler-1"), self.folder / "token")
        sets = {"sensor.name": "boiler-1", "spool.folder": self.folder / "spool", "uplink.url": f"http://127.0.0.1:{enterprise.link.port}",
                "uplink.token_file": self.folder / "token", "spool.commit_interval": "5ms", "rules.files": f"[{own}]",  # a reload that leaves no rule at all is refused
                "rules.pack_keys": data / "cert.pub", "baseline.mode": "off"}
        self.log = self.folder / "log"
        self.process = subprocess.Popen([args.bin / "langyan-sensor", "-r", "-", *(word for key, value in sets.items() for word in ("--set", f"{key}={value}"))],
                                        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=open(self.log, "w"), start_new_session=True)
        end_with_the_test(self.process)
        self.process.stdin.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        self.tape, self.sport = Tape(start=time.time_ns() - 3_600 * 10**9), 43_000

    def write(self):
        """The listed laptop writes once, and enough follows that the sensor has read it."""
        self.sport += 1
        session = TcpSession(self.tape, laptop, plc, 502, self.sport)
        session.open()
        session.exchange(modbus.adu(2, modbus.write_register(4, 7)), modbus.adu(2, modbus.write_register(4, 7)))
        session.close()
        self.fill(6_000)

    def fill(self, packets):
        datagram = wire.ipv4(hmi.ip, plc.ip, wire.protocol_udp, wire.udp(hmi.ip, plc.ip, 40_000, 4_000, b"filler"))
        frame = wire.ether(hmi.mac, plc.mac, wire.ethertype_ipv4, datagram)
        for _ in range(packets):
            self.tape.add(frame)
        self.tape.wait(500)
        self.process.stdin.write(b"".join(struct.pack("<IIII", each.ns // 10**9, each.ns % 10**9 // 1000, len(each.data), len(each.data)) + each.data
                                          for each in self.tape.packets))
        self.process.stdin.flush()
        self.tape.packets.clear()

    def shipper(self):
        return next((pid for pid, comm in group_of(self.process.pid).items() if comm == "langyan-ship"), None)

    def uses(self, version):
        """Packets go on until the rules of that version are in use: each write is told under the number of the rules that saw it."""
        def told():
            self.write()
            return first_sid + version in sids(enterprise)
        wait_for(f"the sensor uses version {version}", told, every=0.3)


def sids(tier):
    """Signature -> how many alerts."""
    found = collections.Counter()
    for line in tier.lines():
        if line["event_type"] == "alert":
            found[line["alert"]["signature_id"]] += 1
    return found


langyan("packs", "keygen", data / "cert")
langyan("packs", "keygen", data / "other")
keys = (f"packs.keys={data / 'cert.pub'}",)
nation = Tier(args.bin, data, "cn", "cn", keys)
province = Tier(args.bin, data, "js", "cn/js", keys)
enterprise = Tier(args.bin, data, "works-7", "cn/js/works-7", keys)
tiers = (nation, province, enterprise)
try:
    for upper, lower in zip(tiers, tiers[1:]):
        upper.start()
        lower.report_to(upper)
    enterprise.start()
    sensor = Sensor()
    sensor.write()
    wait_for("the sensor reports", lambda: any(line["event_type"] == "modbus" or "ot" in line for line in enterprise.lines()))
    check(not sids(enterprise), "without a pack the write is no alert")

    status, body = push(nation, pack(1, rules_of(1)), "cn")
    check(status == 201, f"the nation issues version 1: {status}")
    wait_for("the pack is at the enterprise", lambda: held(enterprise) == 1)
    sensor.uses(1)
    wait_for("the alert of the pack is at the nation", lambda: sids(nation)[first_sid + 1] == sids(enterprise)[first_sid + 1] > 0)
    check(True, f"the pack pushed at the nation fires at the works, and {sids(nation)[first_sid + 1]} of its alerts are at each tier")

    # What must not come in.
    other = pack(2, rules_of(2), key="other")
    status, body = push(nation, other, "cn")
    check(status == 400 and "not among the trusted" in body, f"a pack of another key is refused: {status}")
    changed = data / "changed.pack"
    changed.write_bytes((data / "cn-ot-1-cert.pack").read_bytes().replace(b"listed host", b"listed h0st"))
    status, body = push(nation, changed, "cn")
    check(status == 400 and "does not fit" in body, f"a changed pack is refused: {status}")
    status, body = push(enterprise, pack(5, rules_of(5)))
    check(status == 409 and "center above" in body, f"the works does not overrule the nation: {status}")
    (data / "broken.rules").write_text("alert modbus any any -> any any (msg:\"x\"; modbus.functoin:6; sid:1;)\n")
    told = langyan("packs", "make", "broken", "--version", "1", "--key", data / "cert.key", "--out", data / "broken.pack", data / "broken.rules", fails=True)
    check("modbus.function" in told, f"a rule that no sensor would take is not signed: {told.strip().splitlines()[-1][:90]}")
    status, body = push(nation, pack(1, rules_of(40), name="zj-only"), "cn/zj")
    check(status == 201, "another province gets a pack of its own")

    # Versions follow one another while links are cut and programs killed.
    kills = collections.Counter()
    for version in range(2, args.versions + 1):
        status, body = push(nation, pack(version, rules_of(version)), "cn")
        if status != 201:
            failures.append(f"version {version} is answered {status}: {body}")
        if sum(kills.values()) < args.kills:
            victim = chance.choice(("province", "enterprise", "shipper", "link"))
            kills[victim] += 1
            sensor.fill(500)
            time.sleep(chance.uniform(0, 0.6))
            if victim == "link":
                nation.link.sever()
                time.sleep(0.5)
                nation.link.mend()
            elif victim == "shipper":
                if pid := sensor.shipper():
                    os.kill(pid, signal.SIGKILL)
            else:
                tier = {"province": province, "enterprise": enterprise}[victim]
                tier.kill(signal.SIGKILL)
                tier.start()
    for tier in tiers:
        wait_for(f"{tier.name} has version {args.versions}", lambda: held(tier) == args.versions)
    sensor.uses(args.versions)
    check(True, f"version {args.versions} is at each tier and in use, after kills and cuts: {dict(kills)}")
    check(held(enterprise, "zj-only") == 0 and held(nation, "zj-only") == 1, "the other province's pack is not here")
    status, body = push(nation, data / "cn-ot-1-cert.pack", "cn")
    check(status == 409 and "a step back" in body, f"version 1 does not come back: {status}")
    order = [line["alert"]["signature_id"] for line in enterprise.lines() if line["event_type"] == "alert"]
    check(order == sorted(order), "the sensor never went back to rules of before")
    wait_for("all alerts of packs are at the nation", lambda: sids(nation) == sids(enterprise))
    check(True, f"alerts by version, alike at works and nation: { {sid - first_sid: n for sid, n in sorted(sids(nation).items())} }")

    # Taken back.
    last = args.versions + 1
    push(nation, pack(last, None), "cn")
    wait_for("the works knows that it is taken back", lambda: held(enterprise) == last)

    def quiet():
        before = sum(sids(enterprise).values())
        sensor.write()
        time.sleep(quick)
        return sum(sids(enterprise).values()) == before
    check(wait_for("the rules are taken back", quiet), "a version without files takes the rules back")
    listing = subprocess.run([args.bin / "langyan", "packs", "ls", "--center", f"http://127.0.0.1:{enterprise.port}", "--token-file",
                              enterprise.secret("viewer")], capture_output=True, text=True, check=True).stdout
    check(f"{last}  for cn, from the center above" in listing, f"langyan packs ls: {listing.strip()}")
    taken = [json.loads(line) for line in subprocess.run([args.bin / "langyan", "audit", "ls", "action=pack.taken", "--json", "--center", f"http://127.0.0.1:{enterprise.port}",
             "--token-file", enterprise.secret("audit")], capture_output=True, text=True, check=True).stdout.splitlines() if line.startswith("{")]
    check(bool(taken), "what the works took is in its audit log")
    sensor.process.stdin.close()
    check(sensor.process.wait(timeout=patience) == 0, "the sensor ends well")
except SystemExit as end:
    failures.append(str(end))
finally:
    if failures:
        print(*failures, sep="\n")
        for log in (*(tier.log for tier in tiers), data / "sensor" / "log"):
            if log.exists():
                print(f"--- {log.parent.name}: {log.read_text()[-2500:]}")
    for tier in tiers:
        if tier.alive():
            tier.kill(15)
    shutil.rmtree(data, ignore_errors=True)
print(f"{len(failures)} failed")
sys.exit(1 if failures else 0)

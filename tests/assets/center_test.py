#!/usr/bin/env python3
"""The inventory of a center: a sensor reads captures, the center is killed with -9 over and over while it takes them
in, and its assets are what an independent reading of the stored events gives, each fact with the packet that said it;
read again from the beginning, or made anew without any asset, it is the same. And the command line.

usage: center_test.py BIN_FOLDER
"""
import collections
import json
import os
import pathlib
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "pipeline"))
from kit import Center, Link, Sensor, patience, root, wait_for  # noqa: E402

programs = pathlib.Path(sys.argv[1])
work = tempfile.TemporaryDirectory(prefix="langyan-inventory-")
data = pathlib.Path(work.name)
chance = random.Random(7)
captures = [word for name in ("modbus", "s7comm", "iec104", "enip", "profinet", "bacnet", "dnp3") if (root / "pcaps" / name).is_dir()
            for word in ("-r", root / "pcaps" / name)]
failures = []


def check(holds, what):
    print(("ok      " if holds else "FAILED  ") + what)
    if not holds:
        failures.append(what)


link = Link()
center = Center(programs, data / "center", link)
center.start()
center.token("tested")
secret = subprocess.run([programs / "langyan", "token", "add", "--data", center.data, "--role", "analyst"], check=True,
                        capture_output=True, text=True).stdout
(data / "analyst").write_text(secret)
(data / "analyst").chmod(0o600)


def ask(path):
    request = urllib.request.Request(f"http://127.0.0.1:{center.port}/api/v1/{path}", headers={"Authorization": f"Bearer {secret.strip()}"})
    return json.load(urllib.request.urlopen(request))


def langyan(*words):
    return subprocess.run([programs / "langyan", "assets", *words], capture_output=True, text=True,
                          env=dict(os.environ, LANGYAN_CENTER=f"http://127.0.0.1:{center.port}", LANGYAN_TOKEN_FILE=str(data / "analyst")))


def asset_lines():
    lines = []
    for file in sorted((center.data / "events").glob("*.db")):
        with sqlite3.connect(file) as database:
            if database.execute("SELECT 1 FROM sqlite_master WHERE name = 'event_view'").fetchone():
                lines += [json.loads(line) for line, in database.execute("SELECT json FROM event_view WHERE event_type = 'asset'")]
    return sorted(lines, key=lambda line: (line["timestamp"], line["origin"]["epoch"], line["origin"]["seq"]))


def settled():
    wait_for("the inventory has read all", lambda: not ask("assets/counts")["reading"] and ask("assets?limit=1")["total"])
    before = None
    while before != (before := listed()):
        time.sleep(0.6)  # it looks for news twice a second
    return before


def listed():
    answer, cursor = [], ""
    while True:
        page = ask(f"assets?limit=40{cursor}")
        answer += page["assets"]
        if not page["next"]:
            return answer
        cursor = "&cursor=" + urllib.request.quote(page["next"])


def in_full():
    return {row["identity"]: ask("assets/" + row["id"]) for row in settled()}


# What the captures' devices are vulnerable to, two of them in no database but the Chinese ones.
feed = data / "plant.feed"
for words in (("keygen", data / "plant"), ("sign", root / "tests/assets/vulnerabilities.jsonl", "--key", data / "plant.key", "--out", feed)):
    subprocess.run([programs / "langyan", "vulnerabilities", *words], check=True)
sensor = Sensor(programs, data, link.port, settings=(f"assets.vulnerabilities={feed}", f"assets.vulnerability_keys={data}/plant.pub"))
sensor.start(captures, options=("--as-now",))
kills = 0
while sensor.process.poll() is None and kills < 40:
    time.sleep(chance.uniform(0.02, 0.5))
    center.kill()
    kills += 1
    center.start()
sensor.process.wait(timeout=patience)
check(sensor.process.returncode == 0, f"the sensor delivered all: {sensor.log.read_text()[-300:]}")
full = in_full()
lines = asset_lines()

# An independent fold: who is there, and which packet first said what.
merged = {line["asset"]["other"]: line["asset"]["id"] for line in lines if line["asset"]["change"] == "merged"}
facts, first = collections.defaultdict(dict), {}
for line in lines:
    asset = line["asset"]
    identity = merged.get(asset["id"], asset["id"])
    first.setdefault(identity, line["timestamp"])
    for fact in asset.get("facts", []):
        facts[identity].setdefault((fact["trait"], fact["value"], fact["source"]), line["pcap_cnt"])
print(f"{kills} kills, {len(lines)} events of {len(first)} assets with {sum(map(len, facts.values()))} facts, {len(merged)} merged")
check(kills >= 2 and len(lines) > 100 and sum(map(len, facts.values())) > 30, "there is something to compare")
check(set(full) == set(first), f"the same assets: {sorted(set(full) ^ set(first))[:4]}")
told = {name: {(fact["trait"]["word"], fact["value"], fact["source"]): fact["packet"] for fact in each["facts"]} for name, each in full.items()}
wrong = [(name, told.get(name), facts[name]) for name in first if told.get(name, {}) != facts[name]]
check(not wrong, f"each fact, and the packet that said it first: {wrong[:1]}")
check(all(each["asset"]["first_seen"] == first[name] for name, each in full.items()), "each since its first event")
plc = next(each for each in full.values() if any(fact["value"] == "CPU 315-2 PN/DP" for fact in each["facts"]))
check(plc["asset"]["role"]["word"] == "controller" and plc["asset"]["level"] == 1, "a controller, on level 1")
numbers = {row["entry"]["id"]: (row["entry"].get("cnvd"), row["entry"].get("cnnvd")) for each in full.values() for row in each["vulnerabilities"]}
check(numbers.get("CNVD-1900-00001") == (["CNVD-1900-00001"], ["CNNVD-190001-001"])
      and numbers.get("CVE-1900-0002") == (["CNVD-1900-00002", "CNVD-1900-00003"], ["CNNVD-190001-002"]), f"vulnerabilities with their CNVD and CNNVD numbers: {numbers}")
peers = ask(f"assets/{plc['asset']['id']}/peers")["peers"]
check(any("s7comm" in peer["protocols"] and peer["asset"] for peer in peers), "whose peers speak S7 and are assets themselves")

state = center.data / "state.db"
for what, kinds in (("read again from the beginning", ("asset_cursor",)), ("made anew from the store", ("asset_cursor", "asset"))):
    center.kill()
    with sqlite3.connect(state) as database:
        for kind in kinds:
            database.execute("DELETE FROM documents WHERE kind = ?", (kind,))
    center.start()
    again = in_full()
    check(again == full, f"{what}, it is the same: {[name for name in full if again.get(name) != full[name]][:3]}")

# The command line.
address = plc["asset"]["identity"]
shown = langyan("show", address)
check("CPU 315-2 PN/DP" in shown.stdout and "packet" in shown.stdout, "langyan assets show: " + shown.stderr)
rtu = next(name for name, each in full.items() if any(row["entry"]["id"] == "CNVD-1900-00001" for row in each["vulnerabilities"]))
shown = langyan("show", rtu).stdout
check("vulnerability  CNVD-1900-00001 CNNVD-190001-001" in shown, f"langyan assets show says the numbers: {shown}")
check(langyan("set", address, "role=safety", "name=PLC-7").returncode == 0, "langyan assets set")
check(langyan("set", address, "colour=red").returncode == 2, "refuses what cannot be set")
table = langyan("ls", "role=safety").stdout
check("PLC-7" in table and table.count("\n") == 1, f"langyan assets ls: {table}")
check(langyan("show", "10.255.255.1").returncode == 66, "and one that is not there is missing")
langyan("set", address, "role=", "name=")
ledger = data / "ledger.csv"
ledger.write_text(langyan("ls", "--csv").stdout)
said = subprocess.run([programs / "langyan", "assets", *captures[1::2], "--ledger", ledger], capture_output=True, text=True)
check(", 0 unknown," in said.stdout.splitlines()[-1], f"the export is a ledger that knows every device: {said.stdout[-300:]}{said.stderr[:300]}")
center.kill()
print(f"{len(failures)} failed")
sys.exit(1 if failures else 0)

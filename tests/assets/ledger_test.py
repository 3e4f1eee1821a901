#!/usr/bin/env python3
"""The ledger: what `langyan assets --csv` prints is one, and the capture agrees with it; unknown, missing and differing
devices are told; what a person set stays; a faulty ledger is refused line by line; a reload takes a new one over.

usage: ledger_test.py BIN_FOLDER
"""
import json
import pathlib
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parents[2]
folder = pathlib.Path(sys.argv[1])
capture = root / "pcaps/s7comm/szl-identify.pcap"  # 10.20.0.11, a CPU 315-2 PN/DP, and 10.20.0.77, which asks it
failures = []


def check(holds, what):
    print(("ok      " if holds else "FAILED  ") + what)
    if not holds:
        failures.append(what)


def assets(*words):
    return subprocess.run([folder / "langyan", "assets", capture, *words], capture_output=True, text=True)


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


def sensor(work, *words):
    done = subprocess.run([folder / "langyan-sensor", "-q", "-r", capture, "-l", work, "--set", "rules.files=[]", *words], capture_output=True, text=True)
    eve = pathlib.Path(work) / "eve.json"
    events = lines(eve.read_text()) if eve.exists() else []
    eve.unlink(missing_ok=True)
    return done, [event for event in events if event["event_type"] == "asset"]


with tempfile.TemporaryDirectory() as work:
    path = pathlib.Path(work) / "ledger.csv"
    path.write_text(assets("--csv").stdout)
    told = lines(assets("--ledger", path, "--json").stdout)
    check([each["standing"] for each in told] == ["known", "known"], f"the exported inventory is a ledger that the capture agrees with: {told}")
    _, events = sensor(work, "--set", f"assets.ledger={path}")
    check(all(event["asset"]["change"] != "unknown" for event in events), "and nobody is unknown to it")

    path.write_text("﻿IP地址,型号,固件版本,角色,层级,ATT&CK资产\n10.20.0.11,CPU 315-2 PN/DP,V9.9,safety,0,A0010\n10.20.0.200,CPU 1511,,,,\n", encoding="utf-8")
    told = lines(assets("--ledger", path, "--json").stdout)
    standing = {each["id"]: each["standing"] for each in told}
    check(standing == {"10.20.0.77": "unknown", "10.20.0.11": "differing", "10.20.0.200": "missing"}, f"unknown, differing and missing: {standing}")
    firmware = [each for one in told for each in one["differences"] if each["what"] == "firmware"]
    check(len(firmware) == 1 and firmware[0]["ledger"] == "V9.9" and firmware[0]["wire"].startswith("V"), f"what differs is said with both values: {firmware}")
    text = assets("--ledger", path).stdout
    check("0 known, 1 differing, 1 unknown, 1 missing" in text and "line 3" in text, f"the table sums up:\n{text}")
    check(assets("--ledger", path, "--csv").stdout.count("\n") == 4, "and there is CSV")
    _, events = sensor(work, "--set", f"assets.ledger={path}")
    unknown = [event for event in events if event["asset"]["change"] == "unknown"]
    check([event["asset"]["id"] for event in unknown] == ["10.20.0.77"], "the unknown device is an event, once")
    check(unknown and unknown[0]["detection"]["sid"] == 9107507 and unknown[0]["detection"]["severity"] == "medium", "of its own kind")
    plc = [event["asset"] for event in events if event["asset"]["id"] == "10.20.0.11"][-1]
    check((plc["role"], plc["level"], plc["attack_asset"]) == ("safety", 0, "A0010"), f"role, level and ATT&CK asset set by hand stay: {plc}")
    for workers in (1, 2, 4):
        _, again = sensor(work, "--set", f"assets.ledger={path}", "--set", f"pipeline.workers={workers}")
        check([event["asset"] for event in again] == [event["asset"] for event in events], f"the same for {workers} workers")

    state = ["--set", f"assets.file={work}/assets.json", "--set", f"assets.ledger={path}"]
    sensor(work, *state)
    _, again = sensor(work, *state)
    check(again == [], f"a restart tells nothing twice: {again[:1]}")
    path.write_text("address\n10.20.0.77\n")
    _, again = sensor(work, *state)
    check([event["asset"]["id"] for event in again if event["asset"]["change"] == "unknown"] == ["10.20.0.11"], "a device that left the ledger is unknown")

    # Rules know hosts by the ledger, and by the inventory of an earlier run; who is in neither is unknown.
    rules = pathlib.Path(work) / "role.rules"
    rules.write_text('alert ot any any -> any any (msg:"asks"; ot.verb:identify; ot.src.role:engineering; sid:1000001;)\n'
                     'alert ot any any -> any any (msg:"asked"; ot.verb:identify; ot.src.role:unknown; ot.dst.role:controller; sid:1000002;)\n')

    def fired(*words):
        subprocess.run([folder / "langyan-sensor", "-q", "-r", capture, "-l", work, "--set", f"rules.files=[{rules}]", *words], check=False, capture_output=True)
        eve = pathlib.Path(work) / "eve.json"
        events = lines(eve.read_text())
        eve.unlink()
        return sorted({event["alert"]["signature_id"] for event in events if event["event_type"] == "alert"})

    path.write_text("address,role\n10.20.0.77,engineering\n")
    for workers in (1, 2, 4):
        check(fired("--set", f"assets.ledger={path}", "--set", f"pipeline.workers={workers}") == [1000001], f"a rule reads the ledger's roles, {workers} workers")
    check(fired() == [], "without one every host is unknown to rules")
    check(fired("--set", f"assets.file={work}/assets.json") == [1000002], "what an earlier run learned is known")
    path.write_text("MAC,role\n02:4c:59:00:00:77,engineering\n")
    check(fired("--set", f"assets.file={work}/assets.json", "--set", f"assets.ledger={path}") == [1000001], "a row with a MAC reaches the host that has it")

    path.write_text("address,role\n10.20.0.11,boss\n10.20.0.x,\n")
    for done in (assets("--ledger", path), sensor(work, "--set", f"assets.ledger={path}")[0]):
        check(done.returncode != 0 and "ledger.csv:2: \"boss\" is no role" in done.stderr and "ledger.csv:3: \"10.20.0.x\" is no address" in done.stderr,
              f"every faulty line is named: {done.stderr}")
    path.write_bytes("地址,名称\n10.20.0.11,一号泵\n".encode("gb18030"))
    check("ledger.csv:1: is no UTF-8, so probably GBK" in assets("--ledger", path).stderr, "GBK is refused with what to do")
    check("missing.csv" in assets("--ledger", f"{work}/missing.csv").stderr, "a ledger that is not there is named")
print(f"{len(failures)} failed")
sys.exit(1 if failures else 0)

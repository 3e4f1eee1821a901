#!/usr/bin/env python3
"""Known vulnerabilities: the project's small feed, signed here, is matched with devices of its captures; each is told once
for an asset, over a restart too; an unsigned, changed or foreign feed is refused; importers make feeds of CSAF and NVD.

usage: vulnerabilities_test.py BIN_FOLDER
"""
import json
import pathlib
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parents[2]
here = pathlib.Path(__file__).resolve().parent
folder = pathlib.Path(sys.argv[1])
failures = []


def check(holds, what):
    print(("ok      " if holds else "FAILED  ") + what)
    if not holds:
        failures.append(what)


def langyan(*words):
    return subprocess.run([folder / "langyan", *words], capture_output=True, text=True)


def sensor(work, capture, *words):
    done = subprocess.run([folder / "langyan-sensor", "-q", "-r", root / f"pcaps/{capture}.pcap", "-l", work, "--set", "rules.files=[]", *words],
                          capture_output=True, text=True)
    eve = pathlib.Path(work) / "eve.json"
    events = [json.loads(line) for line in eve.read_text().splitlines()] if eve.exists() else []
    eve.unlink(missing_ok=True)
    return done, [event for event in events if event["event_type"] == "asset" and "vulnerability" in event["asset"]]


with tempfile.TemporaryDirectory() as work:
    work = pathlib.Path(work)
    body, feed, key = here / "vulnerabilities.jsonl", work / "plant.feed", work / "plant"
    check(langyan("vulnerabilities", "check", body).returncode == 0, "the body is well formed")
    check(langyan("vulnerabilities", "keygen", key).returncode == 0, "a key is made")
    check((work / "plant.key").stat().st_mode & 0o077 == 0, "the secret is its owner's alone")
    check(langyan("vulnerabilities", "keygen", key).returncode != 0, "and is not overwritten")
    done = langyan("vulnerabilities", "sign", body, "--key", work / "plant.key", "--out", feed)
    check(done.returncode == 0, f"it signs: {done.stderr}")
    done = langyan("vulnerabilities", "check", feed, "--keys", work / "plant.pub")
    check("7 vulnerabilities of 14 products, 1 known to be exploited" in done.stdout and "the signature fits" in done.stdout, done.stdout + done.stderr)

    lists = ["--set", f"assets.vulnerabilities={feed}", "--set", f"assets.vulnerability_keys={work}/plant.pub"]
    _, told = sensor(work, "s7comm/szl-identify", *lists)
    found = {event["asset"]["vulnerability"]["id"]: event for event in told}
    check(sorted(found) == ["CVE-2016-3949", "CVE-2016-9158"] and len(told) == 2, f"the CPU 315's two vulnerabilities, once each: {sorted(found)}")
    first = found.get("CVE-2016-3949", told[0] if told else None)
    if first:
        entry = first["asset"]["vulnerability"]
        check(first["asset"]["id"] == "10.20.0.11" and first["pcap_cnt"] > 0 and first["detection"]["sid"] == 9107508, f"of the controller: {first['asset']['id']}")
        check(entry["confidence"] == 95 and entry["firmware"] == "affected" and "V3.2.12" in entry["advice"]["en"] and entry["advice"]["zh"], f"with confidence and advice: {entry}")
    for workers in (2, 4):
        _, again = sensor(work, "s7comm/szl-identify", *lists, "--set", f"pipeline.workers={workers}")
        check([event["asset"] for event in again] == [event["asset"] for event in told], f"the same for {workers} workers")
    state = ["--set", f"assets.file={work}/assets.json"]
    sensor(work, "s7comm/szl-identify", *lists, *state)
    _, again = sensor(work, "s7comm/szl-identify", *lists, *state)
    check(again == [], "a restart tells none twice")
    pcom = [path.stem for path in sorted((root / "pcaps/pcom").glob("*.pcap"))]
    told = [event for name in pcom for event in sensor(work, f"pcom/{name}", *lists)[1]]
    check(any(event["detection"]["sid"] == 9107509 and event["detection"]["severity"] == "high" for event in told), "one that is known to be exploited is of severity high")
    _, told = sensor(work, "modbus/device-identification", *lists)
    check(told == [], "a device that no entry means has none")

    text = langyan("assets", root / "pcaps/s7comm/szl-identify.pcap", "--json", "--vulnerabilities", feed, "--keys", work / "plant.pub").stdout
    plc = [asset for asset in map(json.loads, text.splitlines()) if asset["id"] == "10.20.0.11"][0]
    check([each["id"] for each in plc["vulnerabilities"]] == ["CVE-2016-3949", "CVE-2016-9158"], "langyan assets --json has them")

    listed = langyan("vulnerabilities", "list", feed, "--keys", work / "plant.pub").stdout
    check("CVE-2016-3949\n" in listed and "\nCNVD-1900-00001, CNNVD-190001-001\n" in listed and "RTU 700 below 2.5" in listed, f"langyan vulnerabilities list says all numbers: {listed[-700:]}")
    check(langyan("vulnerabilities", "list", body).stdout == listed, "of a body too")
    _, told = sensor(work, "dnp3/poll", *lists)
    numbers = [{key: event["asset"]["vulnerability"].get(key) for key in ("id", "cve", "cnvd", "cnnvd")} for event in told]
    check(numbers == [{"id": "CNVD-1900-00001", "cve": None, "cnvd": ["CNVD-1900-00001"], "cnnvd": ["CNNVD-190001-001"]}],
          f"what only CNVD and CNNVD know is told by its CNVD number, with both: {numbers}")
    _, told = sensor(work, "bacnet/building", *lists)
    numbers = [{key: event["asset"]["vulnerability"].get(key) for key in ("id", "cnvd", "cnnvd")} for event in told]
    check(numbers == [{"id": "CVE-1900-0002", "cnvd": ["CNVD-1900-00002", "CNVD-1900-00003"], "cnnvd": ["CNNVD-190001-002"]}], f"else by its CVE, with the others: {numbers}")
    table = langyan("assets", root / "pcaps/dnp3/poll.pcap", "--vulnerabilities", feed, "--keys", work / "plant.pub").stdout
    check("CNVD-1900-00001, CNNVD-190001-001 95% sure" in table, f"and langyan assets says them: {table}")

    for what, change in (("a changed feed", lambda octets: octets.replace(b"V3.2.12", b"V3.2.13")), ("a cut feed", lambda octets: octets[:-40]), ("no feed", lambda octets: b"x")):
        broken = work / "broken.feed"
        broken.write_bytes(change(feed.read_bytes()))
        done, _ = sensor(work, "s7comm/szl-identify", "--set", f"assets.vulnerabilities={broken}", "--set", f"assets.vulnerability_keys={work}/plant.pub")
        check(done.returncode != 0 and "broken.feed" in done.stderr, f"{what} is refused: {done.stderr.strip()}")
    done, _ = sensor(work, "s7comm/szl-identify", "--set", f"assets.vulnerabilities={feed}")
    check(done.returncode != 0 and "assets.vulnerability_keys" in done.stderr, f"keys are needed: {done.stderr.strip()}")

    csaf = {"document": {"csaf_version": "2.0", "title": "S7", "references": [{"category": "self", "url": "https://example.org"}]},
            "product_tree": {"branches": [{"category": "vendor", "name": "Siemens", "branches": [{"category": "product_name", "name": "CPU 315-2 PN/DP", "branches": [
                {"category": "product_version_range", "name": "vers:intdot/<3.2.12", "product": {"product_id": "1"}}]}]}]},
            "vulnerabilities": [{"cve": "CVE-2026-0001", "product_status": {"known_affected": ["1"]}}]}
    (work / "a.json").write_text(json.dumps(csaf))
    (work / "b.json").write_text("{")
    done = langyan("vulnerabilities", "import", "--csaf", work / "a.json", work / "b.json", "--out", work / "body")
    check(done.returncode != 0 and "b.json" in done.stderr and "1 entries" in done.stderr, f"a bad advisory is named and hides no other: {done.stderr.strip()}")
    langyan("vulnerabilities", "sign", work / "body", "--key", work / "plant.key", "--out", work / "imported.feed")
    _, told = sensor(work, "s7comm/szl-identify", "--set", f"assets.vulnerabilities={work}/imported.feed", "--set", f"assets.vulnerability_keys={work}/plant.pub")
    check([event["asset"]["vulnerability"]["id"] for event in told] == ["CVE-2026-0001"], "what was imported is matched")
print(f"{len(failures)} failed")
sys.exit(1 if failures else 0)

#!/usr/bin/env python3
"""Indicators as others hand them out (a STIX 2.1 bundle, a MISP event, a plain list) become lists and rules, a signed pack, and alerts
on the captures that hold them; what the wire does not show is counted and told.

usage: indicators_test.py BIN_FOLDER
"""
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parents[2]
binary = pathlib.Path(sys.argv[1]) / "langyan"
failures = 0

# The page that pcaps/http/browse.py serves, under the sum that somebody may have listed.
page = b"<html><title>Pump station 7</title>" + b"<p>The pump runs.</p>" * 40 + b"</html>"
bundle = {"type": "bundle", "id": "bundle--1", "objects": [
    {"type": "indicator", "pattern_type": "stix", "pattern": "[ipv4-addr:value = '10.20.0.77'] OR [domain-name:value = 'Historian.Plant.Example']"},
    {"type": "indicator", "pattern_type": "stix", "pattern": f"[file:hashes.'SHA-256' = '{hashlib.sha256(page).hexdigest()}']"},
    {"type": "indicator", "pattern_type": "stix", "pattern": "[domain-name:value != 'mail.plant.example']"},
    {"type": "indicator", "pattern_type": "stix", "revoked": True, "pattern": "[ipv4-addr:value = '10.20.0.11']"},
    {"type": "indicator", "pattern_type": "snort", "pattern": "alert ip any any -> any any (sid:1;)"},
    {"type": "malware", "name": "x"}]}
misp = {"Event": {"Attribute": [
    {"type": "ip-dst", "value": "192.0.2.1", "to_ids": True}, {"type": "domain", "value": "plant.example", "to_ids": False},
    {"type": "filename|md5", "value": "page.html|" + hashlib.md5(page).hexdigest()}, {"type": "regkey", "value": "HKLM\\Software\\x"}],
    "Object": [{"Attribute": [{"type": "url", "value": "hxxp://nowhere[.]plant[.]example:8080/drop?x=1", "to_ids": True}]}]}}
plain = "# a list\n2001:db8::1, seen in spring\nnot-a-name\nC:\\temp\\x.exe\n"


def check(holds, what):
    global failures
    print(("ok      " if holds else "FAILED  ") + what)
    failures += not holds


def run(*words, expect=0):
    done = subprocess.run([binary, *words], capture_output=True, text=True)
    if done.returncode != expect:
        sys.exit(f"FAILED: langyan {' '.join(map(str, words))} ended with {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def alerts(folder, capture):
    lines = run("read", root / "pcaps" / capture, "--rules", folder / "threat.rules").splitlines()
    return [event["alert"]["signature"] for event in map(json.loads, (line for line in lines if line.startswith("{"))) if "alert" in event]


with tempfile.TemporaryDirectory() as name:
    work = pathlib.Path(name)
    for file, content in (("bundle.json", json.dumps(bundle)), ("misp.json", json.dumps(misp)), ("list.txt", plain), ("other.json", '{"a": 1}')):
        (work / file).write_text(content)
    told = run("packs", "indicators", "--name", "threat", "--out", work / "out", work / "bundle.json", work / "misp.json", work / "list.txt")
    counts = dict(line.split() for line in told.splitlines() if len(line.split()) == 2 and line.split()[1].isdigit())
    check(counts == {"address": "3", "domain": "2", "server-name": "2", "host": "2", "file-md5": "1", "file-sha256": "1"}, f"what was found: {counts}")
    check("3 values passed by" in told, "what the wire does not show is counted: " + told.splitlines()[-2])
    found = {capture: alerts(work / "out", capture) for capture in ("dns/names.pcap", "http/browse.pcap", "tls/handshakes.pcap", "modbus/poll.pcap")}
    check(any("name is looked up" in each for each in found["dns/names.pcap"]), "a name that is looked up, however it is written")
    check(any("listed address" in each for each in found["dns/names.pcap"]), "an address that talks")
    check(any("file is fetched" in each for each in found["http/browse.pcap"]), "a file by its sum, behind gzip")
    check(any("dialled over TLS" in each for each in found["tls/handshakes.pcap"]), "a name in a handshake")
    check(not [each for each in found["modbus/poll.pcap"] if "Indicator" in each], "nothing where nothing listed is")
    run("packs", "keygen", work / "cert")
    run("packs", "make", "threat", "--version", "1", "--key", work / "cert.key", "--out", work / "threat.pack", *sorted((work / "out").iterdir()))
    told = run("packs", "check", work / "threat.pack", "--keys", work / "cert.pub")
    check("threat-address.lst" in told and "threat version 1" in told, "they fit in a pack: " + told.splitlines()[0])
    told = run("packs", "indicators", "--out", work / "none", work / "other.json", expect=1)
    check("neither a STIX 2.1 bundle nor a MISP event" in told, "what is neither is refused by name")
    check(not (work / "none").exists(), "and leaves nothing behind")
print(f"{failures} failed")
sys.exit(failures != 0)

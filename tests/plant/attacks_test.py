#!/usr/bin/env python3
"""Attacks recorded by others: what is found of each, by what, how soon, and what is said that is no attack.

usage: attacks_test.py BIN_FOLDER [--accept]

The corpus is LANGYAN_CORPUS, else ../shared/corpus beside the checkout; without it nothing is looked at, which is said (exit 77).

Each capture is cut where its first attack begins. What precedes is learned, the rest is enforced; the inventory goes with it.
Where nothing precedes there are no habits: rules and behaviours have to do it alone. An alert counts for an attack when it
comes from its beginning to a minute after its end and names a host that took part; every other one is false.
The table must be that of attacks.tsv; --accept writes it, after you have read the difference.
"""
import dataclasses
import datetime
import json
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import xml.etree.ElementTree
import zipfile

root = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(root / "pcaps"))
from tools import pcapfile  # noqa: E402

skipped = 77
expected = pathlib.Path(__file__).with_name("attacks.tsv")
corpus = pathlib.Path(os.environ.get("LANGYAN_CORPUS", root.parent / "shared" / "corpus"))
after_end = 60  # s; a scan is told when it pauses
quiet_between = 10  # s without a labelled message: the next one is another attack


@dataclasses.dataclass
class Attack:
    name: str
    begin: float
    end: float
    hosts: tuple  # addresses of which at least one takes part in whatever tells of it


@dataclasses.dataclass
class Case:
    capture: str
    attacks: object  # reads the labels: packets -> list of Attack


def dnp3_labels(hosts):
    """The origin's times. Who attacked is not in them; the hosts were read from the packets of these times."""
    def read(path, packets):
        file = corpus / "labels" / f"{path.name}.attacks.tsv"
        rows = [line.split("\t") for line in file.read_text().splitlines()[1:]]
        return [Attack(name, float(begin), float(end), hosts[name]) for name, _, begin, end in rows]
    return read


def goose_labels(path, packets):
    """Rows of the origin's sheet whose label is 822: false data in the feeder's messages."""
    name = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    book = zipfile.ZipFile(corpus / "labels" / "QUT-ZSS-2023_8222b_QUTZS_final.xlsx")
    strings = ["".join(part.text or "" for part in each.iter(name + "t"))
               for each in xml.etree.ElementTree.fromstring(book.read("xl/sharedStrings.xml"))]
    marked = []
    for row in xml.etree.ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml")).iter(name + "row"):
        cells = {}
        for cell in row:
            value = cell.find(name + "v")
            if value is not None:
                column = re.match("[A-Z]+", cell.get("r"))[0]
                cells[column] = strings[int(value.text)] if cell.get("t") == "s" else value.text
        if cells.get("A") == "822":
            marked.append((float(cells["B"]), cells["C"]))
    attacks = []
    for at, mac in marked:
        if not attacks or at - attacks[-1].end > quiet_between:
            attacks.append(Attack(f"false data {len(attacks) + 1}", at, at, (mac,)))
        attacks[-1].end = at
    return attacks


def whole(name):
    """No label: the capture is the attack from its first packet to its last, whoever speaks in it."""
    return lambda path, packets: [Attack(name, packets[0].ns / 1e9, packets[-1].ns / 1e9, ())]


attacker = ("192.168.10.66",)
cases = [
    Case("dnp3/QUT_DNP3_attacks_training_infrequent_1755-1815.pcap", dnp3_labels({"nmap": attacker, "reconnaissance": attacker})),
    Case("dnp3/QUT_DNP3_attacks_training_infrequent_1945-2000_hijack.pcap",
         dnp3_labels({"master_hijacking_replay": ("192.168.10.66", "192.168.10.221", "192.168.10.222")})),
    Case("dnp3/QUT_DNP3_attacks_training_infrequent_0210-0225_warmrestart.pcap",
         dnp3_labels({"injection_WarmRestart": ("192.168.10.221", "192.168.10.222")})),
    Case("iec61850_goose/8222b_QUTZS.pcapng", goose_labels),
    Case("modbus/live_attacks_captured.pcap", whole("writes to a controller")),
    Case("modbus/mod_scan.pcap", whole("Modbus scan")),
    Case("s7comm/s7_attack.pcap", whole("S7 start and stop")),
    Case("tridium_fox/fox_nmap_scan.pcap", whole("Fox scan by nmap")),
    Case("tristation/malware_exec.pcap", whole("TRITON")),
]


def packets_of(path):
    """Of classic pcap, or of pcapng as the cases have it: little-endian, one Ethernet interface, decimal resolution."""
    blob = path.read_bytes()
    if struct.unpack_from("<I", blob)[0] != 0x0A0D0D0A:
        return pcapfile.read(path)[1]
    packets, at, unit = [], 0, 1000
    while at + 12 <= len(blob):
        kind, size = struct.unpack_from("<II", blob, at)
        if kind == 1:  # interface; its options tell the resolution (9) where it is not a microsecond
            option = at + 16
            while option + 4 < at + size - 4:
                code, length = struct.unpack_from("<HH", blob, option)
                if code == 9:
                    unit = 10 ** (9 - blob[option + 4])
                option += 4 + (length + 3) // 4 * 4
        if kind == 6:  # enhanced packet
            _, high, low, kept, wire = struct.unpack_from("<IIIII", blob, at + 8)
            packets.append(pcapfile.Packet((high << 32 | low) * unit, blob[at + 28:at + 28 + kept], wire))
        at += size
    return packets


def run(binary, folder, capture, mode):
    words = [binary, "read", capture, "--no-flows", "--no-stats", "--set", f"assets.file={folder / 'assets'}"]
    words += ["--baseline", folder / "habits", "--baseline-mode", mode] if mode else ["--set", "baseline.mode=off"]
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"FAILED: langyan read {capture} ended with {done.returncode}: {done.stderr[-400:]}")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    return [event for event in events if event["event_type"] == "alert"]


def time_of(stamp):
    return datetime.datetime.fromisoformat(stamp.replace("+0000", "+00:00").replace("Z", "+00:00")).timestamp()


def hosts_of(event):
    ether, said = event.get("ether", {}), event.get("baseline")
    named = {event.get("src_ip"), event.get("dest_ip"), ether.get("src_mac"), ether.get("dest_mac")}
    return named | ({said["client"], said["server"]} if isinstance(said, dict) else set())


def told_of(event, attacks):
    """Index of the attack that the alert tells of: the last that had begun when what it tells of began."""
    last = time_of(event["timestamp"])
    first = time_of(event["behaviour"]["first"]) if "behaviour" in event else last
    for index, attack in reversed(list(enumerate(attacks))):
        # Its first packet may be one of the second in which the label begins.
        if attack.begin - 1 <= first and last <= attack.end + after_end and (not attack.hosts or hosts_of(event) & set(attack.hosts)):
            return index
    return None


def by_what(sid):
    return "habit" if 9107600 <= sid <= 9107699 else "behaviour" if 9107700 <= sid <= 9107799 else "rule"


def examine(binary, case):
    path = corpus / case.capture
    packets = packets_of(path)
    attacks = case.attacks(path, packets)
    cut = attacks[0].begin * 1e9
    before = [packet for packet in packets if packet.ns < cut - 1000]  # a label's microsecond, a float's rounding
    rest = packets[len(before):]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        if before:
            pcapfile.write(folder / "before.pcap", before)
            pcapfile.write(folder / "rest.pcap", rest)
            run(binary, folder, folder / "before.pcap", "learn")
            alerts = run(binary, folder, folder / "rest.pcap", "enforce")
        else:
            alerts = run(binary, folder, path, None)
    found, false = [{} for _ in attacks], []
    for event in alerts:
        index = told_of(event, attacks)
        if index is None:
            false.append(event)
        else:
            found[index].setdefault(event["alert"]["signature_id"], max(time_of(event["timestamp"]) - attacks[index].begin, 0))
    rows = [(case.capture, attack.name, found[index]) for index, attack in enumerate(attacks)]
    learned = (before[-1].ns - before[0].ns) / 1e9 if before else 0
    benign = (rest[-1].ns - rest[0].ns) / 1e9 - sum(attack.end - attack.begin for attack in attacks)
    return rows, learned, benign if before else 0, false


def main():
    binary = pathlib.Path(sys.argv[1]) / "langyan"
    if not corpus.is_dir():
        print(f"SKIPPED: no corpus at {corpus}; set LANGYAN_CORPUS to its folder")
        return skipped
    lines, found_count, attack_count, all_false, all_benign = ["capture\tattack\tfound by (seconds after its beginning)"], 0, 0, 0, 0.0
    for case in cases:
        rows, learned, benign, false = examine(binary, case)
        print(f"{case.capture}: {learned:.0f} s learned, {benign:.0f} s without attack, {len(false)} false alerts")
        for capture, attack, found in rows:
            sids = ", ".join(f"{sid} {by_what(sid)} {seconds:.1f}" for sid, seconds in sorted(found.items(), key=lambda each: (each[1], each[0])))
            print(f"   {'found ' if found else 'MISSED'} {attack:24} {sids}")
            lines.append(f"{capture}\t{attack}\t{sids or 'missed'}")
            attack_count += 1
            found_count += bool(found)
        for event in false:
            said = event.get("baseline")
            text = said["explanation"] if isinstance(said, dict) else ""
            print(f"   false  {event['timestamp'][11:19]} {event['alert']['signature_id']} {event['alert']['signature']}. {text}")
            lines.append(f"{case.capture}\tfalse\t{event['alert']['signature_id']}")
        all_false += len(false)
        all_benign += benign
    print(f"{found_count} of {attack_count} attacks found; {all_false} false alerts in {all_benign / 3600:.2f} h, {all_false / all_benign * 3600:.1f} an hour")
    text = "\n".join(lines) + "\n"
    if "--accept" in sys.argv:
        expected.write_text(text)
        return 0
    if text == expected.read_text():
        return 0
    print(f"FAILED: this is not {expected.relative_to(root)}; if it is better, write it with --accept")
    kept, now = set(expected.read_text().splitlines()), set(lines)
    for line in sorted(kept - now):
        print("  - " + line)
    for line in sorted(now - kept):
        print("  + " + line)
    return 1


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Alerts of Suricata and of the sensor on the same captures and rules, by sid and packet number.

usage: compare.py SENSOR [RULES [CAPTURE…]]

A line for each capture with a difference: which side alerted on which packets. Exit status 1 where one is not in
expected.txt (lines "CAPTURE SID SIDE: why"; CAPTURE may be *, SIDE is suricata or sensor: who alerts alone).
"""
import collections
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

here = pathlib.Path(__file__).resolve().parent
root = here.parents[2]
sensor = pathlib.Path(sys.argv[1])
rules = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else here / "octets.rules"
captures = [pathlib.Path(name).resolve() for name in sys.argv[3:]] or sorted((root / "pcaps").glob("*/*.pcap"))
expected = {}
for line in (here / "expected.txt").read_text().splitlines():
    if line and not line.startswith("#"):
        place, why = line.split(":", 1)
        expected[tuple(place.split())] = why.strip()


def empty_segments(capture):
    """Numbers of the TCP segments over IPv4 without payload; 0 stands for the end of the capture."""
    data = capture.read_bytes()
    order = {b"\xd4\xc3\xb2\xa1": "<", b"\x4d\x3c\xb2\xa1": "<", b"\xa1\xb2\xc3\xd4": ">"}.get(data[:4])
    found, at, number = {0}, 24, 0
    while order and at + 16 <= len(data):
        size = struct.unpack_from(order + "I", data, at + 8)[0]
        frame, number, at = data[at + 16:at + 16 + size], number + 1, at + 16 + size
        if len(frame) >= 54 and frame[12:14] == b"\x08\0" and frame[23] == 6 and len(frame) > 27 + (frame[14] & 15) * 4:
            header = (frame[14] & 15) * 4
            if struct.unpack_from(">H", frame, 16)[0] == header + (frame[14 + header + 12] >> 4) * 4:
                found.add(number)
    return found


def alerts(path):
    found = collections.defaultdict(collections.Counter)  # sid: packet number: alerts
    for line in open(path) if path.exists() else ():
        event = json.loads(line)
        if event["event_type"] == "alert":
            found[event["alert"]["signature_id"]][event.get("pcap_cnt", 0)] += 1
    return found


def run(capture, folder):
    sides = {}
    for name, command in {
        "suricata": ["suricata", "-c", here / "suricata.yaml", "-S", rules, "-r", capture, "-l", folder / "suricata", "-k", "none", "--runmode", "single"],
        "sensor": [sensor, "-q", "-r", capture, "-l", folder / "sensor", "--set", f"rules.files=[{rules}]",
                   "--set", "rules.ports={HTTP_PORTS: [80,81,3128,8000,8008,8080,8888], MODBUS_PORTS: [502], DNP3_PORTS: [20000]}"],
    }.items():
        (folder / name).mkdir()
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode not in (0,):
            sys.exit(f"compare.py: {name} on {capture} ended with {done.returncode}:\n{done.stderr[-2000:]}{done.stdout[-2000:]}")
        sides[name] = alerts(folder / name / "eve.json")
    return sides


total = collections.Counter()
unexplained = 0
for capture in captures:
    with tempfile.TemporaryDirectory() as folder:
        sides = run(capture, pathlib.Path(folder))
    name = str(capture.relative_to(root / "pcaps").with_suffix("")) if capture.is_relative_to(root / "pcaps") else capture.stem
    empty = empty_segments(capture)
    for sid in sorted(sides["suricata"].keys() | sides["sensor"].keys()):
        theirs, ours = sides["suricata"][sid], sides["sensor"][sid]
        total["both"] += (theirs & ours).total()
        # Suricata looks at a stream's rest once more when it ends, and so alerts a second time on what a packet had.
        if ours:
            total["again at the end"] += sum(theirs[number] for number in theirs if number in empty and number not in ours)
            theirs = collections.Counter({number: count for number, count in theirs.items() if number not in empty or number in ours})
        for side, alone in (("suricata", theirs - ours), ("sensor", ours - theirs)):
            if not alone:
                continue
            why = expected.get((name, str(sid), side)) or expected.get(("*", str(sid), side))
            total["explained" if why else "unexplained"] += alone.total()
            unexplained += not why
            packets = " ".join(str(number) for number in sorted(alone)[:12])
            print(f"{name} sid {sid}: {side} alone at packet {packets}" + (f" ({why})" if why else ""))
print(f"{len(captures)} captures: {total['both']} alerts the same, {total['again at the end']} of Suricata again as a stream ends, {total['explained']} differ and are explained, {total['unexplained']} differ")
sys.exit(1 if unexplained else 0)

#!/usr/bin/env python3
"""The generator of plant traffic: the same words give the same octets, tshark finds nothing wrong in them, every act is
there and labelled, an act changes nothing of the conversations it does not touch, and a day is made in time.

usage: plant_test.py BIN_FOLDER
"""
import collections
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

here = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(here.parent), str(here.parents[1] / "pcaps")]
from plant import acts  # noqa: E402
from tools import pcapfile, wire  # noqa: E402

binary = pathlib.Path(sys.argv[1]) / "langyan"
failures = []


def check(holds, what):
    print(("ok      " if holds else "FAILED  ") + what)
    if not holds:
        failures.append(what)


def make(folder, name, *words):
    out = pathlib.Path(folder) / f"{name}.pcap"
    began = time.monotonic()
    subprocess.run([sys.executable, here / "make_plant.py", out, *words], check=True, capture_output=True)
    return out, time.monotonic() - began


def labels(capture):
    return json.loads(capture.with_suffix(".json").read_text())


def of_pair(capture, a, b):
    """The frames between two addresses."""
    return [(p.ns, p.data) for p in pcapfile.read(capture)[1] if {a, b} == set((wire.addresses(p.data) or ("",) * 4)[::2])]


with tempfile.TemporaryDirectory() as folder:
    everything = ("--hours", "3", "--thin", "4", "--act", "story", "--act", "deviations")
    one, _ = make(folder, "one", *everything)
    two, _ = make(folder, "two", *everything)
    check(one.read_bytes() == two.read_bytes() and labels(one) == labels(two), "the same words give the same octets and labels")
    other, _ = make(folder, "other", *everything, "--seed", "8")
    check(other.read_bytes() != one.read_bytes(), "another seed gives another day")
    plain, _ = make(folder, "plain", "--hours", "3", "--thin", "4")
    check(of_pair(plain, "10.3.1.12", "10.3.3.13")[:400] == of_pair(one, "10.3.1.12", "10.3.3.13")[:400],
          "acts change nothing of the conversations they do not touch")
    said = labels(one)
    check({row["act"] for row in said["acts"]} == set(acts.acts), "each act is labelled")
    check(len(said["devices"]) >= 40 and {row["level"] for row in said["devices"]} >= {"0", "1", "2", "3", "4"}, "forty devices and more on five levels")
    check({each["reason"] for each in said["windows"]} == {"weekly backup of programs", "work order 2026-0317 (fictional)"} and [row["act"] for row in said["acts"] if not row["alarm"]] == ["authorised-download"],
          "one act is announced, and its window is there beside that of the weekly backup")
    times = [p.ns for p in pcapfile.read(one)[1]]
    check(times == sorted(times), "frames are in the order of time")
    if shutil.which("tshark"):
        sums = [word for name in ("ip", "tcp", "udp") for word in ("-o", f"{name}.check_checksum:TRUE")]
        wrong = ("_ws.malformed || _ws.short || _ws.expert.severity == error || ip.checksum.status == 0 || tcp.checksum.status == 0 || "
                 "udp.checksum.status == 0 || dnp.hdr.CRC.status == 0 || dnp.data_chunk.CRC.status == 0 || tcp.analysis.lost_segment")
        found = subprocess.run(["tshark", "-n", "-r", one, *sums, "-Y", wrong], capture_output=True, text=True).stdout.splitlines()
        check(not found, f"tshark decodes all of it without an error {found[:3]}")
    else:
        print("skipped tshark's view: it is not installed")
    lines = subprocess.run([binary, "read", one], capture_output=True, text=True, check=True).stdout.splitlines()
    events = [json.loads(line) for line in lines]
    kinds = collections.Counter(event["event_type"] for event in events)
    check(all(kinds[name] for name in ("modbus", "s7comm", "iec104", "dnp3", "enip", "opcua", "dns", "ntp", "lldp", "snmp")),
          f"every protocol is decoded: {dict(kinds)}")
    check(not kinds["anomaly"], "no anomaly in it")
    _, took = make(folder, "day", "--thin", "10")
    check(took < 100, f"a day is made in time ({took:.0f} s)")
print(f"{len(failures)} failed")
sys.exit(1 if failures else 0)

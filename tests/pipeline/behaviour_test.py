#!/usr/bin/env python3
"""Scans, sweeps, floods, guessed passwords and poses: each fast and slow, with 1, 2 and 4 workers, is found exactly once
and with the right counts; ordinary traffic that resembles them, the captures of this repository, and what of the corpus
is no attack give none.

usage: behaviour_test.py BIN_FOLDER [NAME ...]
"""
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(root / "pcaps"), str(pathlib.Path(__file__).resolve().parent)]
import behaviour_traffic as traffic  # noqa: E402
from tools import wire  # noqa: E402
from tools.session import Host, Tape, hmi, plc  # noqa: E402

binary = pathlib.Path(sys.argv[1]) / "langyan-sensor"
wanted = sys.argv[2:]
failures = []
first_sid, last_sid = 9107700, 9107799

# kind, maker, pause in ms when fast, when slow (None: only fast), what the counts must be
cases = [
    ("arp_scan", traffic.arp_scan, 20, 20_000, {"tried": 120, "answered": 4, "targets": 120}),
    ("icmp_scan", traffic.icmp_scan, 20, 30_000, {"tried": 100, "answered": 10, "targets": 100}),
    ("tcp_scan", traffic.tcp_hosts, 10, 30_000, {"tried": 100, "answered": 10, "refused": 20, "targets": 50, "ports": 2}),
    ("tcp_scan", traffic.tcp_ports, 10, 30_000, {"tried": 100, "answered": 1, "refused": 99, "targets": 1, "ports": 100}),
    ("udp_scan", traffic.udp_scan, 20, 40_000, {"tried": 60, "refused": 30, "targets": 60}),
    ("host_sweep", traffic.list_identity, 20, 60_000, {"tried": 40, "answered": 5, "targets": 40}),
    ("host_sweep", traffic.dcp_names, 20, 30_000, {"tried": 80}),
    ("host_sweep", traffic.who_is, 20, 30_000, {"tried": 80}),
    ("host_sweep", traffic.szl, 20, 30_000, {"tried": 80, "answered": 80, "targets": 80}),
    ("unit_sweep", traffic.unit_sweep, 20, 45_000, {"tried": 60, "answered": 2, "refused": 58, "units": 60}),
    ("object_sweep", traffic.object_sweep, 20, 45_000, {"refused": 55}),
    ("object_sweep", traffic.ioa_sweep, 20, 45_000, {"refused": 60, "objects": 60}),
    ("function_sweep", traffic.function_sweep, 20, 60_000, {"refused": 30, "functions": 30}),
    ("exhaustion", traffic.exhaustion, 20, 60_000, {"most_at_a_time": 20}),
    ("exhaustion_many", traffic.exhaustion_many, 20, 60_000, {"most_at_a_time": 40, "sources": 40}),
    ("syn_flood", traffic.syn_flood, 0.5, None, {"packets": 3000}),
    ("udp_flood", traffic.udp_flood, 0.2, None, {"packets": 6000}),
    ("icmp_flood", traffic.icmp_flood, 0.5, None, {"packets": 3000}),
    ("arp_flood", traffic.arp_flood, 1, None, {"packets": 1000}),
    ("broadcast_storm", traffic.broadcast_storm, 0.2, None, {"packets": 8000}),
    ("goose_flood", traffic.goose_flood, 0.2, None, {"packets": 8000}),
    ("brute_force", traffic.ftp_guess, 100, 100_000, {"refused": 30, "targets": 1}),
    ("brute_force", traffic.telnet_guess, 100, 100_000, {"refused": 30, "targets": 1}),
    ("brute_force", traffic.http_guess, 100, 100_000, {"refused": 30, "targets": 1}),
    ("brute_force", traffic.mqtt_guess, 100, 100_000, {"refused": 30, "targets": 1}),
    ("brute_force", traffic.snmp_guess, 100, 100_000, {"refused": 30, "targets": 1}),
    ("brute_force", traffic.ssh_guess, 100, 100_000, {"refused": 30, "targets": 1}),
    ("brute_force", traffic.rdp_guess, 100, 100_000, {"refused": 30, "targets": 1}),
    ("brute_force", traffic.vnc_guess, 100, 100_000, {"refused": 30, "targets": 1}),
    ("brute_force", traffic.smb_guess, 100, 100_000, {"refused": 30, "targets": 1}),
    ("brute_force_many", traffic.mqtt_guess_many, 100, 60_000, {"refused": 40, "sources": 8}),
    ("twin_publisher", traffic.twin_publisher, 1000, 20_000, {"name": "LW1LD0/LLN0$GO$gcbTrip"}),
    ("rogue_dhcp", traffic.rogue_dhcp, 1000, 60_000, {}),
]
clean = [traffic.monitor_pings, traffic.historian, traffic.gateway, traffic.names, traffic.leases, traffic.controller_start,
         traffic.mistyped, traffic.replaced]


def check(holds, what):
    if not holds:
        failures.append(what)
        print("FAILED  " + what, flush=True)
    return holds


def run(capture, workers=1, *options):
    """The alerts of behaviours, and what is said when one is over."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([binary, "-q", "-r", capture, "-l", folder, "--set", f"pipeline.workers={workers}", "--set", "rules.files=[]",
                               "--set", "eve.flows=false", "--set", "eve.operations=false", "--set", "eve.anomalies=false",
                               "--set", "eve.assets=false", *options], capture_output=True, text=True)
        if done.returncode:
            check(False, f"{capture}: the sensor ended with {done.returncode}: {done.stderr[-300:]}")
            return [], [], {}
        lines = [json.loads(line) for line in (pathlib.Path(folder) / "eve.json").read_text().splitlines()]
    for line in lines:
        line.pop("origin", None)
    alerts = [line for line in lines if line["event_type"] == "alert" and first_sid <= line["alert"]["signature_id"] <= last_sid]
    ended = [line for line in lines if line["event_type"] == "baseline" and "behaviour" in line]
    stats = [line for line in lines if line["event_type"] == "stats"]
    return alerts, ended, stats[-1]["stats"] if stats else {}


def counts_of(event):
    return {key: value for key, value in event["behaviour"].items() if key not in ("kind", "stage", "first", "last")}


def one_case(folder, kind, maker, pace, slow, expected):
    tape = Tape()
    traffic.arp_ask(tape, plc, hmi.ip)
    traffic.arp_tell(tape, hmi, plc)
    maker(tape, pace)
    capture = folder / "case.pcap"
    tape.save(capture)
    name = f"{maker.__name__} {'slow' if slow else 'fast'}"
    results = [run(capture, workers) for workers in (1, 2, 4)]
    check(all(one[:2] == results[0][:2] for one in results[1:]), f"{name}: the same with 1, 2 and 4 workers")
    alerts, ended, _ = results[0]
    hours = (tape.packets[-1].ns - tape.packets[0].ns) / 3.6e12
    kinds = [alert["behaviour"]["kind"] for alert in alerts]
    # A source is told again after an hour when it has tried as much again; what comes after is told when it is over.
    good = check(kinds == [kind], f"{name}: found once, not {kinds or 'at all'}")
    last = (ended or alerts or [{"behaviour": {}}])[-1]["behaviour"]
    for key, value in expected.items():
        good &= check(last.get(key) == value, f"{name}: {key} is {value}, not {last.get(key)}")
    if alerts and slow is True and maker is not traffic.rogue_dhcp and maker is not traffic.twin_publisher:
        good &= check(last["pace"] == "slow", f"{name}: its pace is told as slow")
    delay = ""
    if alerts:
        delay = f"{(time_of(alerts[0]['timestamp']) - tape.packets[0].ns / 1e9):8.0f} s"
    shown = " ".join(f"{key}={last[key]}" for key in expected if key in last)
    print(f"{'ok  ' if good else 'BAD '} {name:24} {len(tape.packets):6} packets {hours * 3600:7.0f} s  found {len(alerts)} after {delay:10} {shown}", flush=True)


def time_of(stamp):
    import datetime
    return datetime.datetime.strptime(stamp, "%Y-%m-%dT%H:%M:%S.%f%z").timestamp()


def hours_long(folder):
    """One host a minute for five hours: found within the first half hour, and not more than once an hour."""
    tape = Tape()
    for number in range(300):
        traffic.try_tcp(tape, traffic.evil, traffic.host(number), 502, 40000 + number, "")
        traffic.echo(tape, plc, hmi, number)
        tape.wait(60_000)
    capture = folder / "hours.pcap"
    tape.save(capture)
    alerts, ended, _ = run(capture)
    times = [time_of(alert["timestamp"]) for alert in alerts]
    start = tape.packets[0].ns / 1e9
    check(1 <= len(alerts) <= 5 and times[0] - start < 1800, f"five hours: found {len(alerts)} times, first after {times[0] - start if times else 0:.0f} s")
    check(all(b - a >= 3600 for a, b in zip(times, times[1:])), "five hours: at least an hour between two alerts")
    last = max((event["behaviour"]["tried"] for event in alerts + ended), default=0)
    check(last == 300, f"five hours: all 300 are counted in the end, not {last}")
    print(f"one host a minute for five hours: {len(alerts)} alerts, the first after {times[0] - start if times else 0:.0f} s, {last} hosts counted")


def spoof(folder):
    """ARP spoofing between two hosts for ten minutes: the inventory says of each address once that it was taken."""
    tape = Tape()
    tape.resolve(hmi, plc)
    for _ in range(300):
        for lie, to in ((plc, hmi), (hmi, plc)):
            traffic.arp_tell(tape, Host("liar", lie.ip, traffic.evil.mac), to)
            traffic.arp_tell(tape, lie, to)
        tape.wait(2_000)
    capture = folder / "spoof.pcap"
    tape.save(capture)
    for workers in (1, 2, 4):
        with tempfile.TemporaryDirectory() as out:
            subprocess.run([binary, "-q", "-r", capture, "-l", out, "--set", f"pipeline.workers={workers}", "--set", "rules.files=[]"], check=True)
            lines = [json.loads(line) for line in (pathlib.Path(out) / "eve.json").read_text().splitlines()]
        taken = collections.Counter(line["src_ip"] for line in lines if line["event_type"] == "asset" and line["asset"]["change"] == "address_taken")
        check(sum(taken.values()) == 2, f"ARP spoofing, {workers} workers: each of two addresses is told once, not {dict(taken)}")
    print(f"ARP spoofing: {sum(taken.values())} addresses taken told of 1,200 replies")


def caps(folder):
    """A hundred times the caps of sources and things tried: what does not fit is counted."""
    tape = Tape()
    for number in range(12_800):
        liar = Host("liar", f"10.{number >> 14 & 63}.{number >> 7 & 127}.{1 + (number & 127)}", f"02:4c:{number >> 8 & 255:02x}:{number & 255:02x}:00:01")
        frame = wire.ipv4(liar.ip, "10.200.0.9", wire.protocol_udp, wire.udp(liar.ip, "10.200.0.9", 1000 + number % 60_000, 1 + number % 50_000, b"x"))
        tape.add(wire.ether(liar.mac, plc.mac, wire.ethertype_ipv4, frame))
        tape.wait(1)
    capture = folder / "caps.pcap"
    tape.save(capture)
    small = [word for name, value in (("suspects", 128), ("tries", 1024), ("waiting", 1024), ("traces", 1024), ("rates", 64), ("asked", 64))
             for word in ("--set", f"caps.baseline.{name}={value}")]
    _, _, stats = run(capture, 1, *small)
    told = stats.get("findings", {})
    check(told.get("suspects_evicted", 0) > 10_000 and told.get("tries_evicted", 0) > 10_000, f"what does not fit is counted: {told}")
    check(stats.get("behaviour", {}).get("rates_refused", 0) > 0, f"and packets of floods: {stats.get('behaviour')}")
    print(f"a hundred times the caps: {told}, {stats.get('behaviour')}")


def quiet(folder):
    for maker in clean:
        if wanted and maker.__name__ not in wanted:
            continue
        tape = Tape()
        maker(tape)
        capture = folder / "clean.pcap"
        tape.save(capture)
        for workers in (1, 4):
            alerts, _, _ = run(capture, workers)
            good = check(not alerts, f"{maker.__name__}: nothing is found, not {[alert['behaviour'] for alert in alerts]}")
        print(f"{'ok  ' if good else 'BAD '} {maker.__name__:24} {len(tape.packets):6} packets, nothing found", flush=True)


def captures(title, files, known=()):
    found, seen = [], 0
    for file in files:
        alerts, _, _ = run(file)
        seen += 1
        for alert in alerts:
            kind = (str(file), alert["behaviour"]["kind"])
            if not any(part in kind[0] and word == kind[1] for part, word in known):
                found.append((*kind, counts_of(alert)))
    check(not found, f"{title}: {found[:3]}")
    for one in found:
        print("   ", *one)
    print(f"{title}: {seen} captures, {len(found)} findings that are none")


# Captures of the repository whose purpose is what is found in them.
shown = (("flow/port-scan", "tcp_scan"), ("handle/sweep-and-flood", "object_sweep"), ("iec104/range-sweep", "object_sweep"),
         ("modbus/function-scan", "function_sweep"), ("modbus/unit-sweep", "unit_sweep"))


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for kind, maker, fast, slow, expected in cases:
            if wanted and maker.__name__ not in wanted and kind not in wanted:
                continue
            one_case(folder, kind, maker, fast, False, expected)
            if slow:
                one_case(folder, kind, maker, slow, True, expected)
        for extra in (hours_long, spoof, caps):
            if not wanted or extra.__name__ in wanted:
                extra(folder)
        quiet(folder)
    if not wanted or "captures" in wanted:
        captures("captures of the repository", sorted((root / "pcaps").rglob("*.pcap*")), shown)
    print(f"{len(failures)} failed")
    return 1 if failures else 0


sys.exit(main())

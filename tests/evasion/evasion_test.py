#!/usr/bin/env python3
"""The same attack sent in every way the stream layer knows: each ends in the content alert or in an
anomaly that the case names (cases.py); silence fails.

usage: evasion_test.py BIN_FOLDER [--list] [CASE]...
"""
import collections
import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import fragment_cases  # noqa: E402, F401
from cases import cases  # noqa: E402
from wiretap import Tape, Talk  # noqa: E402

# A Modbus write of 9000 to register 4 (MBAP header and function 6), and a request for a file.
attacks = {
    "modbus": (502, bytes.fromhex("000100000006010600042328") + b"\x00\x02\x00\x00\x00\x06\x01\x06\x00\x05\x11\x11",
               r'content:"|00 00 00 06 01 06 00 04 23 28|"; sid:1000001;'),
    "http": (80, b"GET /cgi-bin/../../etc/shadow HTTP/1.0\r\n\r\n", r'content:"/../../etc/shadow"; sid:1000002;'),
}
sids = {1000001: "modbus", 1000002: "http"}


def run(binary, folder, k, chosen):
    tape, of_client = Tape(), {}
    number = 0
    for name, function, expected, options in chosen:
        for attack, (port, octets, _) in attacks.items():
            number += 1
            talk = Talk(tape, number, port, **options)
            function(talk, octets)
            of_client[talk.client] = (name, attack, expected[k])
            tape.wait(0.01)
    tape.wait(40)
    capture, rules = folder / f"evasion-{k}.pcap", folder / "evasion.rules"
    tape.save(capture)
    rules.write_text("".join(f'alert tcp any any -> any {port} (msg:"{name}"; {options})\n'
                             for name, (port, _, options) in attacks.items()))
    out = folder / k
    out.mkdir(exist_ok=True)
    subprocess.run([binary, "-q", "-r", capture, "-k", k, "-S", rules, "-l", out], check=True)
    events = [json.loads(line) for line in (out / "eve.json").read_text().splitlines()]
    stats = [e["stats"] for e in events if e["event_type"] == "stats"][-1]
    seen = collections.defaultdict(set)
    for event in events:
        words = set()
        if event["event_type"] == "alert":
            words = {"alert"}
        elif event["event_type"] == "anomaly":
            words = {event["anomaly"]["event"]}
        for key in ("src_ip", "dest_ip"):
            if event.get(key) in of_client:
                seen[event[key]] |= words
    return of_client, seen, stats, len(tape.packets)


def balance(stats, sent):
    """captured = decoded + invalid + filtered, from the counters the sensor itself reports."""
    flat = {}

    def flatten(prefix, value):
        if isinstance(value, dict):
            for key, inner in value.items():
                flatten(f"{prefix}.{key}" if prefix else key, inner)
        else:
            flat[prefix] = value

    flatten("", stats)
    return flat, flat["capture.packets"] == sent == flat["flow.packets"] + flat.get("capture.filtered", 0)


def main():
    binary = pathlib.Path(sys.argv[1]) / "langyan-sensor"
    words = [w for w in sys.argv[2:] if not w.startswith("--")]
    chosen = [c for c in cases if not words or any(w in c[0] for w in words)]
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        for k in ("none", "all"):
            of_client, seen, stats, sent = run(binary, pathlib.Path(folder), k, chosen)
            alerts = 0
            for client, (name, attack, expected) in of_client.items():
                ended = seen[client] & expected
                alerts += "alert" in ended
                shown = " ".join(sorted(seen[client])) or "silence"
                if "--list" in sys.argv:
                    print(f"{'ok    ' if ended else 'FAILED'} -k {k:4} {name} {attack}: {shown}")
                elif not ended:
                    print(f"FAILED -k {k} {name} {attack}: {shown}; expected one of {' '.join(sorted(expected))}")
                failures += not ended
            _, holds = balance(stats, sent)
            if not holds:
                print(f"FAILED -k {k}: {sent} packets sent, counters say {stats}")
                failures += 1
            print(f"-k {k}: {len(of_client)} conversations in {sent} packets: {alerts} alerts, "
                  f"{len(of_client) - alerts} anomalies alone")
    print(f"{failures} failed")
    return 1 if failures else 0


sys.exit(main())

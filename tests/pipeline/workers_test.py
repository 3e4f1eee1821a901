#!/usr/bin/env python3
"""The same captures give the same events, byte for byte but for the epoch, with 1, 2 and 4 workers.

usage: workers_test.py BIN_FOLDER
"""
import pathlib
import re
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parents[2]
binary = pathlib.Path(sys.argv[1]) / "langyan-sensor"


def events(workers, *options, capture=root / "pcaps", rules=(root / "rules", root / "tests/bench/rules_100.rules")):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([binary, "-q", "-r", capture, "-l", folder, "--set", f"pipeline.workers={workers}",
                        "--set", "sensor.name=one", "--set", f"rules.files=[{', '.join(map(str, rules))}]", *options], check=True)
        text = (pathlib.Path(folder) / "eve.json").read_text()
    return [re.sub(r'"epoch":"[0-9a-f]{16}"', '"epoch":""', line) for line in text.splitlines()]


# Beside the generated rules, which stay silent on most traffic: some that speak, count and set flowbits.
LOUD = """alert tcp any any -> any any (msg:"request"; flow:to_server,established; content:"HTTP/1.1"; flowbits:set,web; threshold:type limit,track by_src,count 3,seconds 60; sid:1;)
alert tcp any any -> any any (msg:"answer"; flow:to_client,established; flowbits:isset,web; content:"200 OK"; sid:2;)
alert udp any any -> any 53 (msg:"names"; content:"|00 01 00 01|"; detection_filter:track by_src,count 2,seconds 60; sid:3;)
alert tcp any any -> any any (msg:"hello"; content:"|16 03 03|"; depth:3; threshold:type both,track by_dst,count 2,seconds 60; sid:4;)
"""


def large_set(folder):
    """10,000 generated rules on mixed traffic, where the programs that make these are built."""
    maker = binary.parent / "make_capture"
    if not maker.exists():
        return print(f"{maker} is not built: no large rule set on mixed traffic")
    capture, rules = folder / "mixed.pcap", folder / "large.rules"
    subprocess.run([maker, root / "pcaps", capture, "30000", "600", "mixed"], check=True, stdout=subprocess.DEVNULL)
    generated = subprocess.run([sys.executable, root / "tests/bench/make_rules.py", "10000", "--plain"], check=True, capture_output=True, text=True).stdout
    rules.write_text(LOUD + generated)
    ports = ("--set", "rules.ports={HTTP_PORTS: [80, 8000, 8080]}")
    one, *others = (events(workers, *ports, capture=capture, rules=[rules]) for workers in (1, 2, 3))
    alerts = sum('"event_type":"alert"' in line for line in one)
    print(f"10,000 rules on mixed traffic: {len(one)} events, {alerts} alerts, {'the same' if all(other == one for other in others) else 'DIFFERENT'} with 1, 2 and 3 workers")
    return alerts >= 200 and all(other == one for other in others)


failed = 0
for options in ((), ("--messages",), ("--continuous",), ("--set", "eve.stats_interval=1s")):
    one = events(1, *options)
    for workers in (2, 4):
        other = events(workers, *options)
        if one == other:
            continue
        failed += 1
        at = next((i for i, pair in enumerate(zip(one, other)) if pair[0] != pair[1]), min(len(one), len(other)))
        print(f"{options} {workers} workers: line {at + 1} differs ({len(one)} and {len(other)} lines)")
        for lines in (one, other):
            print("  ", lines[at][:600] if at < len(lines) else "-")
    print(f"{' '.join(options) or 'folded'}: {len(one)} events the same with 1, 2 and 4 workers" if not failed else "differs")
    if len(one) < 500:
        failed += 1
        print("too few events for this to be a test")
with tempfile.TemporaryDirectory() as name:
    failed += large_set(pathlib.Path(name)) is False
sys.exit(1 if failed else 0)

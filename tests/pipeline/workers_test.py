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


def events(workers, *options):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([binary, "-q", "-r", root / "pcaps", "-l", folder, "--set", f"pipeline.workers={workers}",
                        "--set", "sensor.name=one", "--set", f"rules.files=[{root / 'rules'}, {root / 'tests/bench/rules_100.rules'}]", *options], check=True)
        text = (pathlib.Path(folder) / "eve.json").read_text()
    return [re.sub(r'"epoch":"[0-9a-f]{16}"', '"epoch":""', line) for line in text.splitlines()]


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
sys.exit(1 if failed else 0)

#!/usr/bin/env python3
"""The systemd units as `systemd-analyze security` sees them: the exposure of each, and the most it may be.

usage: units_test.py
"""
import pathlib
import re
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parents[1]
most = {"langyan-sensor": 2.0, "langyan-center": 1.5}
bad = 0
for unit, limit in most.items():
    path = root / "config" / "systemd" / f"{unit}.service"
    told = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", path], capture_output=True, text=True)
    found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", told.stdout)
    if told.returncode != 0 or not found or told.stderr.strip():
        print(f"{path}: systemd-analyze security failed: {told.stderr.strip() or told.stdout[-300:]}")
        bad += 1
        continue
    exposure = float(found[1])
    print(f"{unit}: exposure {exposure}, at most {limit}")
    bad += exposure > limit
    # A setting that systemd does not know is a warning and nothing else; here it is a fault.
    known = subprocess.run(["systemd-analyze", "verify", "--man=no", path], capture_output=True, text=True)
    for line in known.stderr.splitlines():
        if unit in line and "is not executable" not in line:
            print(line)
            bad += 1
sys.exit(1 if bad else 0)

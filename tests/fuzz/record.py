#!/usr/bin/env python3
"""Adds one run of each.sh to the table of docs/fuzzing.md.

usage: record.py PAGE PROTOCOL LOG TIME STATUS      LOG: libFuzzer's; TIME: a line "cpu USER SYSTEM"; STATUS: its exit status
"""
import fcntl
import pathlib
import re
import sys

interrupted = 72  # libFuzzer's exit status after a signal from outside: nothing was found

heading = """# Fuzzing, protocol by protocol

`tests/fuzz/each.sh SECONDS [PROTOCOL]...` fuzzes each protocol by itself (`tests/fuzz/parsers_fuzz.cc` with a registry of one: flow, identification, framing, decoding, pairing, summary and event
lines, what each must hold included) under address and undefined-behaviour sanitizer, with seeds cut from `pcaps/<protocol>/`, and adds what was done to this table. Points: places in the code reached.
An unhappy end counts as a finding each time; the last column says what was found and mended, and is written by hand.

| protocol | executions | CPU minutes | points | unhappy ends | found and mended |
|---|---|---|---|---|---|
"""
page, protocol, log, times, status = pathlib.Path(sys.argv[1]), sys.argv[2], *map(pathlib.Path, sys.argv[3:5]), int(sys.argv[5])
text = log.read_text(errors="replace")
executed = re.findall(r"stat::number_of_executed_units:\s*(\d+)", text) or re.findall(r"^#(\d+)", text, re.M)
points = re.findall(r"cov: (\d+)", text)
user, system = map(float, re.search(r"cpu (\S+) (\S+)", times.read_text()).groups())
with open(page.with_suffix(".lock"), "w") as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    rows = {}
    if page.exists():
        for line in page.read_text().splitlines():
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if len(cells) == 6 and cells[1].replace(",", "").isdigit():
                rows[cells[0]] = [int(cells[1].replace(",", "")), float(cells[2]), int(cells[3]), int(cells[4]), cells[5]]
    row = rows.setdefault(protocol, [0, 0.0, 0, 0, ""])
    row[0] += int(executed[-1]) if executed else 0
    row[1] += (user + system) / 60
    row[2] = max(row[2], int(points[-1]) if points else 0)
    row[3] += status not in (0, interrupted)
    page.write_text(heading + "".join(f"| {name} | {n:,} | {cpu:.1f} | {reached} | {ends} | {found} |\n"
                                      for name, (n, cpu, reached, ends, found) in sorted(rows.items())))
page.with_suffix(".lock").unlink(missing_ok=True)
print(f"{protocol}: {int(executed[-1]) if executed else 0:,} executions, {(user + system) / 60:.1f} CPU minutes" + (f", ended with {status}" if status else ""))

#!/usr/bin/env python3
"""The nation that run.sh --tiers shows comes up, its own answers are what its data say, and nothing of it is left when it ends.

usage: nation_test.py BIN_FOLDER
"""
import collections
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import nation_data as data
from tiers import faketime
from kit import group_of

if not faketime:
    print("SKIPPED: libfaketime is not here; ./install.sh tiers installs it")
    sys.exit(77)
program = pathlib.Path(__file__).resolve().parent / "nation.py"
failures = []


def check(holds, what):
    print(("ok      " if holds else "FAILED  ") + what)
    if not holds:
        failures.append(what)


with tempfile.TemporaryDirectory(prefix="langyan-nation-test-") as folder:
    demo = subprocess.Popen([sys.executable, program, sys.argv[1], "--once"], stdout=subprocess.PIPE, text=True, start_new_session=True,
                            env=dict(os.environ, TMPDIR=folder))
    told = demo.communicate(timeout=1500)[0]
    print(told)
    check(demo.returncode == 0, "it ends as it should")
    check(not group_of(demo.pid), "no program of it is left")
    check(not os.listdir(folder), "no file of it is left")

rows = dict(line.split(maxsplit=1) for line in told.splitlines() if re.match(r"(provinces|enterprises|alerts|notices) ", line))
states = collections.Counter(notice.state for notice in data.notices)
watched = [each for each in data.enterprises if each.sensors]
check(rows.get("provinces") == "31: 29 report, 1 offline (Qinghai), 1 lagging (Guizhou)", "31 provinces, one offline and one lagging")
check(rows.get("enterprises", "").startswith(f"{len(data.enterprises)}: {len(watched)} watched, by {sum(each.sensors for each in watched)} sensors"),
      "the registry, and whose sensors are heard")
alerts = re.match(r"(\d+) in a day, (\d+) the day before", rows.get("alerts", ""))
check(alerts and int(alerts[1]) > 100 and int(alerts[2]) > 50, "alerts of two days")
found = {word: int(count) for count, word in re.findall(r"(\d+) (\w+)[,;]", rows.get("notices", ""))}
check(found == states, f"notices by state: {found}")
check(rows.get("notices", "").endswith(f"; {sum(each.deadline < 0 for each in data.notices)} overdue"), "notices overdue")
check(len(set(data.by_organisation)) == len({each.uscc for each in data.enterprises}) == len(data.enterprises), "each enterprise has a place and a code of its own")
sys.exit(1 if failures else 0)
